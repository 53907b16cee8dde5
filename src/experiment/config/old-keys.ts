/**
 * The keys of 0.1 in those of now. `gan.*` were the options of the one generator there was (now `generator.*`) and of its
 * training (`training.*`); `synthetic.from` and `synthetic.order` took images made elsewhere (`generator.kind` given). As then,
 * what is said of the GAN does not count where images made elsewhere are taken.
 */
import { elementAt } from '../../base/element-at.js'
import { nearest } from '../../base/errors.js'
import { listing } from '../../base/format.js'
import { given } from '../../generator/given/given.js'
import { generatorKinds } from '../../generator/registry.js'
import { paperAugmentation } from '../../image/augment.js'
import { isRecord, mergeAll } from './merge.js'
import type { PartialConfig } from './schema.js'
import { backbone } from './sections/backbone.js'
import { search } from './sections/search.js'
import { training } from './sections/training.js'

type Section = Readonly<Record<string, unknown>>

/** What a layer says of the generator. */
export interface GeneratorSaid {
  /** The kind that it asks for. */
  readonly kind?: unknown
  /** The kind that its options are of; undefined: of whichever is taken. */
  readonly of?: unknown
  readonly options: unknown
}

/** A value as the user gave it. */
interface Spelling {
  /** Its place by the keys of now. */
  readonly place: string
  readonly key: string
  readonly value: unknown
}

export interface Renewed {
  /** The layers without `generator` and without keys of 0.1. */
  readonly layers: readonly PartialConfig[]
  /** What they say of the generator, in their order. */
  readonly said: readonly GeneratorSaid[]
  /** How the user spelled a place that has another name now. */
  readonly spelled: ReadonlyMap<string, string>
  /** What was given under a name of 0.1 or of now, in the order in which the later counts. */
  readonly given: readonly Spelling[]
  /** Sentences on what was wrong in 0.1 too. */
  readonly problems: readonly string[]
}

const [ofBefore] = generatorKinds
const optionsOfGan = Object.keys(ofBefore.options.shape)
/** Keys of the section that the GAN's of before did not have. */
const optionsSince = ['snapshot']
const optionsOfTraining = Object.keys(training.unwrap().shape).filter((key) => !optionsSince.includes(key))

export function withKeysOfNow(layers: readonly PartialConfig[]): Renewed {
  const said: GeneratorSaid[] = []
  const spelled = new Map<string, string>()
  const spellings: Spelling[] = []
  const problems: string[] = []

  function say(section: Section, now: string, name = now): void {
    for (const [key, value] of Object.entries(section))
      spellings.push({ place: `${now}.${key}`, key: `${name}.${key}`, value })
  }

  function sayOld(section: Section, now: string, before: string): void {
    for (const key of Object.keys(section)) spelled.set(`${now}.${key}`, `${before}.${key}`)
    say(section, now, before)
  }

  const renewed = layers.map((layer): PartialConfig => {
    const { generator, gan, synthetic, ...rest } = layer as Omit<PartialConfig, 'synthetic'> & {
      gan?: unknown
      synthetic?: unknown
    }
    if (gan !== undefined) {
      problems.push(...problemsOfGan(gan))
      const options = picked(gan, optionsOfGan)
      sayOld(options, 'generator', 'gan')
      said.push({ of: ofBefore.kind, options })
    }
    const trained = picked(gan, optionsOfTraining)
    sayOld(trained, 'training', 'gan')
    const { from, order, ...left }: Section = isRecord(synthetic) ? synthetic : {}
    const images = { ...(typeof from === 'string' && { from }), ...(order !== undefined && { order }) }
    sayOld(images, 'generator', 'synthetic')
    if (typeof from === 'string') said.push({ kind: given.kind, of: given.kind, options: images })
    else if (order !== undefined) said.push({ of: given.kind, options: images })
    // Back to the GAN, after images made elsewhere.
    if (from === null && lastKind(said) === given.kind) said.push({ kind: ofBefore.kind, options: {} })
    if (from !== undefined && from !== null && typeof from !== 'string')
      problems.push(`synthetic.from: expected string, got ${JSON.stringify(from)}`)
    if (generator !== undefined && !isRecord(generator))
      problems.push(
        `generator: expected its keys, such as generator.kind=${ofBefore.kind}, got ${JSON.stringify(generator)}`,
      )
    else if (generator !== undefined) {
      const kind = Object.hasOwn(generator, 'kind') ? generator.kind : undefined
      said.push({ kind, of: kind, options: generator })
      say(generator, 'generator')
      for (const key of Object.keys(generator)) spelled.delete(`generator.${key}`)
    }
    if (isRecord(rest.training)) say(rest.training, 'training')
    return {
      ...rest,
      ...(Object.keys(trained).length > 0 && { training: { ...trained, ...rest.training } }),
      ...(synthetic !== undefined && { synthetic: isRecord(synthetic) ? left : synthetic }),
    } as PartialConfig
  })
  return { layers: renewed, said, spelled, given: spellings, problems }
}

