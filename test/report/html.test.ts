import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeText, html, trusted } from '../../src/report/html.js'
import { element, standalone, text, wrap } from '../../src/report/svg.js'

test('whatever is inserted is text, in elements and in attributes', () => {
  const name = `"><script>alert('x')</script>`
  expect(html`<p title="${name}">${name}</p>`.source).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</p>',
  )
})

test('markup of our own is inserted as it is, lists are joined, nothing leaves nothing', () => {
  expect(html`<ul>${['a', '<b>'].map((x) => html`<li>${x}</li>`)}${false}${null}${undefined}${0}</ul>`.source).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>',
  )
  expect(html`${trusted('<svg/>')}`.source).toBe('<svg/>')
})

test('no text opens a tag, closes a quote or breaks the file', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const escaped = escapeText(name)
      expect(escaped).not.toMatch(/[<>"']/)
      expect(escaped).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/)
      expect(Buffer.from(escaped, 'utf8').toString('utf8')).toBe(escaped)
    }),
  )
  expect(escapeText('a\u0000b\ud800c\u0007')).toBe('ab\ufffdc')
})

test('SVG elements escape and round', () => {
  expect(element('text', { x: 1.23456, class: '"' }, ['t'])).toBe('<text x="1.23" class="&quot;">t</text>')
  expect(text(-0.001, Number.NaN, '<i>')).toBe('<text x="0" y="0">&lt;i&gt;</text>')
})

test('long names are broken into lines, endless words are cut', () => {
  expect(wrap('balanced with synthetic films', 90)).toEqual(['balanced with', 'synthetic', 'films'])
  expect(wrap('x'.repeat(50), 60)).toEqual([`${'x'.repeat(8)}…`])
  expect(wrap('', 60)).toEqual([''])
})

test('a figure becomes a file with its colours inside', () => {
  const file = standalone('<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>')
  expect(file).toMatch(/^<svg [^>]*><style>.*<rect width="100%"/s)
})
