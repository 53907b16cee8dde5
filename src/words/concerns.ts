/** What stands in the way of an answer, in sentences that a clinician can act on: for the page and for the terminal alike. */

import { capitalised } from '../base/capitalised.js'
import { count, counted, fixed, listing, proportion, ranges, short, withInterval } from '../base/format.js'
import type { Concern } from '../record/concern.js'
import { isDemonstration } from '../record/demonstration.js'
import { findConcerns } from '../record/find-concerns.js'
import { generatorOf, isTrainedInSteps } from '../record/generator-of.js'
import type { Result, SearchResult } from '../record/result.js'
import { withoutMacro } from '../record/search-metric.js'
import { scoredMultiples } from './multiple.js'
import { armInSentence, rankingName } from './names.js'

export interface ConcernWords {
  /** The whole in a short sentence. */
  readonly title: string
  /** With the figures. */
  readonly says: string
  /** What to do. */
  readonly remedy: string
}

type Of<K extends Concern['kind']> = Extract<Concern, { kind: K }>

/** Found anew, so that results of before and sets that were added later have them too. */
export function concernWords(result: Result): ConcernWords[] {
  return findConcerns(result).map((one) => wordsOfConcern(one, result))
}

/** The same as plain text, two lines each. */
export function concernLines(result: Result): string[] {
  return concernWords(result).flatMap(({ title, says, remedy }) => [`${title} ${says}`, `  What to do: ${remedy}`])
}

/** The verdict and what stands in its way, the more important first. */
export function answerLines(result: Result): string[] {
  const verdict = `Verdict: ${result.verdict.text}`
  return verdictFirst(result) ? [verdict, ...concernLines(result)] : [...concernLines(result), verdict]
}

/** Whoever looks at a demonstration asks how an answer looks; that it is none yet comes second. */
export const verdictFirst = isDemonstration

/** One concern of a result in sentences. */
export function wordsOfConcern(concern: Concern, result: Result): ConcernWords {
  switch (concern.kind) {
    case 'generator-failed':
      return generatorFailed(concern, result)
    case 'not-learned':
      return notLearned(concern, result)
    case 'not-carried-over':
      return notCarriedOver(concern, result)
    case 'too-few-films':
      return tooFewFilms(concern, result)
    case 'tuning-separated':
      return tuningSeparated(concern, result)
    case 'rejected-after-results':
      return rejectedAfterResults(concern)
  }
}

function generatorFailed({ classes }: Of<'generator-failed'>, result: Result): ConcernWords {
  const { training, noun } = generatorOf(result)
  const figures = classes.map((one) => {
    const kid =
      one.kid === null
        ? ''
        : `, KID ${distance(one.kid)}${one.kidHeldOut === null ? '' : ` where unseen real films have ${distance(one.kidHeldOut)}`}`
    const where = one.overlap === 'none' ? 'they lie among no real films' : 'they are like a few of the real films only'
    return `${one.class}: ${where} (precision ${proportion(one.precision, 2)}, coverage ${proportion(one.coverage, 2)}${kid})`
  })
  const all =
    'All figures of this run are about these synthetic films; they say nothing about synthetic films in general.'
  if (!training) {
    return {
      title: 'The synthetic films are not like the real ones.',
      says: `In the features that the classifier sees: ${figures.join('; ')}. ${all}`,
      remedy:
        'look at them beside the real films; see that class folders, grey values and image size are those of the real films, or have their generator trained longer.',
    }
  }
  if (!isTrainedInSteps(generatorOf(result))) {
    return {
      title: 'The synthetic films are not like the real ones.',
      says: `In the features that the classifier sees: ${figures.join('; ')}. ${all}`,
      remedy: 'look at the samples; another kind of generator (generator.kind), or more training films, may do better.',
    }
  }
  const few = `With few training films a ${noun} may not succeed at all.`
  if (isDemonstration(result)) {
    return {
      title: 'The synthetic films are not like the real ones yet.',
      says: `The preset “quick” trains a small ${noun} for ${counted(training.steps, 'step')}, only to show the path. In the features that the classifier sees: ${figures.join('; ')}. ${all}`,
      remedy: `run it again with --preset standard. ${few}`,
    }
  }
  return {
    title: 'The generator failed.',
    says: `Its films are not like the real ones in the features that the classifier sees: ${figures.join('; ')}. ${all}`,
    remedy: `look at the samples and at the ${noun}’s losses, and run it again with more steps (--set generator.steps=${training.steps * 3}; here ${count(training.steps)}). ${few}`,
  }
}

