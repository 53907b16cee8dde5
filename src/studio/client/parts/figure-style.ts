/** The report's style sheet: its figures and its colours are those of the page. */
import { pageStyle } from '../../../report/style.js'

export function addFigureStyle(): void {
  const sheet = new CSSStyleSheet()
  // A layer lies below the page's own rules, wherever it stands.
  sheet.replaceSync(`@layer report{${pageStyle()}}`)
  document.adoptedStyleSheets = [sheet]
}
