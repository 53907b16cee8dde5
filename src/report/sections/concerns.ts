/** What stands in the way of an answer, and what to do. Nothing where nothing does. */
import type { Result } from '../../record/result.js'
import { concernWords } from '../../words/concerns.js'
import { html, type Markup } from '../html.js'

export function concerns(result: Result): Markup | undefined {
  const all = concernWords(result)
  if (all.length === 0) return undefined
  return html`<section id="first" aria-label="What stands in the way">
${all.map(({ title, says, remedy }) => html`<div class="concern"><h2>${title}</h2><p>${says}</p><p><b>What to do:</b> ${remedy}</p></div>\n`)}</section>\n`
}
