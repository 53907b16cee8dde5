/**
 * How much room the state of a training takes. Every checkpoint is that much, and is read as one: what no reader takes must be
 * refused before the hours that it costs.
 */
import { UserError } from '../base/errors.js'
import { gigabytes } from '../base/format.js'
import { sizeOf } from '../base/ndarray.js'
import type { ArraySpec } from '../tensor/infer.js'
import { flatten, type Tree } from '../tensor/tree.js'
import { anyLength, type TrainedKind, type TrainingOptions } from './contract.js'

/** Arrays of a checkpoint, at most: a file of 2 GiB is read (`readBytes`), and names and shapes need some of it. */
const mostBytes = 2 ** 31 - 2 ** 24

/** Bytes of the state, without arrays of a length that hangs on the films. */
export function stateBytes(kind: TrainedKind, options: TrainingOptions): number {
  return flatten(kind.stateSpecs(options) as Tree<ArraySpec>)
    .filter(({ leaf: { shape } }) => !shape.includes(anyLength))
    .reduce((sum, { leaf: { shape } }) => sum + 4 * sizeOf(shape), 0)
}

/** Throws a `UserError` where the state is too large for a checkpoint. */
export function requireCheckpointSize(kind: TrainedKind, options: TrainingOptions): void {
  const bytes = stateBytes(kind, options)
  if (bytes <= mostBytes) return
  const [height, width] = options.imageSize
  throw new UserError(
    `generator.kind ${kind.kind}: for films of ${height} x ${width} x ${options.channels} it would keep ${gigabytes(bytes)}, in memory and in every checkpoint, and a checkpoint holds at most ${gigabytes(mostBytes)}; make the films smaller (image.size, of kopt gan train --size): half the height and width take a quarter`,
  )
}
