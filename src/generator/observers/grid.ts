/** Sample grids: images of the same random inputs again and again, a class a row, so that progress and what a class changes can be seen. */
import path from 'node:path'
import { writeAtomic } from '../../base/files.js'
import { ndarray, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { encodePng } from '../../image/codec.js'
import { contactSheet } from '../../image/grid.js'
import type { CompileOptions } from '../../runtime/compile.js'
import type { TrainedKind, TrainingOptions } from '../contract.js'
import type { Observer } from '../observer.js'

const columns = 8

/** Writes `grid-....png` into `folder` at the steps of `isDue`. */
export async function openGrid(
  kind: TrainedKind,
  options: TrainingOptions,
  folder: string,
  runtime: CompileOptions,
  isDue: (step: number) => boolean,
): Promise<Observer> {
  const { classes, seed } = options
  const count = columns * classes.length
  const places = Array.from({ length: count }, (_, i) => i)
  const noise = takeRows(
    kind.drawNoise(new Rng(seed).split('gan/grid'), columns, options),
    places.map((place) => place % columns),
  )
  const labels = ndarray(
    'int32',
    [count],
    Int32Array.from(places, (place) => Math.floor(place / columns)),
  )
  const drawing = await kind.openDrawing(options, count, runtime)
  return {
    name: 'grid',
    isDue,
    async onState(step, state) {
      const images = await drawing.run(kind.weightsOf(state), noise, labels)
      const file = path.join(folder, `grid-${String(step).padStart(6, '0')}.png`)
      writeAtomic(file, await encodePng(contactSheet(images, columns)))
    },
    close: () => drawing.close(),
  }
}
