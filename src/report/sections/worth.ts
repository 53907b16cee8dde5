/** What more real films would bring: the learning curve over them, and how many of them the synthetic ones were worth. */
import type { Result } from '../../record/result.js'
import { setName } from '../../words/names.js'
import type { FigureList } from '../figure-list.js'
import { html, type Markup } from '../html.js'
import { learningCurveBlock, section } from '../layout.js'

export function worth({ worth: found }: Result, figures: FigureList): Markup | undefined {
  if (!found) return undefined
  return section(
    'worth',
    'How many real films were they worth?',
    html`<p>${found.text}</p>`,
    found.realFilms !== null &&
      html`<p>The gain is that of ${setName('internal').toLowerCase()} over training on the original films alone, the curve that of the same classifier trained on fewer and more of these; the limits hold both uncertainties. Beyond twice the ${found.films} training films there are the curve is not believed.</p>`,
    learningCurveBlock(figures.get('learning-curve')),
  )
}