/** That keys of 0.1 have other names now, and which value counts where both names were used; none where no such key was used. */
export function remarksOnOldKeys(layers: readonly PartialConfig[]): string[] {
  const { spelled, given: spellings } = withKeysOfNow(layers)
  const twice = [...new Set(spellings.map(({ place }) => place))].flatMap((place) => {
    const names = spellings.filter((one) => one.place === place)
    const keys = [...new Set(names.map(({ key }) => key))]
    return keys.length < 2 ? [] : [{ place, keys, last: elementAt(names, names.length - 1) }]
  })
  const renamed = [...spelled].filter(([place]) => !twice.some((one) => one.place === place))
  const [before, now] = [listing(renamed.map(([, key]) => key)), listing(renamed.map(([place]) => place))]
  const one = renamed.length === 1
  return [
    ...(renamed.length === 0
      ? []
      : [`${before} ${one ? 'is' : 'are'} called ${now} now; the old ${one ? 'name goes' : 'names go'} on working`]),
    ...twice.map(
      ({ keys, last }) =>
        `${listing(keys)} are two names of one value: ${last.key} was given last, so ${JSON.stringify(last.value)} counts; leave the other out`,
    ),
  ]
}

/** What 0.1.0 did where it had no key yet; builds after it may have some of them. */
const valuesBefore: PartialConfig = {
  roi: {},
  encoding: null,
  keepPatientIds: true,
  resampling: { folds: 0, times: 1 },
  augment: paperAugmentation,
  training: { seeds: 1, snapshot: 'last' },
  synthetic: { excludeCopies: false, rejected: null },
  // How a block would be trained is of no account where none is.
  backbone: { unfreeze: 'none', fineTune: backbone.parse({}).fineTune },
  search: {
    multiples: 'whole',
    heads: 1,
    null: true,
    rivals: 'none',
    selected: false,
    // Of no account to the one metric there was, and where no inner folds choose.
    specificity: search.parse({}).specificity,
    innerFolds: search.parse({}).innerFolds,
  },
  evaluation: { sensitivity: null, prevalence: null },
}

/** Whether a whole configuration is as 0.1 kept it. */
export function isOfBefore(stored: object): boolean {
  return Object.hasOwn(stored, 'gan')
}

/** A whole configuration as config.yaml of 0.1 held it, in the keys of now. */
export function completeWithKeysOfNow(stored: PartialConfig): PartialConfig {
  const {
    layers: [rest],
    said,
  } = withKeysOfNow([stored])
  const kind = lastKind(said) ?? ofBefore.kind
  const options = said.filter((one) => one.of === undefined || one.of === kind).map((one) => one.options)
  return mergeAll([valuesBefore, rest, { generator: Object.assign({ kind }, ...options) }]) as PartialConfig
}

/** The kind that was asked for last: by its name, or by options of 0.1, which knew one alone; undefined where nothing was said. */
export function lastKind(said: readonly GeneratorSaid[]): unknown {
  const asked = said.findLast(({ kind }) => kind !== undefined)
  return asked ? asked.kind : said.find(({ of }) => of === ofBefore.kind)?.of
}

function problemsOfGan(gan: unknown): string[] {
  if (!isRecord(gan)) return [`gan: expected object, got ${JSON.stringify(gan)}`]
  const known = [...optionsOfGan, ...optionsOfTraining]
  return Object.keys(gan)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const near = nearest(key, known)
      return `key gan.${key} is not known; ${near ? `did you mean gan.${near}?` : `known there: ${known.join(', ')}`}`
    })
}

function picked(section: unknown, keys: readonly string[]): Section {
  if (!isRecord(section)) return {}
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(section, key)).map((key) => [key, section[key]]))
}
