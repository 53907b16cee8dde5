/**
 * The arm of selected synthetic images of one round: no image is drawn for it. The pools that the chosen arm takes its images
 * from are judged, and K is searched over the same multiples, as far as what passes lasts, on the same films. How much a teacher
 * must be sure is chosen on these films as well. The arm meets the test sets with all others, and is no comparator of the verdict.
 */
import { elementAt } from '../../base/element-at.js'
import { InternalError } from '../../base/errors.js'
import type { SearchResult } from '../../record/result.js'
import { risingValue } from '../../record/search-metric.js'
import { isBetter } from '../../search/tie.js'
import { additions } from '../../synthetic/allocation.js'
import { rowsPassing, selectionThresholds } from '../../synthetic/selection.js'
import { withoutSelectionWords } from '../../words/selection.js'
import { selectedArm, selectedArmAt, teacherArm } from '../arms.js'
import { classCounts, type SearchData } from '../cohort/film-set.js'
import { selectionAsked } from '../config/chosen-selection.js'
import { upToMultiple } from '../config/multiples.js'
import { runStage } from '../stage.js'
import type { ChosenSnapshot } from '../stages/choose-snapshot.js'
import { multipleLeft } from '../stages/fill-pool.js'
import { knownTrials } from '../stages/score-multiples.js'
import { searchArm } from '../stages/search-k.js'
import { type JudgedPools, judgePools } from '../stages/select-films.js'
import { type DeliveredArm, deliver } from '../work/delivered-arm.js'
import type { RunContext } from '../work/run-context.js'
import { runTrials } from '../work/trials.js'

/** What fell of the synthetic images of one class, over all draws. */
export interface ClassSelection {
  readonly drawn: number
  readonly outOfRange: number
}

export interface TriedThreshold {
  readonly threshold: number
  /** By class, over all draws: in range, but refused by the teacher. */
  readonly refused: readonly number[]
  readonly left: readonly number[]
  /** The largest K that every pool lasts to; null: none that the search could take. */
  readonly kMax: number | null
  /** The K that was found and its score; null where there was no search. */
  readonly found: (Pick<SearchResult, 'kOptimal'> & { readonly score: number }) | null
}

/** The arm at the threshold that scores best. */
export interface SelectedArm {
  readonly threshold: number
  readonly delivered: DeliveredArm
  readonly search: SearchResult
}

export interface SelectionOutcome {
  /** In the order of classes; none where nothing was judged. */
  readonly classes: readonly ClassSelection[]
  readonly thresholds: readonly TriedThreshold[]
  readonly arm: SelectedArm | null
  /** Why there is no arm, a sentence. */
  readonly reason?: string
}

/**
 * Searches K with selected images; null where that is not asked for. `delivered`: the arms so far, the teacher among them;
 * `snapshots`: as of `searchArm`.
 */
export async function searchSelection(
  context: RunContext,
  data: SearchData,
  delivered: readonly DeliveredArm[],
  snapshots: readonly ChosenSnapshot[] | null,
): Promise<SelectionOutcome | null> {
  const asked = selectionAsked(context.config)
  if (asked === 'no') return null
  const without = (reason: Parameters<typeof withoutSelectionWords>[0], facts: Partial<SelectionOutcome> = {}) => {
    const text = withoutSelectionWords(reason)
    // Those of the folds would say the same again and again.
    if (!context.runFilms) context.emit({ type: 'note', text: `no arm of selected synthetic films: ${text}` })
    return { classes: [], thresholds: [], ...facts, arm: null, reason: text }
  }
  if (asked !== 'yes') return without(asked)
  const teacher = delivered.find(({ arm }) => arm.name === teacherArm)
  if (!teacher) throw new InternalError(`${teacherArm} was not fitted before it is to judge`)
  const judged = await runStage(context, 'select-films', async () => {
    const pools = await judgePools(context, data, teacher.head)
    for (const candidate of pools === null ? [] : candidatesOf(context, data, pools)) {
      const inner = contextOf(context, candidate)
      if (inner) await runTrials(inner, 'select-films', knownTrials(inner, data, [candidate.arm]))
    }
    return pools
  })
  if (judged === null) return without('one-patient')
  const candidates = candidatesOf(context, data, judged)
  const searched: SelectedArm[] = []
  for (const candidate of candidates) {
    const inner = contextOf(context, candidate)
    if (!inner) continue
    const { search, chosen } = await searchArm(inner, data, candidate.arm, 'select-films', snapshots)
    searched.push({
      threshold: candidate.threshold,
      delivered: deliver(context, selectedArm, chosen),
      search: { ...search, arm: selectedArm.name },
    })
  }
  const thresholds = candidates.map(({ threshold, alike, kMax, refused, left }): TriedThreshold => {
    const search = searched.find((one) => one.threshold === alike)?.search
    const found = search ? { kOptimal: search.kOptimal, score: scoreOf(search) } : null
    return { threshold, refused, left, kMax, found }
  })
  const facts = { classes: classesOf(data, judged), thresholds }
  const best = bestOf(searched)
  return best ? { ...facts, arm: best } : without('too-few-images', facts)
}

