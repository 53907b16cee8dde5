/**
 * An escaping template: whatever stands between `${` and `}` is text, never markup, unless it was made by `html` itself
 * or vouched for with `trusted` (our own SVG). Nothing from a data set can become an element, an attribute or a link.
 */

/** Markup that may be inserted as it is. */
export class Markup {
  constructor(readonly source: string) {}
  toString(): string {
    return this.source
  }
}

export type Content = Markup | string | number | false | null | undefined | readonly Content[]

/** Text for an element or a quoted attribute. */
export function escapeText(text: string): string {
  return stripControls(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** Template tag; lists are joined, `false`, `null` and `undefined` leave nothing. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(strings.map((text, i) => text + render(values[i])).join(''))
}

/** Markup of our own making, such as a figure's SVG. */
export function trusted(source: string): Markup {
  return new Markup(source)
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.source
  if (Array.isArray(value)) return value.map(render).join('')
  return escapeText(String(value))
}

/** Control characters are no part of HTML or XML; tab and line breaks are. */
function stripControls(text: string): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0)!
    const control = (code < 32 && code !== 9 && code !== 10 && code !== 13) || (code >= 127 && code < 160)
    const loneSurrogate = code >= 0xd800 && code <= 0xdfff
    if (!control && code !== 0xfffe && code !== 0xffff) out += loneSurrogate ? '\ufffd' : character
  }
  return out
}
