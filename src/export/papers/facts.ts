/** What all papers of a model say of it, from what its run's result knows. What no run can know is left visibly open. */
import { knownSources } from '../../backbone/registry.js'
import { counted, listing, withInterval } from '../../base/format.js'
import { ownValue } from '../../base/own-value.js'
import type { ClassifierInfo } from '../../head/classifier-info.js'
import type { Result } from '../../record/result.js'
import { evaluatedArms, resultSets } from '../../report/figure-list.js'
import { concernWords } from '../../words/concerns.js'
import { armInSentence, rankingName, setName } from '../../words/names.js'
import { weaknesses } from '../../words/weaknesses.js'
import type { GeneratorInfo } from '../generator.js'

export interface ModelFacts {
  readonly result: Result
  readonly classifier: ClassifierInfo
  /** SHA-256 of classifier.onnx. */
  readonly hash: string
  readonly generator: { readonly info: GeneratorInfo } | { readonly absent: string }
  /** Names of the arms whose heads go with it. */
  readonly heads: readonly string[]
}

export const researchUse =
  'Research use only: this is not a medical device, it is not cleared or approved by any authority, and it must not be used for decisions about patients.'

/** What whoever hands the model on has to add. */
export function open(what: string): string {
  return `[TO BE FILLED IN: ${what}]`
}

export function modelTitle({ result: { dataset } }: ModelFacts): string {
  const { classes, positive, name } = dataset
  const what = positive ? `${positive} or ${listing(classes.filter((one) => one !== positive))}` : listing(classes)
  return `Radiograph classifier: ${what} (${name})`
}

export function summary({ result, classifier }: ModelFacts): string {
  const { dataset, backbone } = result
  const trained = Object.values(dataset.split.train).reduce((sum, films) => sum + films, 0)
  const looks = dataset.positive
    ? `gives the probability of ${dataset.positive}`
    : `gives the probabilities of ${listing(dataset.classes)}`
  return `A linear classifier on features of ${backbone.name}, which ${looks} in a radiograph${classifier.cropped ? '’s region of interest' : ''}. It was trained on ${counted(trained, 'film')} and on synthetic films, ${armInSentence(result.model.arm)} at K = ${classifier.k}, by ${result.tool.name} ${result.tool.version}.`
}

export interface PerformanceRow {
  readonly set: string
  readonly arm: string
  readonly films: number
  readonly patients: number
  /** With 95 % limits. */
  readonly auc: string
  readonly aucValue: number | null
  readonly sensitivity: string
  readonly specificity: string
}

/** Of the model and of the original films alone, on every test set. */
export function performanceRows({ result }: ModelFacts): PerformanceRow[] {
  return resultSets(result).flatMap((set) =>
    evaluatedArms(result, set)
      .filter(({ name }) => name === result.model.arm || name === 'OD')
      .map(({ name, on }) => {
        const share = (key: 'sensitivity' | 'specificity') =>
          withInterval(on[key], on.intervals[key]?.low ?? null, on.intervals[key]?.high ?? null)
        return {
          set: setName(set),
          arm: armInSentence(name),
          films: on.n,
          patients: on.patients,
          auc: withInterval(on.auc.value, on.auc.low, on.auc.high),
          aucValue: on.auc.value,
          sensitivity: share('sensitivity'),
          specificity: share('specificity'),
        }
      }),
  )
}

/** As a sentence for each set and arm. */
export function performanceSentences(facts: ModelFacts): string[] {
  const ranking = rankingName(facts.result)
  return performanceRows(facts).map(
    ({ set, arm, films, patients, auc, sensitivity, specificity }) =>
      `${set}, ${arm}: ${ranking} ${auc}, sensitivity ${sensitivity}, specificity ${specificity} (${counted(films, 'film')} of ${counted(patients, 'patient')}).`,
  )
}

/** With outer folds the figures on internal films are of models that were made in the same way, not of this file. */
export function whoseFigures({ result }: ModelFacts): string | undefined {
  return result.folds.length === 0
    ? undefined
    : 'Figures on internal films come from the folds, whose models were made in the same way; this model was trained on all internal films, so that none was left to test it.'
}

export function limitations({ result }: ModelFacts): string[] {
  return [...concernWords(result).map(({ title, says }) => `${title} ${says}`), ...weaknesses(result)]
}

/** Under which licence the part of the weights that was not trained here may be passed on. */
export function backboneLicence({ classifier }: ModelFacts): string {
  const known = ownValue(knownSources, classifier.backbone)
  if (known) return `${classifier.backbone}: ${known.licence} (${known.about})`
  return classifier.backbone.startsWith('scattering')
    ? `${classifier.backbone}: part of kopt, Apache-2.0; it holds no trained weights`
    : `${classifier.backbone}: ${open('licence of the backbone whose weights are in the file')}`
}

/** What a generator can give away. */
export const generatorCaution =
  'Whoever has the generator can draw images like its training films, and where it has learned films by heart, nearly these films: ask whoever is responsible for data protection before it is passed on.'
