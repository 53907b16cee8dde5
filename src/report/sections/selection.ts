/** The search once more with selected synthetic films: what fell of them, and whether it helped. */
import { capitalised } from '../../base/capitalised.js'
import { absent, count, counted, signed, signedLimits, withInterval } from '../../base/format.js'
import type { Result, SelectionResult } from '../../record/result.js'
import { choosingName } from '../../words/choosing-films.js'
import { armInSentence, armWithCode, rankingName, setName } from '../../words/names.js'
import { rivalReach } from '../../words/rivals.js'
import { selectionAnswer, thresholdChoiceWords, thresholdWords } from '../../words/selection.js'
import { resultSets } from '../figure-list.js'
import { html, type Markup } from '../html.js'
import { estimate, section, table } from '../layout.js'

export function selection(result: Result): Markup | undefined {
  const { selection: found, search } = result
  if (!found) return undefined
  const { arm, reason } = found
  return section(
    'selection',
    'Does it help to select films?',
    html`<p>K was searched once more, with some of the synthetic films only: those whose features lie in the range of the training films of their class, and to which a teacher gives that class with a probability above a threshold. The teacher is the classifier of ${armInSentence(found.teacher)}, which was fitted on training films alone. No film was drawn for it, and it replaces no other arm: it was tested together with all others, and is no comparator of the verdict.</p>`,
    arm && html`<p><b>Does it?</b> ${selectionAnswer(result, arm)}</p>`,
    found.thresholds.length > 0 && html`<p>${thresholdChoiceWords(result, found)}</p>`,
    !arm && reason !== undefined && html`<p>There is no such arm: ${reason}.</p>`,
    fallenTable(found, count(new Set(search.repeats.map(({ draw }) => draw)).size)),
    arm && armTable(result, arm),
  )
}

/** How many films of each class fell, and by what. */
function fallenTable({ classes, thresholds, arm }: SelectionResult, draws: string): Markup | undefined {
  if (thresholds.length === 0) return undefined
  return table({
    caption: html`<b>Synthetic films that were left out</b>, of ${draws === '1' ? 'the one pool' : `all ${draws} pools together`}. Out of range: further from every training film of the class than any of these is from the nearest of another patient. A copy of a training film is left out by neither: the section on copies above counts those.`,
    columns: [
      { label: 'Class' },
      ...['Drawn', 'Out of range', 'Refused by the teacher', 'Left', 'Enough up to K'].map((label) => ({
        label,
        numeric: true,
      })),
    ],
    rows: thresholds.flatMap(({ threshold, refused, left, kMax }) =>
      Object.entries(classes).map(([label, { drawn, outOfRange }], c) => ({
        cells: [
          label,
          ...[drawn, outOfRange, refused[label], left[label]].map((films) => count(films ?? null)),
          kMax === null ? absent : `${kMax}`,
        ],
        ...(c === 0 && { heading: capitalised(thresholdWords(threshold)) }),
        strong: threshold === arm?.threshold,
      })),
    ),
  })
}

function armTable(result: Result, arm: NonNullable<SelectionResult['arm']>): Markup {
  const chosen = result.arms.find(({ name }) => name === result.search.arm)
  const rows = resultSets(result)
    .filter((set) => arm.evaluations[set])
    .flatMap((set) => {
      const cellsOf = (one: Pick<typeof arm, 'k' | 'size' | 'evaluations'>) => {
        const auc = one.evaluations[set]?.auc
        return [`${one.k}`, count(one.size), auc ? withInterval(auc.value, auc.low, auc.high) : '']
      }
      const found = arm.differences.find((one) => one.set === set)
      const difference = found ? estimate(signed(found.difference), signedLimits(found.low, found.high)) : ''
      const all = chosen ? [{ cells: [armWithCode(chosen.name), ...cellsOf(chosen), absent] }] : []
      const [head, ...rest] = [...all, { cells: [armWithCode(arm.name), ...cellsOf(arm), difference] }]
      return head ? [{ ...head, heading: setName(set) }, ...rest] : []
    })
  return table({
    caption: html`<b>All synthetic films and selected ones</b>, each arm at its own K, found on the same ${counted(result.search.selectionCases, `${choosingName(result.search)} film`)}. Difference: selected less all, with 95 % limits that are not adjusted. For ${rivalReach(result)}.`,
    columns: [
      { label: 'Training set' },
      { label: 'K', numeric: true },
      { label: 'Images', numeric: true },
      { label: `${rankingName(result)} (95 %)`, numeric: true },
      { label: 'Difference', numeric: true },
    ],
    rows,
    stack: true,
  })
}
