/**
 * The documents as a site of plain HTML that works from a folder: no server, no network, a search whose index lies beside the pages.
 * Source files that a document leads to are in it as pages, so that every link leads somewhere.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import MiniSearch from 'minisearch'
import { escaped, renderDocument } from './markdown.mjs'
import { addressOf, documentsIn, navigationIn } from './pages.mjs'
import { searchOptions } from './search-options.mjs'

/** Writes the site of the documents in `root` to `target`, which appears whole. */
export function buildSite(root, target) {
  const documents = documentsIn(root)
  const navigation = navigationIn(root)
  const addresses = new Map(documents.map(({ file }) => [file, addressOf(file)]))
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const files = new Map()
  const copies = new Map()
  const records = []

  /** The address, from the page at `address`, of what `link` means in `file`. */
  const placeFrom = (file, address) => (link) => {
    const [to, anchor] = link.split('#')
    const hash = anchor === undefined ? '' : `#${anchor}`
    if (to === '') return hash
    const found = path.posix.join(path.posix.dirname(file), to)
    if (!existsSync(path.join(root, found))) throw new Error(`${file} leads to ${link}, which is not there`)
    if (statSync(path.join(root, found)).isDirectory()) return null
    const known = addresses.get(found)
    if (known !== undefined) return `${relative(address, known)}${hash}`
    if (/\.(png|jpg|svg)$/.test(found)) {
      const image = `images/${path.posix.basename(found)}`
      copies.set(image, found)
      return relative(address, image)
    }
    const source = `source/${found}.html`
    if (!files.has(source)) files.set(source, sourcePage(root, found, source, { version, navigation }))
    return relative(address, source)
  }

  for (const { file, name, text } of documents) {
    const address = addressOf(file)
    const { html, sections } = renderDocument(text, placeFrom(file, address))
    files.set(address, page({ name, address, html, version, navigation, aside: contentsOf(sections) }))
    for (const { anchor, title, text: words } of sections) {
      if (title === '' && words.trim() === '') continue
      records.push({
        id: records.length,
        to: anchor ? `${address}#${anchor}` : address,
        page: name,
        title: title || name,
        text: words,
      })
    }
  }

  const index = new MiniSearch(searchOptions)
  index.addAll(records)
  files.set(
    'search-index.js',
    `globalThis.koptIndex = ${JSON.stringify(JSON.stringify(index)).replaceAll('<', '\\u003c')}\n`,
  )
  files.set('search-options.js', `globalThis.koptSearchOptions = ${JSON.stringify(searchOptions)}\n`)
  for (const name of ['site.css', 'search.js']) copies.set(name, `scripts/site/${name}`)
  const library = (file) => readFileSync(path.join(root, 'node_modules', 'minisearch', file), 'utf8')
  files.set('minisearch.js', `/*! MiniSearch\n\n${library('LICENSE.txt').trim()}\n*/\n${library('dist/umd/index.js')}`)

  const half = `${target}.half`
  rmSync(half, { recursive: true, force: true })
  for (const [address, content] of files) write(path.join(half, address), content)
  for (const [address, from] of copies) {
    mkdirSync(path.dirname(path.join(half, address)), { recursive: true })
    copyFileSync(path.join(root, from), path.join(half, address))
  }
  rmSync(target, { recursive: true, force: true })
  renameSync(half, target)
  return [...files.keys(), ...copies.keys()]
}

function write(file, content) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function relative(from, to) {
  return path.posix.relative(path.posix.dirname(from), to) || path.posix.basename(to)
}

function sourcePage(root, file, address, site) {
  const text = readFileSync(path.join(root, file), 'utf8')
  const html = `<h1>${escaped(file)}</h1>\n<pre tabindex="0"><code>${escaped(text)}</code></pre>`
  return page({ name: file, address, html, ...site, aside: '' })
}

function contentsOf(sections) {
  const shown = sections.slice(2).filter(({ title }) => title !== '')
  if (shown.length < 3) return ''
  const entries = shown.map(({ anchor, title }) => `<li><a href="#${anchor}">${escaped(title)}</a></li>`).join('\n')
  return `<details class="contents"><summary>On this page</summary><ul>${entries}</ul></details>`
}

function page({ name, address, html, version, navigation, aside }) {
  const to = (file) => relative(address, file)
  const groups = navigation.map(({ title, pages }) => {
    const links = pages.map(([file, label]) => {
      const here = addressOf(file) === address
      return `<li><a href="${to(addressOf(file))}"${here ? ' aria-current="page"' : ''}>${escaped(label)}</a></li>`
    })
    return `<h2>${title}</h2>\n<ul>${links.join('\n')}</ul>`
  })
  const scripts = ['minisearch.js', 'search-options.js', 'search-index.js', 'search.js']
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(name)} · kopt</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to('site.css')}">
</head>
<body data-root="${to('index.html').replace(/index\.html$/, '')}">
<a class="skip" href="#site-text">To the text</a>
<header>
<a class="name" href="${to('index.html')}">kopt <span>${escaped(version)}</span></a>
<div class="search" role="search">
<input type="search" id="site-search" placeholder="Search (press /)" aria-label="Search the documents" autocomplete="off">
<ul id="site-found" hidden></ul>
</div>
</header>
<nav aria-label="Documents">
<details open><summary>Documents</summary>
${groups.join('\n')}
</details>
</nav>
<main id="site-text">
${aside}
${html}
<p class="foot">Research use only. These pages are part of kopt ${escaped(version)} and need no network.</p>
</main>
${scripts.map((script) => `<script defer src="${to(script)}"></script>`).join('\n')}
</body>
</html>
`
}
