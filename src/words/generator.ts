/**
 * A generator in words: the words of its kind where it has some here, else what its facts give. A figure or a sentence that
 * needs to know what a column or an option means asks here.
 */
import { capitalised } from '../base/capitalised.js'
import { count, listing } from '../base/format.js'
import { generatorOf, generatorOptions } from '../record/generator-of.js'
import type { Result } from '../record/result.js'

interface KindWords {
  /** With its article, as a page introduces it. */
  readonly introduced: string
  /** As the answer of a checklist begins. */
  readonly heading: string
  /** Keys of the references that a methods section gives for it. */
  readonly sources: readonly ('odena' | 'kong' | 'karras' | 'vastola' | 'lu' | 'efron' | 'silverman')[]
  /** How its films come about, where nothing is trained in steps. */
  readonly computed?: string
  /** What one training step is. */
  readonly step?: string
  /** References of the optimiser. */
  readonly optimiser?: { readonly name: string; readonly source: 'kingma' }
  /** Options that a methods section gives, in its words. */
  readonly options: Readonly<Record<string, string>>
  /** Columns of the curves. */
  readonly columns: Readonly<Record<string, string>>
  /** What the curves show. */
  readonly curves: string
}

const ofKinds: Readonly<Record<string, KindWords>> = {
  acgan: {
    introduced: 'An auxiliary classifier GAN (ACGAN)',
    heading: 'Auxiliary-classifier GAN',
    sources: ['odena', 'kong'],
    step: 'one update of either network',
    optimiser: { name: 'Adam', source: 'kingma' },
    options: {
      learningRate: 'learning rate',
      beta1: 'beta1',
      latentSize: 'normal latents of length',
      latentDeviation: 'standard deviation of the latents',
      initDeviation: 'standard deviation of the initial weights',
      dropout: 'dropout',
    },
    columns: {
      realAccuracy: 'real films called real',
      fakeAccuracy: 'synthetic films called synthetic',
      classAccuracy: 'class recognised correctly',
    },
    curves:
      'Losses, and how often the discriminator is right. A loss that runs away, or a discriminator that is always right, would mean that training has failed.',
  },
  edm: {
    introduced:
      'A class-conditional diffusion model (its denoiser begins at the principal components of each class, and a network learns what they lack)',
    heading: 'Diffusion model',
    sources: ['karras', 'vastola', 'lu'],
    step: 'one update of the denoiser',
    optimiser: { name: 'Adam', source: 'kingma' },
    options: {
      learningRate: 'largest learning rate',
      components: 'principal components of each class, at most',
      variants: 'share of films shifted, turned and enlarged a little, of which the network is told',
      levels: 'noise levels in drawing',
    },
    columns: { denoising: 'squared error of denoising, 1 where films are normal' },
    curves:
      'The loss of the denoiser: 1 is what the normal distribution of each class alone would give, and less means that the network has learned something. A loss that runs away would mean that training has failed.',
  },
  pca: {
    introduced: 'Draws from the principal components of each class with normal coefficients (no network)',
    heading: 'Principal components with normal coefficients',
    computed:
      'the principal components of the training films of each class, with normal coefficients of their variances',
    sources: [],
    options: { components: 'principal components of each class, at most' },
    columns: {},
    curves: '',
  },
  command: {
    introduced: 'A program of the user',
    heading: 'Program of the user',
    sources: [],
    options: {},
    columns: {},
    curves: '',
  },
  smoothed: {
    introduced:
      'A smoothed bootstrap (each synthetic film is a training film moved by normal noise with the covariance of its class; no network)',
    heading: 'Smoothed bootstrap of the training films',
    computed:
      'training films drawn at random from each class, each moved towards the mean of its class and by a normal deviation with the covariance of its class, so that mean and covariance stay',
    sources: ['efron', 'silverman'],
    options: { smoothing: 'smoothing' },
    columns: {},
    curves: '',
  },
}

/** Options that every sentence names by itself. */
const namedElsewhere = ['kind', 'steps', 'batchSize']

export interface GeneratorWords extends KindWords {
  /** In a sentence, without an article, and in short. */
  readonly name: string
  readonly noun: string
}

export function generatorWords(result: Pick<Result, 'generator' | 'gan' | 'config'>): GeneratorWords {
  const { kind, name, noun } = generatorOf(result)
  const options = Object.keys(generatorOptions(result)).filter((key) => !namedElsewhere.includes(key))
  const words: KindWords = ofKinds[kind] ?? {
    introduced: `A generator (${name})`,
    heading: capitalised(name),
    sources: [],
    options: Object.fromEntries(options.map((key) => [key, key])),
    columns: {},
    curves: 'Losses and shares against the step. A loss that runs away would mean that training has failed.',
  }
  return { name, noun, ...words }
}

/** How the films of a generator that was not trained here came about: `made elsewhere`. */
export function madeWithoutTraining({ synthetic }: Pick<Result, 'synthetic'>): string {
  return synthetic?.source === 'called' ? 'made by a program of the user' : 'made elsewhere'
}

/** `4,100,000 weights in the generator and 400,000 in the discriminator`. */
export function weightsOfNetworks(parameters: Readonly<Record<string, number>>, unit: string): string[] {
  return Object.entries(parameters).map(
    ([network, weights], i) => `${count(weights)} ${i === 0 ? `${unit} ` : ''}in the ${network}`,
  )
}

/** Each option that is known, in words with its value. */
export function optionsInWords(result: Pick<Result, 'generator' | 'gan' | 'config'>): string[] {
  const values = generatorOptions(result)
  return Object.entries(generatorWords(result).options).flatMap(([key, words]) =>
    values[key] === undefined ? [] : [`${words} ${values[key]}`],
  )
}

/** What the curves of its training are called in a figure. */
export function curveLabels(result: Pick<Result, 'generator' | 'gan' | 'config'>) {
  const { kind, noun, training } = generatorOf(result)
  return curveLabelsOf({ kind, noun, curves: training?.curves ?? { losses: [], shares: [] } })
}

/** The same of a generator that is known by its kind. */
export function curveLabelsOf({
  kind,
  noun,
  curves,
}: {
  kind: string
  noun: string
  curves: { readonly losses: readonly string[]; readonly shares: readonly string[] }
}) {
  const columns: Readonly<Record<string, string>> = ofKinds[kind]?.columns ?? {}
  const labelled = (names: readonly string[]) => names.map((column) => ({ column, label: columns[column] ?? column }))
  return { noun, losses: labelled(curves.losses), shares: labelled(curves.shares) }
}

/** Films of each step, where the options say so. */
export function batchSizeOf(result: Pick<Result, 'gan' | 'config'>): number | undefined {
  const { batchSize } = generatorOptions(result)
  return typeof batchSize === 'number' ? batchSize : result.gan?.batchSize
}

/** Size in short, as far as the options say one: `tutorial widths × 0.5`. */
export function sizeInShort(result: Pick<Result, 'generator' | 'gan' | 'config'>): string {
  const { parameters = {} } = generatorOf(result).training ?? {}
  const { gan } = result
  return gan ? `${gan.widths} widths × ${gan.width}` : listing(weightsOfNetworks(parameters, 'weights'))
}
