/**
 * What an ACGAN is made of and how it is trained. Values from Kong et al., Scientific Reports 2022, "Auxiliary
 * classifier GAN" (latent 100, embedding 50, dropout 0.5, slope 0.2) and its training (Adam 0.0002, beta1 0.5, batch 64);
 * widths, which the paper leaves open, from the architecture's ancestors.
 */
import { nearest, throwProblems } from '../../base/errors.js'

export interface AcganOptions {
  /** Names in the order of the labels, at least two. */
  classes: string[]
  /** Height and width in pixels, both divisible by 8. */
  imageSize: [number, number]
  channels: 1 | 3
  /** Channels of the layers: `tutorial` 4.6 million weights, `covidgan` 23 million (both at width 1, 56 x 56 x 3). */
  widths: 'tutorial' | 'covidgan'
  /** Multiplies `widths`. */
  width: number
  latentSize: number
  /** Standard deviation of the latents. */
  latentDeviation: number
  embeddingSize: number
  /** Standard deviation of the initial weights of dense layers and convolutions. */
  initDeviation: number
  learningRate: number
  beta1: number
  /** Real images, and as many generated ones, per step. */
  batchSize: number
  /** One step is one update of the discriminator and one of the generator. */
  steps: number
  /** Share of activations dropped behind the discriminator's first three convolutions; in 256ths. */
  dropout: number
  /** Slope of the discriminator's leaky ReLU below 0. */
  leakySlope: number
  /** Whether the discriminator's class head also learns from generated images (the paper: yes). */
  classHeadLearnsFromFakes: boolean
  seed: number
}

/** Names and types of the options, and the values of those that need not be given. */
const defaults: Omit<AcganOptions, 'classes' | 'steps'> = {
  imageSize: [56, 56],
  channels: 3,
  widths: 'tutorial',
  width: 1,
  latentSize: 100,
  latentDeviation: 1,
  embeddingSize: 50,
  initDeviation: 0.02,
  learningRate: 2e-4,
  beta1: 0.5,
  batchSize: 64,
  dropout: 0.5,
  leakySlope: 0.2,
  classHeadLearnsFromFakes: true,
  seed: 1,
}

const layerWidths = {
  tutorial: { generator: [384, 192, 96], discriminator: [32, 64, 128, 256] },
  covidgan: { generator: [1024, 512, 256], discriminator: [64, 128, 256, 512] },
} as const

/** Channels of the generator's three layers before the image, and of the discriminator's four convolutions. */
export function channelWidths({ widths, width }: Pick<AcganOptions, 'widths' | 'width'>): {
  generator: [number, number, number]
  discriminator: [number, number, number, number]
} {
  const scaled = (channels: number) => Math.max(1, Math.round(channels * width))
  const { generator, discriminator } = layerWidths[widths]
  const [n, a, b] = generator.map(scaled)
  const [c1, c2, c3, c4] = discriminator.map(scaled)
  return { generator: [n, a, b], discriminator: [c1, c2, c3, c4] }
}

/**
 * The options with the paper's values where none is given. `classes` and `steps` have none.
 * Throws a `UserError` that lists every option that is unknown, of another type or out of range.
 */
export function defaultAcganOptions(
  partial: Partial<AcganOptions> & Pick<AcganOptions, 'classes' | 'steps'>,
): AcganOptions {
  const given = Object.fromEntries(Object.entries(partial).filter(([, value]) => value !== undefined))
  const options = { ...defaults, ...given } as AcganOptions
  throwProblems('GAN options', problemsOf(options))
  return options
}

type Check = (value: unknown) => string | undefined

const wholeNumber =
  (low: number, high = Number.MAX_SAFE_INTEGER): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
      ? undefined
      : `expected a whole number from ${low}${high === Number.MAX_SAFE_INTEGER ? '' : ` to ${high}`}`

const inRange =
  (range: string, test: (value: number) => boolean): Check =>
  (value) =>
    typeof value === 'number' && Number.isFinite(value) && test(value) ? undefined : `expected a number ${range}`

const oneOf =
  (...choices: (string | number | boolean)[]): Check =>
  (value) =>
    choices.includes(value as string) ? undefined : `expected ${choices.join(' or ')}`

const checks: Record<keyof AcganOptions, Check> = {
  classes: (value) => {
    if (!Array.isArray(value) || value.some((name) => typeof name !== 'string' || name === '')) return 'expected names'
    if (value.length < 2) return 'expected at least two classes'
    return new Set(value).size === value.length ? undefined : 'expected different names'
  },
  imageSize: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((n) => Number.isSafeInteger(n) && n > 0 && n % 8 === 0 && n <= 1024)
      ? undefined
      : 'expected height and width in pixels, both divisible by 8 and at most 1024',
  channels: oneOf(1, 3),
  widths: oneOf('tutorial', 'covidgan'),
  width: inRange('above 0, at most 4', (x) => x > 0 && x <= 4),
  latentSize: wholeNumber(1, 4096),
  latentDeviation: inRange('above 0', (x) => x > 0),
  embeddingSize: wholeNumber(1, 4096),
  initDeviation: inRange('above 0', (x) => x > 0),
  learningRate: inRange('above 0, at most 1', (x) => x > 0 && x <= 1),
  beta1: inRange('from 0, below 1', (x) => x >= 0 && x < 1),
  batchSize: wholeNumber(2, 1024),
  steps: wholeNumber(1),
  dropout: inRange('from 0, below 1', (x) => x >= 0 && x < 1),
  leakySlope: inRange('from 0, below 1', (x) => x >= 0 && x < 1),
  classHeadLearnsFromFakes: oneOf(true, false),
  seed: wholeNumber(0),
}

function problemsOf(options: AcganOptions): string[] {
  const names = Object.keys(checks)
  const unknown = Object.keys(options).filter((name) => !names.includes(name))
  return [
    ...unknown.map((name) => {
      const like = nearest(name, names)
      return `${name} is no option${like ? `; did you mean ${like}?` : `; there are ${names.join(', ')}`}`
    }),
    ...names.flatMap((name) => {
      const value = options[name as keyof AcganOptions]
      const problem = checks[name as keyof AcganOptions](value)
      return problem ? [`${name} is ${JSON.stringify(value) ?? 'missing'}, but ${problem}`] : []
    }),
  ]
}
