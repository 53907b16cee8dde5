/**
 * What a file of weights holds, whatever its form: named tensors with shapes and types, and their elements on demand.
 * Nothing in this room knows a network: which names make a DenseNet-121 is said beside it (`backbone/networks`).
 */

export interface CheckpointTensor {
  /** As the file has it, levels joined by dots: `state_dict.module.densenet121.features.conv0.weight`. */
  readonly name: string
  readonly shape: readonly number[]
  /** As PyTorch names it: `float32`, `bfloat16`, `int64`. */
  readonly type: string
  /** The file that its elements stand in, where that is another one. */
  readonly elsewhere?: string
  /** The elements, row by row. Throws a `UserError` where the file does not hold them. */
  read(): Float32Array
}

export interface Checkpoint {
  /** `PyTorch zip form`, for people. */
  readonly form: string
  readonly tensors: readonly CheckpointTensor[]
}

/** Elements of the largest tensor that is read. */
export const largestTensor = 2 ** 28