interface Candidate {
  readonly threshold: number
  /** The smallest threshold by which the same images pass. */
  readonly alike: number
  readonly arm: typeof selectedArm
  /** Of each draw and class. */
  readonly rows: readonly (readonly (readonly number[])[])[]
  readonly refused: readonly number[]
  readonly left: readonly number[]
  readonly kMax: number | null
}

/** What each threshold lets pass, the smallest threshold first. */
function candidatesOf({ config }: RunContext, data: SearchData, judged: JudgedPools): Candidate[] {
  const originals = classCounts(data.train, data.classes)
  const inRange = countsBy(
    data,
    judged.map((pools) => pools.map((passed) => rowsPassing(passed, 0).length)),
  )
  const candidates: Candidate[] = []
  for (const [place, threshold] of selectionThresholds.entries()) {
    const passing = judged.map((pools) => pools.map((passed) => rowsPassing(passed, place)))
    const counts = passing.map((pools) => pools.map(({ length }) => length))
    const left = countsBy(data, counts)
    const fewest = data.classes.map((_, c) => Math.min(...counts.map((ofDraw) => elementAt(ofDraw, c))))
    const kMax = multipleLeft(config, data, fewest)
    const before = candidates.at(-1)
    // What a larger threshold lets pass, a smaller one does: as many are the same ones.
    const alike = before && left.every((count, c) => count === before.left[c]) ? before.alike : threshold
    candidates.push({
      threshold,
      alike,
      arm: selectedArmAt(threshold),
      rows: passing,
      refused: left.map((count, c) => elementAt(inRange, c) - count),
      left,
      // A training set without any of them is no selection.
      kMax: kMax !== null && additions(originals, kMax).some((more) => more > 0) ? kMax : null,
    })
  }
  return candidates
}

/** What a candidate is searched with; null where there is nothing to search, or the same has been. */
function contextOf(context: RunContext, { threshold, alike, rows, kMax }: Candidate): RunContext | null {
  return kMax === null || alike !== threshold ? null : { ...upToMultiple(context, kMax), selectedRows: rows }
}

/** By class, over all draws. */
function countsBy({ classes }: SearchData, counts: readonly (readonly number[])[]): number[] {
  return classes.map((_, c) => counts.reduce((sum, ofDraw) => sum + elementAt(ofDraw, c), 0))
}

function classesOf(data: SearchData, judged: JudgedPools): ClassSelection[] {
  const drawn = countsBy(
    data,
    judged.map((pools) => pools.map(({ length }) => length)),
  )
  const inRange = countsBy(
    data,
    judged.map((pools) => pools.map((passed) => rowsPassing(passed, 0).length)),
  )
  return data.classes.map((_, c) => ({
    drawn: elementAt(drawn, c),
    outOfRange: elementAt(drawn, c) - elementAt(inRange, c),
  }))
}

/** A tie keeps the smaller threshold, by which fewer fall. */
function bestOf(searched: readonly SelectedArm[]): SelectedArm | null {
  const rising = ({ search }: SelectedArm) => risingValue(search.better, scoreOf(search))
  return searched.reduce<SelectedArm | null>(
    (best, one) => (best === null || isBetter(rising(one), rising(best)) ? one : best),
    null,
  )
}

/** At the K that it found. */
function scoreOf({ trials, kOptimal }: SearchResult): number {
  const found = trials.find(({ k }) => k === kOptimal)
  if (!found) throw new InternalError(`no trial of the K = ${kOptimal} that was found`)
  return found.mean
}
