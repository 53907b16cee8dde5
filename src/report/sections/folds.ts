/** The outer folds: what each chose and how it did on films that its models never saw. Absent without resampling. */

import { absent, count, counted, proportion, pValue, ranges, signed } from '../../base/format.js'
import { generatorOf } from '../../record/generator-of.js'
import type { FoldResult, Result } from '../../record/result.js'
import { scoredMultiples } from '../../words/multiple.js'
import { armInSentence, rankingName } from '../../words/names.js'
import { stepsTaken } from '../../words/snapshots.js'
import { html, type Markup } from '../html.js'
import { section, table } from '../layout.js'

export function folds(result: Result): Markup | undefined {
  const all = result.folds
  if (all.length === 0) return undefined
  const chosen = result.search.arm
  const { times } = result.verdict.basis
  const ranking = rankingName(result)
  const { noun } = generatorOf(result)
  return section(
    'folds',
    'The folds',
    html`<p>All internal films were divided into ${counted(result.verdict.basis.folds, 'fold')}${times > 1 && `, ${times} times`}. In each, the whole procedure was done afresh without the fold’s films: its own ${noun}, pools, search for K and heads. Only then were the fold’s films scored. Films are compared within a fold alone; the uncertainty is that of patients, and for the verdict also that of the folds themselves. The K above and the model in model/ come from one more ${noun} on all films, which no internal film could test.</p>`,
    html`<p>K chosen: ${ranges(
      all.map((fold) => fold.kOptimal),
      scoredMultiples(result.search),
    )}${spreadOfK(all)}.</p>`,
    snapshotsOfFolds(all),
    table({
      caption: html`<b>Every fold</b>: K that its tuning films chose, and ${ranking} on its test films of ${armInSentence(chosen)} and of ${armInSentence('OD')}. Single folds are small; none of them means anything by itself.`,
      columns: [
        { label: times > 1 ? 'Time and fold' : 'Fold' },
        { label: 'Test films', numeric: true },
        { label: 'Patients', numeric: true },
        { label: 'K', numeric: true },
        { label: 'Chance of its gain', numeric: true },
        { label: `${ranking}, chosen K`, numeric: true },
        { label: `${ranking}, OD`, numeric: true },
        { label: 'Difference', numeric: true },
      ],
      dense: true,
      stack: true,
      rows: all.map((fold) => ({
        cells: [
          times > 1 ? `${fold.time}, ${fold.fold}` : String(fold.fold),
          count(fold.n),
          count(fold.patients),
          `${fold.kOptimal}${fold.converged ? '' : ' (not converged)'}`,
          fold.searchP === null ? absent : pValue(fold.searchP),
          proportion(fold.aucs[chosen] ?? null),
          proportion(fold.aucs.OD ?? null),
          signed(difference(fold, chosen)),
        ],
      })),
    }),
  )
}

/** Each fold chose by its own tuning films. */
function snapshotsOfFolds(all: readonly FoldResult[]): Markup | undefined {
  const chosen = all.flatMap(({ snapshots }) => (snapshots ? [stepsTaken(snapshots)] : []))
  return chosen.length > 0 ? html`<p>Snapshots taken, fold by fold: ${chosen.join('; ')}.</p>` : undefined
}

function difference({ aucs }: FoldResult, chosen: string): number | null {
  const [a, b] = [aucs[chosen] ?? null, aucs.OD ?? null]
  return a === null || b === null ? null : a - b
}

/** Folds that choose very different K say that K matters little, or that it can't be told. */
function spreadOfK(all: readonly FoldResult[]): string {
  const distinct = new Set(all.map((fold) => fold.kOptimal)).size
  return distinct > 1 ? ' (where folds differ, tuning films do not settle K)' : ''
}
