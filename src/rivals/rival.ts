/**
 * What may fill a training set in place of the run's generator and needs no training: the question "did it take a GAN, did it
 * take films?" put to the same films, the same multiples and the same search. A further rival is a line here; a generator that
 * is computed at once is one by itself.
 */
import type { TrainedKind } from '../generator/contract.js'
import { trainedKinds } from '../generator/registry.js'
import type { OpenFeatureSampler } from './feature-sampler.js'
import { openGaussian } from './gaussian.js'
import { openSmote } from './smote.js'

interface Named {
  /** In a configuration, and of its arm. */
  readonly name: string
  /** In a sentence, without an article: what the training set is filled up with. */
  readonly label: string
}

/** Films of a generator that is computed at once, with its own defaults. */
export interface FilmRival extends Named {
  readonly makes: 'films'
  readonly kind: TrainedKind
}

/** Vectors in the space of the backbone's features. */
export interface FeatureRival extends Named {
  readonly makes: 'features'
  readonly open: OpenFeatureSampler
}

/** The training films themselves, drawn again. */
export interface DuplicateRival extends Named {
  readonly makes: 'duplicates'
}

export type Rival = FilmRival | FeatureRival | DuplicateRival

/** Those that add least first: they are there in seconds. */
export const rivals: readonly Rival[] = [
  { name: 'duplicates', label: 'the training films again', makes: 'duplicates' },
  { name: 'smote', label: 'features between neighbouring films (SMOTE)', makes: 'features', open: openSmote },
  {
    name: 'gaussian',
    label: 'features drawn from a normal distribution of each class',
    makes: 'features',
    open: openGaussian,
  },
  ...trainedKinds
    .filter((kind) => kind.inClosedForm)
    .map((kind): Rival => ({ name: kind.kind, label: `films by ${kind.name}`, makes: 'films', kind })),
]

export const rivalNames: readonly string[] = rivals.map(({ name }) => name)
