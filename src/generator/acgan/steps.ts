/**
 * One training step as one program: the fakes of one generator pass, the discriminator's update on reals and fakes as
 * separate batches, then the generator's through the updated discriminator. Everything random comes in from outside;
 * weights, Adam's moments and running statistics come in and go out, so a step is a pure function.
 */
import type { DType, NDArray } from '../../base/ndarray.js'
import { extents } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { type AdamState, adamInit, adamUpdate } from '../../nn/adam.js'
import { drawWeights, type WeightSpec } from '../../nn/init.js'
import { valueAndGrad } from '../../tensor/grad.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { cast, div, equal, greater, max, mean, mul, oneHot, stopGradient, sub, sum } from '../../tensor/ops.js'
import type { Tensor } from '../../tensor/trace.js'
import { mapTree } from '../../tensor/tree.js'
import {
  type DiscriminatorNorms,
  type DiscriminatorParams,
  discriminatorApply,
  discriminatorInit,
  discriminatorNorms,
  dropoutSizes,
} from './discriminator.js'
import {
  type GeneratorNorms,
  type GeneratorParams,
  generatorApply,
  generatorInit,
  generatorNorms,
} from './generator.js'
import { discriminatorLoss, generatorLoss, type Judged } from './losses.js'
import type { AcganOptions } from './options.js'

/** A network in training. */
export interface NetworkState<P, N> {
  readonly params: P
  /** Running statistics of the batch normalisations. */
  readonly norms: N
  readonly adam: AdamState<P>
}

/** Everything that a step changes. */
export interface TrainingState<A = NDArray> {
  readonly generator: NetworkState<GeneratorParams<A>, GeneratorNorms<A>>
  readonly discriminator: NetworkState<DiscriminatorParams<A>, DiscriminatorNorms<A>>
}

/** What a step takes besides the state. */
export interface DrawnInputs<A = NDArray> {
  /** Real images, uint8 [N, H, W, channels]. */
  readonly images: A
  /** int32 [N] */
  readonly labels: A
  /** [N, latentSize] */
  readonly latents: A
  /** Classes of the generated images, int32 [N]. */
  readonly fakeLabels: A
  /** Random words, int32 from 0 to 65535, for the discriminator's three passes: `dropoutSizes` of each. */
  readonly dropout: { readonly real: readonly A[]; readonly fake: readonly A[]; readonly generator: readonly A[] }
  /** 1 for the first step; a float scalar. */
  readonly step: A
}

export interface StepInputs<A = NDArray> extends DrawnInputs<A> {
  readonly state: TrainingState<A>
}

/** Scalars. Accuracies are shares, of the discriminator's passes before its update. */
export interface StepLosses<A = NDArray> {
  readonly discriminator: A
  readonly generator: A
  /** Real images called real. */
  readonly realAccuracy: A
  /** Generated images called generated. */
  readonly fakeAccuracy: A
  /** Real images whose class is named rightly. */
  readonly classAccuracy: A
}

export interface StepOutputs<A = NDArray> {
  readonly state: TrainingState<A>
  readonly losses: StepLosses<A>
}

/** Shapes of the state, and how it begins. */
export function stateSpecs(options: AcganOptions): TrainingState<WeightSpec> {
  const generator = generatorInit(options)
  const discriminator = discriminatorInit(options)
  return {
    generator: { params: generator, norms: generatorNorms(options), adam: adamInit(generator) },
    discriminator: { params: discriminator, norms: discriminatorNorms(options), adam: adamInit(discriminator) },
  }
}

/** The state before the first step. */
export function initialState(options: AcganOptions): TrainingState {
  return drawWeights(new Rng(options.seed).split('gan/init'), stateSpecs(options)) as TrainingState
}

/** Shapes and element types of a step's inputs. `float`: the element type of weights and latents. */
export function stepSpecs(options: AcganOptions, float: DType = 'float32'): StepInputs<ArraySpec> {
  const { batchSize, imageSize, channels, latentSize } = options
  const words = () => dropoutSizes(options).map((count): ArraySpec => ({ shape: [count], dtype: 'int32' }))
  const labels: ArraySpec = { shape: [batchSize], dtype: 'int32' }
  return {
    state: mapTree(({ shape }: WeightSpec): ArraySpec => ({ shape, dtype: float }), stateSpecs(options)),
    images: { shape: [batchSize, ...imageSize, channels], dtype: 'uint8' },
    labels,
    latents: { shape: [batchSize, latentSize], dtype: float },
    fakeLabels: labels,
    dropout: { real: words(), fake: words(), generator: words() },
    step: { shape: [], dtype: float },
  }
}

/** The step to trace. */
export function acganStep(options: AcganOptions): (inputs: StepInputs<Tensor>) => StepOutputs<Tensor> {
  return ({ state, images, labels, latents, fakeLabels, dropout, step }) => {
    const { generator, discriminator } = state
    const reals = sub(div(cast(images, latents.dtype), 127.5), 1)

    const generatorObjective = (params: GeneratorParams<Tensor>) => {
      const fakes = generatorApply(params, generator.norms, { latents, labels: fakeLabels }, options, {
        training: true,
      })

      // The discriminator's update takes the fakes as they are: nothing of it reaches the generator.
      const seen = stopGradient(fakes.images)
      const discriminatorObjective = (params: DiscriminatorParams<Tensor>) => {
        const real = discriminatorApply(params, discriminator.norms, reals, dropout.real, options)
        const fake = discriminatorApply(params, real.norms, seen, dropout.fake, options)
        const judged = [
          { ...real, labels },
          { ...fake, labels: fakeLabels },
        ] as const
        const loss = discriminatorLoss(...judged, options)
        return [loss, { norms: fake.norms, accuracies: accuracies(...judged) }] as const
      }
      const backward = valueAndGrad(discriminatorObjective, { hasAux: true })(discriminator.params)
      const updated = adamUpdate(discriminator.params, backward.grads, discriminator.adam, options, step)

      const judged = discriminatorApply(updated.params, backward.aux.norms, fakes.images, dropout.generator, options)
      const aux = {
        norms: fakes.norms,
        discriminator: { params: updated.params, norms: judged.norms, adam: updated.state },
        losses: { discriminator: backward.value, ...backward.aux.accuracies },
      }
      return [generatorLoss({ ...judged, labels: fakeLabels }), aux] as const
    }
    const { value, grads, aux } = valueAndGrad(generatorObjective, { hasAux: true })(generator.params)
    const updated = adamUpdate(generator.params, grads, generator.adam, options, step)
    return {
      state: {
        generator: { params: updated.params, norms: aux.norms, adam: updated.state },
        discriminator: aux.discriminator,
      },
      losses: { ...aux.losses, generator: value },
    }
  }
}

function accuracies(real: Judged, fake: Judged): Omit<StepLosses<Tensor>, 'discriminator' | 'generator'> {
  const share = (right: Tensor) => mean(cast(right, real.source.dtype))
  const [, classes] = extents(real.class, 2)
  const labelled = mul(real.class, cast(oneHot(real.labels, classes), real.class.dtype))
  return {
    realAccuracy: share(greater(real.source, 0)),
    fakeAccuracy: share(greater(0, fake.source)),
    classAccuracy: share(equal(sum(labelled, 1), max(real.class, 1))),
  }
}
