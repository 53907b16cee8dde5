/** What of a result stands in the way of an answer, the gravest first. Thresholds: docs/report.md. */
import { overlapOf } from '../metrics/overlap.js'
import type { Concern } from './concern.js'
import type { Evaluation, Result } from './result.js'

/** Fewer films of a class, or fewer patients, bear no answer. */
const fewest = 10
/** Times as many test films as there are: collecting them is out of reach. */
const outOfReach = 10
const chance = 0.5

interface Limits {
  readonly low: number
  readonly high: number
}

type Facts = Pick<Result, 'quality' | 'arms' | 'model' | 'verdict' | 'search' | 'dataset' | 'folds' | 'synthetic'>

export function findConcerns(result: Facts): Concern[] {
  return [
    generatorFailed(result),
    carriedOver(result),
    rejectedAfterResults(result),
    tooFewFilms(result),
    tuningSeparated(result),
  ].filter((one) => one !== undefined)
}

function generatorFailed({ quality }: Facts): Concern | undefined {
  const classes = quality.flatMap((ofClass) => {
    const { precision = null, recall = null, density = null, coverage = null, kid, reference } = ofClass
    if (!kid || precision === null || coverage === null) return []
    const overlap = overlapOf({ precision, coverage, kid, heldOutKid: reference?.kid ?? null })
    if (overlap !== 'none' && overlap !== 'narrow') return []
    const kidHeldOut = reference?.kid?.value ?? null
    return [{ class: ofClass.class, overlap, precision, recall, density, coverage, kid: kid.value, kidHeldOut }]
  })
  return classes.length > 0 ? { kind: 'generator-failed', classes } : undefined
}

/** Of the arm that is handed over: whether it has learned the classes here, and whether that holds elsewhere. */
function carriedOver({ arms, model }: Facts): Concern | undefined {
  const evaluations = arms.find(({ name }) => name === model.arm)?.evaluations ?? {}
  const inside = aucOf(evaluations.internal)
  if (!inside) return undefined
  if (inside.low <= chance) return { kind: 'not-learned', arm: model.arm, inside }
  const outside = Object.entries(evaluations).flatMap(([set, evaluation]) => {
    const auc = set === 'internal' ? undefined : aucOf(evaluation)
    const reason = auc && fallsShort(auc, inside)
    return auc && reason ? [{ set, ...auc, reason }] : []
  })
  return outside.length > 0 ? { kind: 'not-carried-over', arm: model.arm, inside, outside } : undefined
}

function fallsShort({ low, high }: Limits, inside: Limits): 'below chance' | 'worse' | 'chance' | undefined {
  if (high < chance) return 'below chance'
  if (high < inside.low) return 'worse'
  return low <= chance ? 'chance' : undefined
}

function aucOf(evaluation: Evaluation | undefined): (Limits & { value: number }) | undefined {
  const { value = null, low = null, high = null } = evaluation?.auc ?? {}
  return value === null || low === null || high === null ? undefined : { value, low, high }
}

function rejectedAfterResults({ synthetic }: Facts): Concern | undefined {
  const { rejected } = synthetic ?? {}
  if (!rejected?.afterResult) return undefined
  return { kind: 'rejected-after-results', films: Object.values(rejected.leftOut).reduce((a, b) => a + b, 0) }
}

function tooFewFilms(result: Facts): Concern | undefined {
  const { verdict, search, arms } = result
  // A verdict was reached, or was not to be had whatever the number of films.
  if (verdict.benefit === 'yes' || verdict.benefit === 'no' || search.selectOn === 'test') return undefined
  const parts = partsThatCount(result).filter(({ films, patients }) => films < fewest || patients < fewest)
  const testFilms = arms.find(({ evaluations }) => evaluations.internal)?.evaluations.internal?.n ?? null
  const { casesNeeded } = verdict
  const distant = casesNeeded !== null && testFilms !== null && casesNeeded >= outOfReach * testFilms
  if (parts.length === 0 && !distant && verdict.benefit !== null) return undefined
  return { kind: 'too-few-films', parts, testFilms, casesNeeded }
}

/** The sets that an answer rests on, each with its smallest class. With folds every film is tested in one of them. */
function partsThatCount({ dataset: { classes, split, patients }, folds, search }: Facts) {
  const used = (['train', 'tuning', 'test'] as const).filter(
    (part) =>
      (part !== 'test' || folds.length === 0) &&
      (part !== 'tuning' || (search.rule !== 'fixed' && search.selectOn !== 'inner')),
  )
  return used.map((part) => {
    const filmsOf = (name: string) => split[part][name] ?? 0
    const smallest = classes.reduce((least, name) => (filmsOf(name) < filmsOf(least) ? name : least))
    return { part, class: smallest, films: filmsOf(smallest), patients: patients[part] }
  })
}

function tuningSeparated({ search }: Facts): Concern | undefined {
  const { trials, rule, better, selectionCases: films, kOptimal: chosen } = search
  // A loss goes on falling where every film is on its right side.
  if (better === 'lower') return undefined
  const perfect = trials.filter(({ mean }) => mean >= 1 - 1e-9).map(({ k }) => k)
  if (rule === 'fixed' || perfect.length < 2) return undefined
  return { kind: 'tuning-separated', films, multiples: perfect.sort((a, b) => a - b), chosen }
}
