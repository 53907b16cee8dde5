/** Multiples K as people say them: which there were, and what a small one amounts to. */
import { ranges, short } from '../base/format.js'
import type { Result, SearchResult } from '../record/result.js'

type Search = Pick<SearchResult, 'trials' | 'indistinguishable'>

/** The K that were scored, ascending. */
export function scoredMultiples({ trials }: Pick<Search, 'trials'>): number[] {
  return trials.map(({ k }) => k).sort((a, b) => a - b)
}

/** The K that can't be told from the best: `1 to 6`, `1, 1.25 to 8`. */
export function indistinguishableWords(search: Search): string {
  return ranges(search.indistinguishable, scoredMultiples(search))
}

/** What a chosen K below 2 amounts to: `one synthetic film for every 4 real ones`; of larger ones K itself is clearer. */
export function amountWords({ search, arms }: Pick<Result, 'search' | 'arms'>): string | undefined {
  const films = arms.find(({ name }) => name === search.arm)?.composition
  if (!films || search.kOptimal >= 2) return undefined
  const { original, synthetic } = films
  if (synthetic === 0) return 'no synthetic film'
  if (synthetic > original) return `${short(synthetic / original, 1)} synthetic films for every real one`
  const each = short(original / synthetic, 1)
  return `one synthetic film for every ${each === '1' ? 'real one' : `${each} real ones`}`
}
