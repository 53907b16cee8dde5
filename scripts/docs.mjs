/**
 * The tables of docs/configuration.md from the schema of the configuration, between its two marks.
 *
 *   npm run docs                        writes them anew
 *   node scripts/docs.mjs --check       says whether they are up to date (exit 1 where not), after `npm run build`
 *   node scripts/docs.mjs FILE          of another page with the same marks
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { presets } from '../dist/experiment/config/presets.js'
import { configSchema } from '../dist/experiment/config/schema.js'
import { generatorKind } from '../dist/generator/registry.js'

const root = path.resolve(import.meta.dirname, '..')
const words = process.argv.slice(2)
const check = words.includes('--check')
const [file = path.join(root, 'docs', 'configuration.md')] = words.filter((word) => word !== '--check')

const begin = '<!-- Made from the schema by `npm run docs`: change it there. -->'
const end = '<!-- End of what is made. -->'

const page = readFileSync(file, 'utf8')
const [from, to] = [page.indexOf(begin), page.indexOf(end)]
if (from < 0 || to < from) {
  console.error(`${file} has no lines "${begin}" and "${end}"`)
  process.exit(2)
}
const made = `${page.slice(0, from)}${begin}\n\n${tables()}\n${page.slice(to)}`
if (check && made !== page) {
  console.error(`${path.relative(root, file)} is out of date: npm run docs`)
  process.exit(1)
}
if (!check) writeFileSync(file, made)

function tables() {
  const schema = configSchema.toJSONSchema({ io: 'input' })
  const top = Object.fromEntries(Object.entries(schema.properties).filter(([, at]) => !isSection(at)))
  const sections = Object.entries(schema.properties).filter(([, at]) => isSection(at))
  return [
    ['## Outside the sections', table(top)],
    ...sections.map(([name, at]) => [
      `## ${name}`,
      `${at.description}\n\n${at.oneOf ? kinds(at, name) : table(at.properties, [name])}`,
    ]),
  ]
    .map((part) => `${part.join('\n\n')}\n`)
    .join('\n')
}

/** `ofKind`: what presets have in place of the defaults, where a kind says it. */
function table(keys, place = [], ofKind = undefined) {
  const differences = ofKind ? mapValues(ofKind, (values) => ({ [place[0]]: values })) : presets
  const rows = Object.entries(keys).flatMap(([name, at]) => rowsOf([...place, name], at, differences))
  return ['| key | default | range | unit | what it is |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')
}

function rowsOf(place, at, differences) {
  if (isSection(at))
    return Object.entries(at.properties).flatMap(([name, inner]) => rowsOf([...place, name], inner, differences))
  const about = at.source ? `${at.description} (${at.source})` : at.description
  const cells = [`\`${place.join('.')}\``, defaultOf(place, at, differences), rangeOf(at), at.unit ?? '', about]
  return [`| ${cells.map(cell).join(' | ')} |`]
}

/** The default, and what presets have in its place. */
function defaultOf(place, at, differences) {
  const others = Object.entries(differences).flatMap(([name, difference]) => {
    const value = place.reduce((inner, key) => inner?.[key], difference)
    return value === undefined ? [] : [`${name}: ${shown(value)}`]
  })
  return [at.default === undefined ? 'none' : shown(at.default), ...others].join('; ')
}

function shown(value) {
  return `\`${JSON.stringify(value)
    .replaceAll(',', ', ')
    .replace(/^"(.*)"$/, '$1')}\``
}

/** What may stand there, in words. */
function rangeOf(at) {
  if (at.anyOf) return at.anyOf.map(rangeOf).join(', or ')
  if (at.enum) return at.enum.map(shown).join(', ')
  if (at.const !== undefined) return shown(at.const)
  if (Array.isArray(at.type)) return at.type.map((type) => rangeOf({ ...at, type })).join(', or ')
  if (at.prefixItems) return `${['', 'one', 'two', 'three'][at.prefixItems.length]} of: ${rangeOf(at.prefixItems[0])}`
  switch (at.type) {
    case 'array':
      return `a list of ${at.minItems} to ${at.maxItems}, each a ${rangeOf(at.items)}`
    case 'null':
      return '`null`'
    case 'boolean':
      return '`true`, `false`'
    case 'object':
      return `names, each with a ${rangeOf(at.additionalProperties)}`
    case 'integer':
    case 'number':
      return numbers(at)
    case 'string':
      return { path: 'path', 'name-or-path': 'name or path' }[at.format] ?? 'text'
    default:
      throw new Error(`no words for ${JSON.stringify(at)}`)
  }
}

function numbers({ type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }) {
  const noun = multipleOf ? `multiple of ${multipleOf}` : type === 'integer' ? 'whole number' : 'number'
  const least = exclusiveMinimum === undefined ? bound('from', minimum) : bound('above', exclusiveMinimum)
  const most = exclusiveMaximum === undefined ? bound('to', maximum) : bound('below', exclusiveMaximum)
  const and = least && most && !most.startsWith('to') ? 'and' : ''
  return [noun, least, and, most].filter(Boolean).join(' ')
}

/** Of the integers that a double holds exactly, the outermost are no bound that anybody set. */
function bound(word, value) {
  return value === undefined || Math.abs(value) === Number.MAX_SAFE_INTEGER ? '' : `${word} ${value}`
}

function isSection(at) {
  return at.properties !== undefined || at.oneOf !== undefined
}

/** A section of several kinds: a table for the options of each. */
function kinds({ oneOf }, name) {
  return oneOf
    .map(({ description, properties: { kind, ...options } }) => {
      const values = generatorKind(kind.const).presets
      return `With \`${name}.kind\` \`${kind.const}\`: ${description}\n\n${table(options, [name], values)}`
    })
    .join('\n\n')
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}

function cell(text) {
  return text.replaceAll('|', '\\|')
}
