/** The page: what classifier it holds, films in, a table out. */
import { render } from 'preact'
import { pageStyle } from '../../report/style.js'
import { readFacts, startJudge } from './judge.js'
import { ModelPage } from './model-page.js'

const sheet = new CSSStyleSheet()
// A layer lies below the page's own rules, wherever it stands.
sheet.replaceSync(`@layer report{${pageStyle()}}`)
document.adoptedStyleSheets = [sheet]
const facts = readFacts()
render(<ModelPage facts={facts} judge={startJudge(facts)} />, document.getElementById('page') as HTMLElement)
