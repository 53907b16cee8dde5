/**
 * The generator: latent and class to image. Source: Kong et al. 2022, Fig. 5. The latent becomes h x w x N (dense, ReLU),
 * the class a map h x w x 1 (embedding, dense); joined, three transposed convolutions 5 x 5 with stride 2 enlarge them
 * eightfold, batch normalisation and ReLU behind the first two, tanh behind the last.
 */
import { elementAt } from '../../base/element-at.js'
import type { NDArray } from '../../base/ndarray.js'
import { rowCount } from '../../base/ndarray.js'
import {
  type BatchNormParams,
  type BatchNormState,
  batchNormApply,
  batchNormInit,
  batchNormState,
} from '../../nn/batch-norm.js'
import { type ConvTransposeParams, convTransposeApply, convTransposeInit } from '../../nn/conv-transpose.js'
import { type EmbeddingParams, embeddingApply, embeddingInit } from '../../nn/embedding.js'
import type { WeightSpec } from '../../nn/init.js'
import { type LinearParams, linearApply, linearInit } from '../../nn/linear.js'
import { concat, relu, reshape, tanh } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { type AcganOptions, channelWidths } from './options.js'

export interface GeneratorParams<A = NDArray> {
  readonly embedding: EmbeddingParams<A>
  readonly classMap: LinearParams<A>
  readonly latentMap: LinearParams<A>
  readonly blocks: readonly { readonly up: ConvTransposeParams<A>; readonly norm: BatchNormParams<A> }[]
  readonly image: ConvTransposeParams<A>
}

/** Running statistics of the two batch normalisations. */
export type GeneratorNorms<A = NDArray> = readonly BatchNormState<A>[]

/** Images are eight times the first map. */
const enlargement = 8

function firstMap({ imageSize: [height, width] }: AcganOptions): [number, number] {
  return [height / enlargement, width / enlargement]
}

export function generatorInit(options: AcganOptions): GeneratorParams<WeightSpec> {
  const { latentSize, embeddingSize, initDeviation: deviation, channels } = options
  const [h, w] = firstMap(options)
  const [n, a, b] = channelWidths(options).generator
  const up = (inputs: number, outputs: number, bias: boolean) =>
    convTransposeInit({ kernel: 5, inputs, outputs, deviation, bias })
  return {
    embedding: embeddingInit({ classes: options.classes.length, size: embeddingSize }),
    classMap: linearInit({ inputs: embeddingSize, outputs: h * w, deviation }),
    latentMap: linearInit({ inputs: latentSize, outputs: h * w * n, deviation }),
    blocks: [
      { up: up(n + 1, a, false), norm: batchNormInit(a) },
      { up: up(a, b, false), norm: batchNormInit(b) },
    ],
    image: up(b, channels, true),
  }
}

export function generatorNorms(options: AcganOptions): GeneratorNorms<WeightSpec> {
  const [, a, b] = channelWidths(options).generator
  return [batchNormState(a), batchNormState(b)]
}

/**
 * latents [N, latentSize], labels int32 [N] -> images [N, H, W, channels] in (-1, 1).
 * In training the batch's statistics are used and the running ones come back moved.
 */
export function generatorApply(
  params: GeneratorParams<Tensor>,
  norms: GeneratorNorms<Tensor>,
  { latents, labels }: { latents: Tensor; labels: Tensor },
  options: AcganOptions,
  { training }: { training: boolean },
): { images: Tensor; norms: GeneratorNorms<Tensor> } {
  const count = rowCount(latents)
  const [h, w] = firstMap(options)
  const latentMap = reshape(relu(linearApply(params.latentMap, latents)), [count, h, w, -1])
  const classMap = reshape(linearApply(params.classMap, embeddingApply(params.embedding, labels)), [count, h, w, 1])
  const moved: BatchNormState<Tensor>[] = []
  let x = concat([latentMap, classMap], 3)
  for (const [i, block] of params.blocks.entries()) {
    const { output, state } = batchNormApply(
      block.norm,
      elementAt(norms, i),
      convTransposeApply(block.up, x, { stride: 2 }),
      {
        training,
      },
    )
    moved.push(state)
    x = relu(output)
  }
  return { images: tanh(convTransposeApply(params.image, x, { stride: 2 })), norms: moved }
}
