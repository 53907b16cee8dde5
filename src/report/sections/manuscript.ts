/** The methods as prose ready to paste, and two reporting checklists, filled from the run as far as it knows. */
import type { Result } from '../../record/result.js'
import { type Answer, answer, type Checklist, checklists, type Filled } from '../checklists/checklist.js'
import { type Content, html, type Markup } from '../html.js'
import { section, table } from '../layout.js'
import { methodsText } from '../methods-text.js'

export function manuscript(result: Result): Markup {
  const paragraphs = methodsText(result)
  return section(
    'manuscript',
    'For the manuscript',
    html`<h3>Methods, ready to paste</h3><p class="caption">Every value is this run’s. The same text stands in methods.md. What a run can’t know (who labelled the films, on which machines they were taken, ethics) is left to the authors; the checklists below say where.</p>
<div class="prose">${paragraphs.map(({ topic, heading, text }) => html`<p id="methods-${topic}"><b>${heading}.</b> ${text}</p>\n`)}</div>`,
    checklists.map((one) => checklistTable(one, result)),
  )
}

const marks: Record<Filled, string> = { 'by the run': '✓', 'in part': '◐', 'by the authors': '○' }

function checklistTable(checklist: Checklist, result: Result): Markup {
  const answers = checklist.groups.map(({ heading, items }) => ({
    heading,
    items: items.map((item) => ({ item, given: answer(item, result) })),
  }))
  const all = answers.flatMap(({ items }) => items)
  const counts = (Object.keys(marks) as Filled[]).map(
    (kind) => `${all.filter(({ given }) => given.filled === kind).length} ${kind} (${marks[kind]})`,
  )
  const rows = answers.flatMap(({ heading, items }) =>
    items.map(({ item, given }, i) => ({
      cells: [`${item.id}. ${item.asks}`, answerCell(given), marks[given.filled]],
      heading: i === 0 ? heading : undefined,
    })),
  )
  return html`<details><summary>${checklist.title}: ${all.length} items, ${counts.join(', ')}</summary>
${table({
  caption: html`<b>${checklist.title}</b>, filled from the run. It is an aid, not a declaration: check every answer.`,
  columns: [{ label: 'Item' }, { label: 'Answer' }, { label: 'Filled' }],
  rows,
  dense: true,
})}</details>\n`
}

function answerCell({ methods, run, authors }: Answer): Content {
  const places = methods.map(({ topic, heading }) => html`<a href="#methods-${topic}">${heading}</a> `)
  return html`${places.length > 0 && html`Methods: ${places}`}${run} ${authors !== undefined && html`<span class="todo">To be added: ${authors}.</span>`}`
}
