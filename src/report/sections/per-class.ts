/** More than two classes on one test set: what was called what, and the measures of each class against the rest. */

import { count, fixed, percentage, pValue, signed, signedLimits } from '../../base/format.js'
import type { Result } from '../../record/result.js'
import { armWithCode, measureNames, setName } from '../../words/names.js'
import { evaluatedArms, type FigureList } from '../figure-list.js'
import { html, type Markup } from '../html.js'
import { estimate, estimateCell, figureBlock, table } from '../layout.js'

/** Measures that a class has against the rest; its accuracy is not among them, for the many others make it look high. */
const shown = measureNames.filter(([key]) => key !== 'accuracy')

export function perClass(result: Result, set: string, figures: FigureList): Markup | undefined {
  const arms = evaluatedArms(result, set)
  if (!arms.some(({ on }) => on.perClass)) return undefined
  return html`${confusionTables(result, set)}
${result.dataset.classes.map((name, c) => figureBlock(figures.get(`roc-${set}-class${c + 1}`), html`<b>ROC curves, ${name} against the rest</b>, ${setName(set).toLowerCase()}. Area under each with its 95 % interval.`))}
${measureTable(result, set)}
${differenceTable(result, set)}`
}

/** DeLong class by class; the comparisons that count are those of the macro AUC. */
function differenceTable(result: Result, set: string): Markup | undefined {
  const list = result.comparisons.filter((one) => one.set === set && one.perClass)
  if (list.length === 0) return undefined
  return table({
    caption: html`<b>Differences class by class</b>, ${setName(set).toLowerCase()}: AUC of the first arm minus AUC of the second, each class against the rest, with 95 % limits and p. Not adjusted: they say where a difference of macro AUCs comes from.`,
    columns: [{ label: 'Arms' }, ...result.dataset.classes.map((label) => ({ label, numeric: true }))],
    rows: list.map((one) => ({
      cells: [
        html`${armWithCode(one.a)} <span class="code">minus</span> ${armWithCode(one.b)}`,
        ...(one.perClass ?? []).map(({ difference, low, high, p }) =>
          estimate(signed(difference), `${signedLimits(low, high)}, ${pValue(p)}`),
        ),
      ],
    })),
    stack: true,
  })
}

/** The chosen arm and the original films alone; all arms stand in tables/confusion.csv. */
function confusionTables(result: Result, set: string): Markup[] {
  const { classes } = result.dataset
  return ['OD', result.search.arm].flatMap((name) => {
    const matrix = result.arms.find((arm) => arm.name === name)?.evaluations[set]?.confusionMatrix
    if (!matrix) return []
    return [
      table({
        caption: html`<b>What films of each class were called</b>, ${armWithCode(name)}, ${setName(set).toLowerCase()}. A row is a true class; the most probable class is called. Shares are of the row: on the diagonal they are the class’s sensitivity.`,
        columns: [{ label: 'True class' }, ...classes.map((called) => ({ label: `called ${called}`, numeric: true }))],
        rows: matrix.map((row, truth) => {
          const total = row.reduce((a, b) => a + b, 0)
          return {
            cells: [
              classes[truth],
              ...row.map((films, called) => {
                const text = total > 0 ? `${count(films)} (${percentage(films / total)})` : count(films)
                return called === truth ? html`<b>${text}</b>` : text
              }),
            ],
          }
        }),
      }),
    ]
  })
}

function measureTable(result: Result, set: string): Markup {
  const arms = evaluatedArms(result, set)
  const rows = result.dataset.classes.flatMap((name, c) =>
    arms.map((arm, i) => {
      const one = arm.on.perClass?.[c]
      return {
        cells: [
          armWithCode(arm.name),
          estimateCell(one?.auc.value ?? null, one?.auc),
          ...shown.map(([key]) => estimateCell(one?.[key] ?? null, one?.intervals[key])),
          fixed(one?.brier),
        ],
        strong: arm.name === result.search.arm,
        heading: i === 0 ? `${name} (${count(one?.n)} films)` : undefined,
      }
    }),
  )
  return table({
    caption: html`<b>Each class against the rest</b>, ${setName(set).toLowerCase()}. AUC with DeLong’s interval on the logit scale; the other measures where the most probable class is called, with Wilson’s; F1 has none. Brier score of the class’s probability.`,
    columns: [
      { label: 'Arm' },
      ...['AUC', ...shown.map(([, label]) => label), 'Brier'].map((label) => ({ label, numeric: true })),
    ],
    rows,
    stack: true,
  })
}
