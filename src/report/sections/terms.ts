/** The words of the report, explained in it: it is one file, read far from the documents. */
import { terms as meanings } from '../../words/terms.js'
import { html, type Markup } from '../html.js'
import { section } from '../layout.js'

export function terms(): Markup {
  return section(
    'terms',
    'Words',
    html`<dl class="terms">${meanings.map(([term, meaning]) => html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`)}</dl>`,
  )
}
