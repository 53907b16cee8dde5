/** Answers that a run gives to items of both checklists. */

import { counted, listing, percentage, short, withInterval } from '../../base/format.js'
import { generatorOf, generatorOptions } from '../../record/generator-of.js'
import type { Result } from '../../record/result.js'
import { generatorWords, madeWithoutTraining } from '../../words/generator.js'
import { armInSentence, aucName, setName } from '../../words/names.js'
import { evaluatedArms, resultSets } from '../figure-list.js'

/** AUC of the chosen arm and of the original films on every set, with intervals. */
export function performanceInShort(result: Result): string {
  const sets = resultSets(result).map((set) => {
    const shown = evaluatedArms(result, set).filter(({ name }) => name === result.search.arm || name === 'OD')
    const aucs = shown.map(
      ({ name, on }) => `${armInSentence(name)} ${withInterval(on.auc.value, on.auc.low, on.auc.high)}`,
    )
    return `${setName(set)}: ${aucName(result)} of ${listing(aucs)}`
  })
  return `${sets.join('. ')}. All arms and measures with 95 % intervals: section Performance, tables/table1.csv.`
}

export function flowInShort({ dataset }: Result): string {
  const internal = dataset.flow.find(({ set }) => set === 'internal')
  if (!internal) return 'Section Films.'
  return `${counted(internal.found, 'film')} found, ${counted(internal.analysed, 'film')} analysed; flow with every exclusion and its reason: section Films, tables/flow.csv.`
}

export function casesNeeded(result: Result): string | undefined {
  const { verdict } = result
  if (verdict.casesNeeded === null) return undefined
  return `About ${counted(verdict.casesNeeded, 'test film')} would be needed to decide about a gain of ${short(verdict.delta)} in ${aucName(result)}, by this run’s variance and correlation.`
}

/** Share of the class looked for in training and test films. */
export function classShares({ dataset }: Result): string {
  const parts = (['train', 'tuning', 'test'] as const).flatMap((part) => {
    const total = Object.values(dataset.split[part]).reduce((sum, n) => sum + n, 0)
    if (total === 0) return []
    const shares = dataset.classes.map((name) => `${percentage((dataset.split[part][name] ?? 0) / total)} ${name}`)
    return `${part}: ${listing(shares)}`
  })
  return `Class shares: ${parts.join('; ')}.`
}

/** Sensitivity and specificity of the chosen arm and of the original films on every set, with intervals. */
export function accuracyInShort(result: Result): string {
  const sets = resultSets(result).map((set) => {
    const shown = evaluatedArms(result, set).filter(({ name }) => name === result.search.arm || name === 'OD')
    const arms = shown.map(({ name, on }) => {
      const [sensitivity, specificity] = (['sensitivity', 'specificity'] as const).map((key) =>
        withInterval(on[key], on.intervals[key]?.low, on.intervals[key]?.high),
      )
      return `${armInSentence(name)}: sensitivity ${sensitivity}, specificity ${specificity}`
    })
    return `${setName(set)}: ${arms.join('; ')}`
  })
  return `${sets.join('. ')}. Other measures and cutoffs: sections Performance and In use.`
}

export function kindOfAi(result: Result): string {
  const { backbone } = result
  const made = generatorOf(result).training
    ? `${generatorWords(result).heading} for synthetic training films`
    : `Synthetic training films, ${madeWithoutTraining(result)}`
  const features = backbone.unfrozen ? 'features of a network trained in its last block' : 'frozen features'
  return `${made}; classification on ${features} with a linear last layer.`
}

/** What the controls of this run tell apart from the synthetic films. */
export function controlsInShort({ arms }: Result): string | undefined {
  const names = arms.map(({ name }) => name)
  const apart = [
    names.includes('OD=balanced') && 'class balance',
    names.some((name) => name.includes('CDA')) && 'the number of films, by conventional augmentation',
    names.some((name) => name.endsWith('=steps')) && 'optimiser steps',
    names.includes('OD=native') && 'native size',
  ].filter((what) => what !== false)
  return apart.length > 0 ? `Controls hold against the synthetic films: ${listing(apart)}.` : undefined
}

/** How many films were cut to a region of interest; nothing where a result does not say. */
export function regionsInShort({ dataset: { readings } }: Result): string | undefined {
  if (!readings) return undefined
  const cut = Object.values(readings).reduce((sum, { regions }) => sum + regions, 0)
  return cut > 0 ? `${counted(cut, 'film')} cut to a region of interest.` : 'Films were used whole.'
}

/** Where headers name makers or views, what the authors need not add. */
export function acquisitionUnknown({ dataset: { readings = {} } }: Result): string {
  const named = (of: 'makers' | 'views') =>
    Object.values(readings).length > 0 && Object.values(readings).every((one) => Object.keys(one[of]).length > 0)
  const missing = [!named('makers') && 'makers', !named('views') && 'views', 'exposure', 'dates'].filter(Boolean)
  return listing(missing as string[])
}

/** Results of before do not say what was done to the grey values of their files. */
export function stepsUnknown({ dataset }: Result): string | undefined {
  return dataset.readings ? undefined : 'what was done to the files before, such as windows of DICOM films'
}

/** The methods give the deviation of the generator's first weights, and those of a head that is fitted to convergence do not matter. */
export function initialUnknown(result: Result): string | undefined {
  const { head } = result.config as { head?: { kind?: string } }
  const { training, noun } = generatorOf(result)
  const missing = [
    training && generatorOptions(result).initDeviation === undefined && `the first weights of the ${noun}`,
    head?.kind !== 'logistic' && 'the first weights of the last layer',
  ].filter(Boolean)
  return missing.length > 0 ? listing(missing as string[]) : undefined
}
