/**
 * Whatever the documents, the help texts and the messages show as a value of the configuration can be typed: each
 * `--set KEY=VALUE` resolves, together with those of the same line, and each key that stands in code is one.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/experiment/config/resolve.js'
import { configSchema, keyAt, type PartialConfig } from '../../src/experiment/config/schema.js'
import { parseSetting } from '../../src/experiment/config/setting.js'
import { answersOf } from '../support/answers.js'

const root = path.resolve(import.meta.dirname, '..', '..')
const documents = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')]
/** Of what a result holds, in a section of the same name. */
const ofResult = [
  'synthetic.excluded',
  'search.position',
  'search.better',
  'search.unit',
  'search.byMetric',
  'generator.training.snapshots',
]
/** Of 0.1. */
const ofBefore = ['synthetic.from', 'synthetic.order']
/** What a line may leave to the reader: the kind of generator whose options it shows. */
const kinds: PartialConfig[] = [{}, { generator: { kind: 'acgan' } }, { generator: { kind: 'given', from: 'drawn' } }]
const verbs = readdirSync(path.join(root, 'src', 'cli', 'commands')).map((file) => path.basename(file, '.ts'))
/** Verbs below verbs, where settings may stand. */
const helps = [...verbs.map((verb) => [verb]), ['gan', 'train'], ['gan', 'sample']]

describe('settings shown', () => {
  it.each(documents)('resolve in %s', (document) => {
    expect(refused(read(document))).toEqual([])
  })

  it('resolve in the help of every verb', () => {
    const answers = answersOf(helps.map((words) => [...words, '--help']))
    expect(answers.filter(({ code }) => code !== 0)).toEqual([])
    const texts = answers.map(({ stdout }) => stdout)
    expect(texts.flatMap(refused)).toEqual([])
    const taking = helps.filter((_, i) => /^ +--set /m.test(texts[i])).map((words) => words.join(' '))
    expect(taking).toEqual(['plan', 'run', 'start', 'gan train'])
  })

  it('resolve in messages', () => {
    expect(filesIn('src', '.ts').flatMap((file) => refused(read(file)))).toEqual([])
  })
})

it('Keys of the configuration that the documents name are known', () => {
  const sections = Object.keys(configSchema.shape).join('|')
  const wrong = documents.flatMap((document) => {
    const named = read(document).matchAll(new RegExp(`\`((?:${sections})\\.[A-Za-z0-9.]+)(?:=[^\`]*)?\``, 'g'))
    return [...named]
      .map(([, key]) => key)
      .filter(
        (key) =>
          !/\.(html|json|csv|yaml|svg|onnx)$/.test(key) && !isKey(key) && ![...ofResult, ...ofBefore].includes(key),
      )
  })
  expect(wrong).toEqual([])
})

/** Lines whose settings can't be typed, each with what is said of it. */
function refused(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const settings = settingsIn(line)
    if (settings.length === 0) return []
    const problems = kinds.flatMap((kind) => {
      try {
        resolveConfig({ dataset: 'films' }, kind, ...settings.map((setting) => parseSetting(setting)))
        return []
      } catch (error) {
        return [`${line.trim()}: ${(error as Error).message}`]
      }
    })
    return problems.length < kinds.length ? [] : problems
  })
}

/** What stands behind `--set`, and `KEY=VALUE` in code with a dot in the key; placeholders (KEY, <key=value>, `${...}`) are none. */
function settingsIn(line: string): string[] {
  const behind = [...line.matchAll(/--set (?:'([^']+=[^']*)'|([A-Za-z][\w.]*=[^\s'"`;,)]+(?:,[^\s'"`;,)]+\])?))/g)]
  const inCode = [...line.matchAll(/`([a-z]\w*\.[\w.]+=[^\s`$]+)`/g)]
  return [...behind.map(([, quoted, plain]) => quoted ?? plain), ...inCode.map(([, setting]) => setting)].filter(
    (setting) => !/^KEY=|^key|\$\{/.test(setting),
  )
}

function isKey(key: string): boolean {
  try {
    keyAt(key)
    return true
  } catch {
    return false
  }
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => path.join(folder, name))
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}
