/** The page: its styles, its connection to the server, and what it shows. */
import { render } from 'preact'
import { App } from './app.js'
import { hearNotices } from './notices.js'
import { addFigureStyle } from './parts/figure-style.js'
import { follow } from './route.js'

addFigureStyle()
hearNotices()
document.addEventListener('click', follow)
render(<App />, document.getElementById('studio') as HTMLElement)
