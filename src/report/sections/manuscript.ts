/** The methods as prose ready to paste, and two reporting checklists, filled from the run as far as it knows. */
import type { Result } from '../../record/result.js'
import { type Checklist, type ChecklistItem, checklists, type Filled, filled } from '../checklists/checklist.js'
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
  const items = checklist.groups.flatMap((group) => group.items)
  const counts = (Object.keys(marks) as Filled[]).map(
    (kind) => `${items.filter((item) => filled(item, result) === kind).length} ${kind} (${marks[kind]})`,
  )
  const rows = checklist.groups.flatMap(({ heading, items: inGroup }) =>
    inGroup.map((item, i) => ({
      cells: [`${item.id}. ${item.asks}`, answer(item, result), marks[filled(item, result)]],
      heading: i === 0 ? heading : undefined,
    })),
  )
  return html`<details><summary>${checklist.title}: ${items.length} items, ${counts.join(', ')}</summary>
${table({
  caption: html`<b>${checklist.title}</b>, filled from the run. It is an aid, not a declaration: check every answer.`,
  columns: [{ label: 'Item' }, { label: 'Answer' }, { label: 'Filled' }],
  rows,
  dense: true,
})}</details>\n`
}

function answer(item: ChecklistItem, result: Result): Content {
  const known = item.run?.(result)
  const places = (item.methods ?? []).map((topic) => {
    const paragraph = methodsText(result).find((one) => one.topic === topic)
    return html`<a href="#methods-${topic}">${paragraph?.heading ?? topic}</a> `
  })
  return html`${places.length > 0 && html`Methods: ${places}`}${known} ${item.authors !== undefined && html`<span class="todo">To be added: ${item.authors}.</span>`}`
}
