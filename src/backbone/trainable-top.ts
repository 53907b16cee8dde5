/**
 * What a backbone may offer beside its features: an end of its network, its top, that is trained with the head. The network is
 * cut below it; what lies below stays frozen, and what it gives of an image is kept as any features are. A backbone without one
 * (an ONNX file, the scattering) is frozen whole.
 */
import type { NDArray } from '../base/ndarray.js'
import type { ArraySpec } from '../tensor/infer.js'
import type { Tensor } from '../tensor/trace.js'
import type { Tree } from '../tensor/tree.js'

/** Weights of a top: arrays under their places in its `specs`. */
export type TopWeights = Tree<NDArray>

export interface TrainableTop {
  /** Network and top, such as `densenet121.block4`: names it wherever it is trained. */
  readonly id: string
  /** Channels of what it takes, [N, h, w, channels]. */
  readonly channels: number
  /** Features that it gives of an image. */
  readonly features: number
  /** Its arrays, by shape. */
  readonly specs: Tree<ArraySpec>
  /** [N, h, w, channels] -> [N, features], by weights of the form of `specs`. */
  apply(weights: Tree<Tensor>, x: Tensor): Tensor
  /** Of its weights those that a step moves; the others, such as batch statistics, stay as they were loaded. */
  trained(weights: TopWeights): Tree<NDArray>
  /** All weights again: `trained` in their places, and what stays as loaded through `take`. */
  joined<A>(trained: Tree<A>, loaded: TopWeights, take: (array: NDArray) => A): Tree<A>
}

/** Rows, columns and channels of what a top takes of an image. */
export type TopInput = readonly [height: number, width: number, channels: number]

/** A network cut below a top. */
export interface CutNetwork {
  /** What lies below, images as before in; one output, `cut`, [N, height * width * channels]. */
  readonly onnx: Uint8Array
  readonly input: TopInput
  /** Of the top, as loaded. */
  readonly weights: TopWeights
}

/** The output of what lies below a top. */
export const cutOutput = 'cut'

/** A kind of network that can be cut below its tops. */
export interface TrainableNetwork {
  /** For messages, with its article. */
  readonly called: string
  /** By the values of `backbone.unfreeze`. */
  readonly tops: Readonly<Record<string, TrainableTop>>
  /** Cuts the network of these weights (safetensors, from `source`) for images of a size. */
  cut(weights: Uint8Array, source: string, top: string, inputSize: readonly [number, number]): CutNetwork
}
