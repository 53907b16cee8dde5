/** Why a figure could not be had, or what it can't say, in words: as a result keeps it and every table shows it. */
import { fixed } from '../base/format.js'
import type { Proportion } from '../metrics/proportion.js'
import type { Reason } from '../metrics/reason.js'
import type { Factor, ShareReason } from '../metrics/variance-shares.js'
import type { NullReason } from '../search/null-distribution.js'

const plain: Readonly<Record<Extract<Reason, string>, string>> = {
  'no-case': 'no film',
  'one-case': 'one film only',
  'one-class': 'films of one class only',
  'one-patient': 'films of one patient only',
  'no-diseased-case': 'no diseased film',
  'no-healthy-case': 'no healthy film',
  'none-called-positive': 'no film was called positive',
  'none-called-negative': 'no film was called negative',
  'none-called-so': 'no film was given this class',
  'too-few-cases-of-a-class': 'too few films of a class to estimate a variance',
  'too-few-patients-of-a-class': 'too few patients of a class to estimate a variance',
  separated: 'the score separates the classes perfectly',
  'score-without-variance': 'the score has no variance to estimate',
  'scores-without-variance': 'neither score has a variance to estimate',
  'shares-without-variance': 'no variance to estimate an error from',
  'equal-probabilities': 'all probabilities are equal',
  'equal-order': 'both rank all films alike',
  'equal-calls': 'both called all films alike',
  'no-telling-cutoff': 'no cutoff tells the classes apart',
  'draws-without-figure': 'most random draws have no such figure',
  'fewer-than-two-images': 'a set has fewer than two films',
  'fewer-than-three-units': 'a set has fewer than three films or patients',
  'no-other-patient': 'fewer than two training films of different patients',
  'no-synthetic-image': 'no synthetic films',
  'reference-is-training': 'the reference films equal training films',
}

export function reasonWords(reason: Reason): string {
  if (typeof reason === 'string') return plain[reason]
  switch (reason.kind) {
    case 'certain-probabilities':
      return `${reason.certain} of ${reason.of} probabilities are exactly 0 or 1 and have no logit`
    case 'too-few-images':
      return `precision, recall, density and coverage need more than ${reason.neighbours} films of either kind`
  }
}

/** A figure whose reason is in words. */
export type InWords<Figure> = Omit<Figure, 'reason'> & { readonly reason?: string }

/** A figure as a result keeps it. */
export function figureInWords<Figure extends { readonly reason?: Reason }>(figure: Figure): InWords<Figure> {
  const { reason } = figure
  return reason === undefined ? (figure as InWords<Figure>) : { ...figure, reason: reasonWords(reason) }
}

type NamedProportions<Name extends string> = Readonly<Record<Name, Proportion>>

/** Proportions as a result keeps them: what n was divided by stands with the method. */
export function proportionsInWords<Name extends string>(
  proportions: NamedProportions<Name>,
): Record<Name, InWords<Omit<Proportion, 'designEffect'>>> {
  const entries = Object.entries<Proportion>(proportions).map(([name, { designEffect, ...proportion }]) => {
    const { method } = proportion
    const divided =
      designEffect === undefined ? method : `${method}, n divided by a design effect of ${fixed(designEffect, 2)}`
    return [name, { ...figureInWords(proportion), method: divided }]
  })
  return Object.fromEntries(entries)
}

const nulls: Readonly<Record<NullReason | 'not-asked', string>> = {
  'fewer-than-two-patients': 'fewer than two patients were scored',
  'one-repeat': 'one repeat: nothing to flip',
  'rule-needs-cases': 'this rule needs scores by case',
  'not-asked': 'not asked for',
}

/** Why a search has no p. `not-asked`: the configuration did without. */
export function nullReasonWords(reason: NullReason | 'not-asked'): string {
  return nulls[reason]
}

const shares: Readonly<Record<Extract<ShareReason, string>, string>> = {
  'one-gan': 'one generator was trained',
  'one-draw': 'one draw was made',
  'one-draw-of-each-gan': 'one draw from each generator',
  'one-head-seed': 'no head seed was varied',
  'head-varies-with-draw': 'head seeds did not vary apart from draws',
  'no-repeat-alone': 'no repeat differs in nothing but chance',
}

const held: Readonly<Record<Factor, string>> = {
  gan: 'the generator’s',
  draw: 'the draw’s',
  head: 'the head’s',
  residual: 'what is left over',
}

/** Why a share of the spread over repeats was not estimated, or what it holds beside its own. */
export function shareReasonWords(reason: ShareReason): string {
  if (typeof reason === 'string') return shares[reason]
  const holds = `holds ${reason.of.map((factor) => held[factor]).join(' and ')}`
  return reason.of.includes('draw') ? `${shares['one-draw-of-each-gan']}: its share ${holds}` : holds
}

/** Why no cutoff was chosen: no film was left to choose it on. */
export const noFilmForCutoff = 'K was chosen on the test films, and no film is left to choose a cutoff on'
