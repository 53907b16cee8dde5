/** What needs no training in the generator's place: the same search, the same test films, and how much the chosen arm lies above it. */
import { absent, counted, signed, signedLimits, withInterval } from '../../base/format.js'
import { generatorOf } from '../../record/generator-of.js'
import type { Result } from '../../record/result.js'
import { choosingName } from '../../words/choosing-films.js'
import { armInSentence, armWithCode, rankingName, setName } from '../../words/names.js'
import { leftOutRivalWords, rivalAnswers, rivalReach } from '../../words/rivals.js'
import { metricTitle } from '../../words/search-metric.js'
import { type FigureList, rivalSets } from '../figure-list.js'
import { html, type Markup } from '../html.js'
import { bullets, estimate, figureBlock, section, table } from '../layout.js'

/** The section's title; none where the run had no rivals. */
function rivalsTitle(result: Result): string | undefined {
  if (!result.rivals) return undefined
  const { noun } = generatorOf(result)
  return `Was ${noun === 'generator' ? 'this generator' : `a ${noun}`} needed? Were synthetic films needed?`
}

export function rivals(result: Result, figures: FigureList): Markup | undefined {
  const title = rivalsTitle(result)
  if (title === undefined || !result.rivals) return undefined
  const { leftOut } = result.rivals
  const { selectionCases, selectOn } = result.search
  return section(
    'rivals',
    title,
    html`<p>The training set was also filled up in ways that need no training, to the same number at every K, and K was searched in the same way on the same ${counted(selectionCases, `${choosingName({ selectOn })} film`)}. These arms were tested together with all others; they are no comparators of the verdict.</p>`,
    rivalAnswers(result).map(({ question, answer }) => html`<p><b>${question}</b> ${answer}</p>`),
    figureBlock(
      figures.get('rivals'),
      html`<b>${metricTitle(result.search)} against K</b>, mean over repeats, of ${armInSentence(result.search.arm)} and of each rival. A ring marks the K that each search chose. These scores chose K, so they are too good to be taken as performance.`,
    ),
    rivalTable(result),
    leftOut.length > 0 && bullets(leftOut.map(leftOutRivalWords)),
  )
}

function rivalTable(result: Result): Markup | undefined {
  const arms = result.rivals?.arms ?? []
  if (arms.length === 0) return undefined
  const chosen = result.arms.find(({ name }) => name === result.search.arm)
  const rowsOf = (set: string) => {
    const cellsOf = (arm: { k: number; evaluations: Result['arms'][number]['evaluations'] }) => {
      const auc = arm.evaluations[set]?.auc
      return [`${arm.k}`, auc ? withInterval(auc.value, auc.low, auc.high) : '']
    }
    const first = chosen && { cells: [armWithCode(chosen.name), ...cellsOf(chosen), absent], strong: true }
    const others = arms.map((arm) => {
      const found = arm.differences.find((one) => one.set === set)
      const difference = found ? estimate(signed(found.difference), signedLimits(found.low, found.high)) : ''
      return { cells: [html`${arm.label} <span class="code">[${arm.name}]</span>`, ...cellsOf(arm), difference] }
    })
    const [head, ...rest] = [...(first ? [first] : []), ...others]
    return head ? [{ ...head, heading: setName(set) }, ...rest] : []
  }
  return table({
    caption: html`<b>The chosen arm and what needs no training</b>, each at its own K. Difference: the chosen arm less the rival, with 95 % limits that are not adjusted for their number. For ${rivalReach(result)}.`,
    columns: [
      { label: 'Filled up with' },
      { label: 'K', numeric: true },
      { label: `${rankingName(result)} (95 %)`, numeric: true },
      { label: 'Difference', numeric: true },
    ],
    rows: rivalSets(result).flatMap(rowsOf),
    stack: true,
  })
}
