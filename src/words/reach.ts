/** How far a verdict reaches, in words that end "This speaks for ...". What is decided and what is shown say it alike. */
import type { Verdict } from '../record/result.js'

export function reach({ scope, basis }: Pick<Verdict, 'scope' | 'basis'>): string {
  const { folds, times, gans } = basis
  const all = Math.max(1, folds * times) * gans
  if (scope === 'procedure') {
    return folds > 0
      ? `the procedure on films like these, tried with ${all} generators in ${folds} folds${times > 1 ? `, drawn ${times} times` : ''}`
      : `the procedure on this training and test set, tried with ${all} generators`
  }
  return folds > 0 ? `${ofModels(basis)}, too few to speak of the procedure` : ofModels(basis)
}

/** How far a comparison of fitted models reaches, whatever the verdict's own limits allow for. */
export function ofModels({ folds, gans }: Verdict['basis']): string {
  if (folds > 0) return `the models fitted in these ${folds} folds`
  return `these fitted models, this test set, ${gans === 1 ? 'one generator' : `${gans} generators averaged`}`
}
