/** What more real films would bring: the learning curve over them, and how many of them the synthetic ones were worth. */
import type { Result } from '../../record/result.js'
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
      html`<p>The gain is the difference to training on the original films alone, on the internal test films. The curve shows the same classifier trained on fewer and on more of the original films. The limits allow for the uncertainty of both. The curve is not trusted beyond twice the ${found.films} training films of this run.</p>`,
    learningCurveBlock(figures.get('learning-curve')),
  )
}
