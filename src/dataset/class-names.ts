/**
 * Which labels are classes: not words for a missing label, nor several labels in one, nor what programs take for something
 * else; and two names are two classes only where a reader sees that they differ.
 */
import { isProgramWord } from '../base/program-words.js'
import { shortened } from '../base/shortened.js'

const missing = new Set(
  `na n/a n.a. n.a #n/a #na <na> nan -nan nat null nul none nil undefined missing blank empty - -- --- – — ? ?? ??? . .. * / tbd
  unlabeled unlabelled unbekannt unklar fraglich unsicher k.a. k.a entfällt unknown uncertain unsure unclear undetermined
  indeterminate equivocal inconnu incertain desconocido incierto desconhecido sconosciuto s/d 不明 未知 不详 不詳 неизвестно н/д нд #nv
  maybe vielleicht (blank) (empty) (leer) (vide)`
    .split(/\s+/)
    .concat([
      'not available',
      'not known',
      'not applicable',
      'no label',
      'no data',
      'keine angabe',
      'nicht beurteilbar',
      'not assessable',
      'нет данных',
    ]),
)

/** Whether a label says that there is none: an empty cell, NaN as pandas writes it, an error of a spreadsheet, 'uncertain'. */
export function saysNoClass(label: string): boolean {
  const text = plain(label)
  return text === '' || missing.has(text) || /^#[\p{L}/0]+[!?]?$/u.test(text)
}

/** A label as a reader sees it: without invisible characters, with single spaces. */
export function visibleLabel(label: string): string {
  return label
    .normalize('NFC')
    .replaceAll(/\p{Cf}|\p{Variation_Selector}|(?!\s)\p{Cc}/gu, '')
    .replaceAll(/[^\S\r\n]+/gu, ' ')
    .trim()
}

/** The classes that a cell holds, where it holds several: 'a|b', "['a', 'b']", and 'a, b' or 'a/b' where one of them is a class of its own. */
export function severalLabels(label: string, isClass: (name: string) => boolean): string[] | undefined {
  const text = label.trim()
  const listed = /^[[{(](.*[,;].*)[\]})]$/.exec(text)?.[1]
  const always = (listed ?? text).split(listed === undefined ? /[|;\n\r\t、；｜]|,(?=\S)/ : /[|;,]/)
  const parts = always.map((part) => part.trim().replace(/^['"]|['"]$/g, '')).filter((part) => part !== '')
  if (parts.length > 1 && !/^\d+(,\d+)?$/.test(text)) return parts
  const perhaps = text.split(/\s*[,/+&，]\s*|\s+(?:and|und|et|y|e)\s+/i).filter((part) => part !== '')
  return perhaps.length > 1 && perhaps.some(isClass) ? perhaps : undefined
}

/** What is wrong with the names of a dataset's classes, a sentence each. */
export function problemsOfClassNames(classes: readonly string[]): string[] {
  const quoted = (names: readonly string[]) => names.map((name) => `'${shortened(name)}'`)
  const byName = new Set(classes.map(plain))
  const none = quoted(classes.filter(saysNoClass))
  const several = quoted(classes.filter((name) => severalLabels(name, (part) => byName.has(plain(part))) !== undefined))
  const words = quoted(classes.filter(isProgramWord))
  const problems: string[] = []
  if (none.length > 0) {
    problems.push(
      `${listed(none)} ${none.length === 1 ? 'says' : 'say'} that a label is missing or not known, and ${none.length === 1 ? 'is no class' : 'are no classes'}: give the class, leave such films out, or call it otherwise (such as 'no finding')`,
    )
  }
  if (several.length > 0) {
    problems.push(
      `${listed(several)} ${several.length === 1 ? 'holds' : 'hold'} several labels; a film has one class: decide for one, or leave such films out`,
    )
  }
  if (words.length > 0) {
    problems.push(
      `${listed(words)} ${words.length === 1 ? 'is a word' : 'are words'} with a meaning in programs that read results: call it otherwise`,
    )
  }
  return [...problems, ...twins(classes), ...uncertain(classes)]
}

/** Pairs that are one name to a reader. */
function twins(classes: readonly string[]): string[] {
  const known = new Map<string, string>()
  return classes.flatMap((name) => {
    const key = keyOf(name)
    const twin = known.get(key)
    known.set(key, twin ?? name)
    if (twin === undefined) return []
    return [
      `has the classes '${shortened(twin)}' and '${shortened(name)}', which ${difference(twin, name)}: write them one way`,
    ]
  })
}

function difference(one: string, other: string): string {
  if (one.toLowerCase() === other.toLowerCase()) return 'differ in upper and lower case only'
  if (numberOf(one) !== undefined) return 'are the same number'
  const strange = [...one, ...other].filter((char) => char > '\x7f' && !(one.includes(char) && other.includes(char)))
  const codes = [...new Set(strange)].map(
    (char) => `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return codes.length > 0
    ? `look alike but are written with other characters (${codes.slice(0, 4).join(', ')})`
    : 'differ in spaces, hyphens and underscores only'
}

/** Data sets that label 0 and 1 write -1 where nobody was sure. */
function uncertain(classes: readonly string[]): string[] {
  const numbers = classes.map(numberOf)
  if (!numbers.includes(-1) || !numbers.includes(0) || !numbers.includes(1)) return []
  return [
    `'${classes[numbers.indexOf(-1)]}' beside 0 and 1 means uncertain in CheXpert, MIMIC-CXR and others, which is no class: leave such films out, or decide for 0 or 1`,
  ]
}

function numberOf(name: string): number | undefined {
  return /^[+-]?\d{1,15}([.,]\d{1,15})?$/.test(name) ? Number(name.replace(',', '.')) : undefined
}

/** Latin letters that Cyrillic and Greek ones look like. */
const lookalikes = new Map([...'аеорсухікмнтвοαρνικτυζ'].map((char, i) => [char, 'aeopcyxikmhtboapvikkuz'[i]]))

function keyOf(name: string): string {
  const number = numberOf(name)
  if (number !== undefined) return String(number)
  const letters = plain(name).replaceAll(/(?<=[\p{L}\p{N}])[\s_-](?=[\p{L}\p{N}])/gu, ' ')
  const latin = /[a-z]/.test(letters)
  return latin ? [...letters].map((char) => lookalikes.get(char) ?? char).join('') : letters
}

function plain(name: string): string {
  return visibleLabel(name).normalize('NFKC').toLowerCase()
}

function listed(names: readonly string[], most = 5): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ')
}