function notLearned({ arm, inside }: Of<'not-learned'>, result: Result): ConcernWords {
  return {
    title: 'The classifier is not shown to have learned anything.',
    says: `On the internal test films the ${rankingName(result)} of ${armInSentence(arm)} is ${auc(inside)}, and 0.5 is chance.`,
    remedy:
      'check the labels and look at the films (kopt inspect); where they are right, more films or another backbone (kopt backbone list) are needed before it makes sense to ask about synthetic films.',
  }
}

function notCarriedOver({ arm, inside, outside }: Of<'not-carried-over'>, result: Result): ConcernWords {
  const meaning = {
    'below chance': 'worse than chance: the labels there may mean something else',
    chance: 'not shown to be better than chance, 0.5',
    worse: 'lower than inside',
  }
  const places = outside.map((one) => `${auc(one)} on “${one.set}” (${meaning[one.reason]})`)
  const worse = outside.some(({ reason }) => reason !== 'chance')
  return {
    title: worse
      ? 'The classifier does not carry over to other hospitals.'
      : 'The classifier is not shown to carry over to other hospitals.',
    says: `The ${rankingName(result)} of ${armInSentence(arm)} is ${auc(inside)} on the internal test films, and ${listing(places)}.`,
    remedy:
      'do not rely on it there, whatever the verdict says of the internal films. Check that the labels mean the same in both places, see what else tells the films apart (kopt inspect DATASET --external NAME=PATH), and train on films of several hospitals.',
  }
}

/** Without the plural's s. */
function singular(films: string): string {
  return films.slice(0, -1)
}

const partNames = { train: 'training films', tuning: 'tuning films', test: 'internal test films' } as const

function tooFewFilms({ parts, testFilms, casesNeeded }: Of<'too-few-films'>, result: Result): ConcernWords {
  const small = parts.map(
    ({ part, class: label, films, patients }) =>
      `there ${films === 1 ? 'is' : 'are'} only ${counted(films, singular(partNames[part]))} of class ${label}, and the ${partNames[part]} come from ${counted(patients, 'patient')} in all`,
  )
  // The verdict says how many films would decide.
  const times = casesNeeded === null || testFilms === null ? 0 : Math.round(casesNeeded / testFilms)
  const needed =
    times < 2
      ? []
      : [`an answer would take about ${count(times)} times as many test films as the ${count(testFilms)} there are`]
  const reasons = [...small, ...needed]
  const says = reasons.length > 0 ? reasons.join('; ') : (result.verdict.reason ?? 'no arms could be compared')
  const folds =
    result.folds.length > 0
      ? ''
      : ` Until then, ${result.search.selectOn === 'inner' ? '--set search.selectOn=tuning ' : ''}--set resampling.folds=5 tests every film once, and not only a part of them.`
  return {
    title: 'There are too few films for an answer.',
    says: `${capitalised(says)}.`,
    remedy: `collect more films, of the smaller class above all; kopt plan DATASET says beforehand what a number of test films can show.${folds}`,
  }
}

function tuningSeparated({ films, multiples, chosen }: Of<'tuning-separated'>, { search }: Result): ConcernWords {
  return {
    title: `K = ${chosen} is one of several equals.`,
    says: `${perfection(search, films)} at K = ${ranges(multiples, scoredMultiples(search))}, so they can’t tell these K apart, and the rule took one of them.`,
    remedy:
      search.selectOn === 'inner'
        ? 'do not report this K as the best one. To learn more about K, choose it on more films, or harder ones.'
        : 'do not report this K as the best one. To learn more about K, choose it on more films (a larger second share in split.fractions, or search.selectOn=inner), or harder ones.',
  }
}

function rejectedAfterResults({ films }: Of<'rejected-after-results'>): ConcernWords {
  return {
    title: 'Synthetic films were chosen by someone who could see test scores.',
    says: `${capitalised(counted(films, 'synthetic film'))} were left out because a person had rejected them, and when that was decided the run that they were looked at in had its result already: the test films have had a say in what is tested on them here.`,
    remedy:
      'judge this run by films that it has not met yet (kopt evaluate RUN DATASET, of another hospital or of new patients). To be free of this, look at synthetic films while a run is still at work, stop it, and begin anew.',
  }
}

/** What a metric at its end means of the films that chose K. */
function perfection(search: SearchResult, films: number): string {
  const all = `Every one of the ${counted(films, 'film')} that chose K`
  switch (withoutMacro(search.metric).name) {
    case 'auc':
      return `${all} is ranked correctly`
    case 'sensitivity-at-specificity':
      return `Among the ${counted(films, 'film')} that chose K no diseased film is missed, at a specificity of ${short(search.specificity)},`
    default:
      return `${all} is classified correctly`
  }
}

function auc({ value, low, high }: { value: number; low: number; high: number }): string {
  return withInterval(value, low, high, 2)
}

function distance(kid: number): string {
  return Math.abs(kid) >= 100 ? count(kid).replace('-', '−') : fixed(kid, 2)
}
