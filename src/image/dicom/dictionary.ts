/** Keywords and representations of all standard data elements (PS3.6); the one door to dcmjs' dictionary. */
import { nearest, UserError } from '../../base/errors.js'
import { type ElementName, elements, parseTag } from './tags.js'

/**
 * The element that a keyword ('AccessionNumber') or a tag ('(0008,0050)') names.
 * Throws a `UserError` with the nearest keyword where there is none. Loads the dictionary on its first use.
 */
export async function elementNamed(name: string): Promise<ElementName> {
  const known = (elements as Record<string, ElementName>)[name]
  if (known !== undefined) return known
  const tag = parseTag(name)
  const dictionary = await loadDictionary()
  if (tag !== undefined) {
    return [...dictionary.values()].find((element) => element.tag === tag) ?? { tag, vr: 'UN' }
  }
  const found = dictionary.get(name.toLowerCase())
  if (found !== undefined) return found
  const like = nearest(
    name,
    [...dictionary.values()].map((element) => element.keyword),
  )
  throw new UserError(
    `'${name}' is no DICOM keyword${like ? `; is '${like}' meant?` : ''} (a tag such as (0008,0050) is taken too)`,
  )
}

/** The value representation of every standard element by its tag, those included that may be one or another ('US' for these). */
export async function loadRepresentations(): Promise<ReadonlyMap<number, string>> {
  return new Map([...(await loadDictionary()).values()].map(({ tag, vr }) => [tag, vr]))
}

let loaded: Promise<Map<string, ElementName & { keyword: string }>> | undefined

/** dcmjs' own words: one of two representations, which depends on other elements. */
const ambiguous: Readonly<Record<string, string>> = { xs: 'US', ox: 'OW', lt: 'OW', up: 'UL', na: 'UN' }

/** By keyword in lower case. */
function loadDictionary(): Promise<Map<string, ElementName & { keyword: string }>> {
  loaded ??= import('dcmjs').then(({ default: dcmjs }) => {
    const entries = Object.values(dcmjs.data.DicomMetaDictionary.nameMap)
    const found = new Map<string, ElementName & { keyword: string }>()
    for (const { tag: text, vr, name } of entries) {
      const tag = typeof text === 'string' ? parseTag(text) : undefined
      if (tag !== undefined) found.set(name.toLowerCase(), { tag, vr: ambiguous[vr] ?? vr, keyword: name })
    }
    return found
  })
  return loaded
}
