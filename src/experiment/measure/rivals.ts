/** What drawing for a rival costs on this machine, from a few draws of which nothing is kept. */
import { type NDArray, rowCount } from '../../base/ndarray.js'
import { learnAtOnce } from '../../generator/at-once.js'
import { blockSize } from '../../generator/sampler.js'
import type { Rival } from '../../rivals/rival.js'
import type { Config } from '../config/schema.js'

export interface RivalFilms {
  readonly config: Config
  readonly threads: number
  readonly classes: readonly string[]
  /** Training films, uint8 [N, H, W, C], and their classes' indices. */
  readonly pixels: NDArray<'uint8'>
  readonly classIndices: readonly number[]
}

/** Mean seconds of one image or vector over the rivals that draw some; 0 where none does. */
export async function timeRivals(
  rivals: readonly Rival[],
  { config, pixels, classes, classIndices, threads }: RivalFilms,
  features: NDArray<'float32'>,
): Promise<number> {
  const seconds: number[] = []
  for (const rival of rivals) {
    if (rival.makes === 'films') {
      const [, height, width, channels] = pixels.shape
      const options = rival.kind.complete({
        classes: [...classes],
        imageSize: [height, width],
        channels,
        seed: config.seed,
        steps: 1,
      })
      const labels = Int32Array.from(classIndices)
      const sampler = await learnAtOnce(rival.kind, options, { images: pixels, labels }, { threads })
      try {
        seconds.push(await timed((start) => sampler.draw({ classIndex: 0, seed: 1, start, count: blockSize })))
      } finally {
        await sampler.close()
      }
    }
    if (rival.makes === 'features') {
      // Of as many films as were put through the backbone; a vector costs in proportion to all films at most.
      const sampler = rival.open([features])
      const each = await timed((start) => sampler.draw({ classIndex: 0, seed: 1, start, count: blockSize }))
      seconds.push((each * rowCount(pixels)) / rowCount(features))
    }
  }
  return seconds.length === 0 ? 0 : seconds.reduce((sum, value) => sum + value, 0) / seconds.length
}

/** Seconds of one image or vector, once the first block has been drawn. */
async function timed(drawBlock: (start: number) => unknown): Promise<number> {
  await drawBlock(0)
  const begin = performance.now()
  await drawBlock(blockSize)
  return (performance.now() - begin) / 1000 / blockSize
}
