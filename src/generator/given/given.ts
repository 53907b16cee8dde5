/** Images made elsewhere in the place of a generator: they are read, not drawn, and end where they end. */
import { z } from 'zod'
import { type NDArray, rowCount, rows, takeRows } from '../../base/ndarray.js'
import { filePath } from '../../base/path-schema.js'
import { Rng } from '../../base/random.js'
import type { GivenKind } from '../contract.js'

export const given = {
  kind: 'given',
  form: 'given',
  name: 'images made elsewhere',
  noun: 'generator',
  about: 'Images that a generator made elsewhere, in place of a trained one.',
  options: z.strictObject({
    from: filePath().meta({
      description: 'Folder of images that a generator made elsewhere, one folder per class, in place of a trained one.',
    }),
    order: z.enum(['name', 'random']).default('name').meta({
      description:
        'Which images a draw takes first: by name, the same in every repeat, or drawn at random for each repeat.',
    }),
  }),
  presets: { quick: {}, standard: {}, kong2022: {} },
} as const satisfies GivenKind

export type GivenOptions = z.output<typeof given.options>

/** The first `count` of the images of a class: as they come, or in an order that belongs to class and draw. */
export function takeGiven(
  images: NDArray<'uint8'>,
  { classIndex, seed, count, order }: { classIndex: number; seed: number; count: number } & Pick<GivenOptions, 'order'>,
): NDArray<'uint8'> {
  if (order === 'name') return rows(images, 0, count)
  return takeRows(images, new Rng(seed).at(classIndex).permutation(rowCount(images)).subarray(0, count))
}
