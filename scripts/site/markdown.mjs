/** A document as HTML: headings with anchors as GitHub makes them, links to where their targets are in the site. */
import { Marked } from 'marked'

/**
 * `place`: the address in the site of what a link leads to, and null where the site has none. Answers the page's HTML and its
 * sections, each with the text that is searched.
 */
export function renderDocument(text, place) {
  const sections = [{ anchor: '', title: '', text: [] }]
  const taken = new Map()
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const title = plain(tokens)
        const anchor = anchorOf(title, taken)
        const link = `<a class="anchor" href="#${anchor}" aria-label="Link to this section">#</a>`
        return `<h${depth} id="${anchor}">${this.parser.parseInline(tokens)} ${link}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens)
        if (/^[a-z]+:/.test(href)) return `<a href="${escaped(href)}" rel="noreferrer">${inner}</a>`
        const target = place(href)
        return target === null ? inner : `<a href="${escaped(target)}">${inner}</a>`
      },
      image({ href, text: words }) {
        return `<img src="${escaped(place(href))}" alt="${escaped(words)}" loading="lazy">`
      },
      table(token) {
        const row = (cells, tag) =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`
        const body = token.rows.map((cells) => row(cells, 'td')).join('\n')
        return `<div class="table" tabindex="0"><table>\n<thead>${row(token.header, 'th')}</thead>\n<tbody>${body}</tbody></table></div>\n`
      },
      code({ text: words, lang }) {
        const language = (lang ?? '').split(' ')[0]
        return `<pre tabindex="0"${language ? ` data-language="${escaped(language)}"` : ''}><code>${escaped(words)}</code></pre>\n`
      },
      html: () => '',
    },
  })
  const tokens = marked.lexer(text)
  const counted = new Map()
  for (const token of tokens) {
    if (token.type === 'heading') {
      const title = plain(token.tokens)
      sections.push({ anchor: anchorOf(title, counted), title, text: [] })
    } else sections.at(-1).text.push(plain([token]))
  }
  return { html: marked.parser(tokens), sections: sections.map((one) => ({ ...one, text: one.text.join(' ') })) }
}

/** As GitHub does: lower case, without punctuation, spaces as hyphens; the second of a name gets `-1`. */
function anchorOf(title, taken) {
  const base = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
  const before = taken.get(base) ?? 0
  taken.set(base, before + 1)
  return before === 0 ? base : `${base}-${before}`
}

/** The words of tokens, without marks. */
function plain(tokens = []) {
  return tokens
    .map((token) => {
      if (token.type === 'table')
        return [...token.header, ...token.rows.flat()].map((cell) => plain(cell.tokens)).join(' ')
      if (token.type === 'list') return token.items.map((item) => plain(item.tokens)).join(' ')
      if (token.type === 'html' || token.type === 'space') return ' '
      return token.tokens ? plain(token.tokens) : unescaped(token.text ?? token.raw)
    })
    .join('')
    .replaceAll(/\s+/g, ' ')
}

export function escaped(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (letter) => names[letter])
}

function unescaped(text) {
  const letters = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" }
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (name) => letters[name])
}
