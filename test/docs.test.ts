/**
 * The documents stay true: links and anchors lead somewhere, what a linked source file is said to export it does, every key of
 * the configuration that a table names exists, every command shown exists with the options shown,
 * and blocks marked `sh run` and `ts run` are run, in order, one folder a document.
 * A `text` block right behind a run block is its output; a block of any language with a NAME is a file that the next command
 * finds; where examples/ has one of that name, it is that one.
 * `exit=N` behind `run` is the exit code expected (0 unless said).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answersOf, kopt } from './support/answers.js'

const root = path.resolve(import.meta.dirname, '..')
const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...markdownIn('docs'), ...markdownIn('docs/api')]

interface Block {
  language: string
  /** Words behind the language. */
  marks: string[]
  text: string
  line: number
}

describe('docs/api', () => {
  it('is what the doc comments say, and they say all', () => {
    const { stderr } = spawnSync(process.execPath, ['scripts/docs-api.mjs', '--check'], { cwd: root, encoding: 'utf8' })
    expect(stderr).toBe('')
  })
})

describe.each(documents)('%s', (document) => {
  const text = readFileSync(path.join(root, document), 'utf8')
  const blocks = blocksOf(text)

  it('links to what exists', () => {
    const broken = linksOf(text).filter((link) => !leadsSomewhere(document, link))
    expect(broken).toEqual([])
  })

  it('names what the linked source files export', () => {
    const named = [...text.matchAll(/\[`(\w+)`\]\(([^)#]*\.ts)\)/g)].map(([, name, file]) => ({ name, file }))
    const wrong = named.filter(({ name, file }) => !exportedBy(path.resolve(root, path.dirname(document), file), name))
    expect(wrong).toEqual([])
  })

  it('shows commands and options that exist', () => {
    const wrong = commandsOf(blocks).flatMap((line) => unknownWords(line).map((word) => `${line}: ${word}`))
    expect(wrong).toEqual([])
  })

  const runnable = blocks.filter((block) => block.marks.includes('run'))
  describe.runIf(runnable.length > 0)('its examples', () => {
    let folder: string
    beforeAll(() => {
      // Inside the project, so that `import 'kopt/tensor'` finds this package; dist is not under version control.
      mkdirSync(path.join(root, 'dist', '.docs'), { recursive: true })
      folder = mkdtempSync(path.join(root, 'dist', '.docs', 'run-'))
    })
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    for (const [i, block] of blocks.entries()) {
      const name = block.marks[0]
      if (name?.includes('.')) {
        it(`gives a file, ${name}`, () => {
          writeFileSync(path.join(folder, name), block.text)
          const example = path.join(root, 'examples', name)
          if (existsSync(example)) expect(block.text).toBe(readFileSync(example, 'utf8'))
        })
      }
      if (!runnable.includes(block)) continue
      it(`runs line ${block.line}`, () => {
        const { output, code } =
          block.language === 'ts' ? runProgram(block.text, folder) : runCommands(block.text, folder)
        const expectedCode = Number(block.marks.find((mark) => mark.startsWith('exit='))?.slice(5) ?? 0)
        expect(code, output).toBe(expectedCode)
        const next = blocks[i + 1]
        if (next?.language === 'text' && next.marks.length === 0) expect(output.trim()).toBe(next.text.trim())
      })
    }
  })
})

function markdownIn(folder: string): string[] {
  const names = readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.md'))
  return names.sort().map((name) => `${folder}/${name}`)
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  for (const match of text.matchAll(/^```(\S+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language, marks, body] = match
    const line = text.slice(0, match.index).split('\n').length
    blocks.push({ language, marks: marks.trim().split(/\s+/).filter(Boolean), text: body, line })
  }
  return blocks
}

function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`]*`/g, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^[a-z]+:/.test(link))
}

function leadsSomewhere(document: string, link: string): boolean {
  const [file, anchor] = link.split('#')
  const target = file === '' ? path.join(root, document) : path.resolve(root, path.dirname(document), file)
  if (!existsSync(target)) return false
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
}

function exportedBy(file: string, name: string): boolean {
  const declared = new RegExp(`^export (?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`, 'm')
  return existsSync(file) && declared.test(readFileSync(file, 'utf8'))
}

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function commandsOf(blocks: readonly Block[]): string[] {
  return blocks
    .filter((block) => block.language === 'sh')
    .flatMap((block) => block.text.split('\n'))
    .filter((line) => line.startsWith('kopt '))
}

/** Words of a shown command without its remark, and the verb among them. */
function wordsOf(line: string): { words: string[]; verb: string } {
  const words = line
    .replace(/\s+#.*$/, '')
    .split(/\s+/)
    .slice(1)
  return { words, verb: words.slice(0, ['gan', 'backbone'].includes(words[0]) ? 2 : 1).join(' ') }
}

let helps: Map<string, string | undefined> | undefined

/** By verb, those of all documents. */
function allHelps(): Map<string, string | undefined> {
  const lines = documents.flatMap((document) => commandsOf(blocksOf(readFileSync(path.join(root, document), 'utf8'))))
  const verbs = [...new Set(lines.map((line) => wordsOf(line).verb))]
  const answers = answersOf(verbs.map((verb) => [...verb.split(' '), '--help']))
  return new Map(verbs.map((verb, i) => [verb, answers[i].code === 0 ? answers[i].stdout : undefined]))
}

/** What a shown command has that its help does not. */
function unknownWords(line: string): string[] {
  helps ??= allHelps()
  const { words, verb } = wordsOf(line)
  const help = helps.get(verb)
  if (help === undefined) return [`no verb ${verb}`]
  return words.filter((word) => word.startsWith('--') && !new RegExp(`${word}(?![\\w-])`).test(help))
}

function runCommands(text: string, folder: string): { output: string; code: number } {
  let output = ''
  for (const line of text.split('\n')) {
    const command = line.replace(/\s+#.*$/, '').trim()
    if (command === '') continue
    expect(command, 'only kopt is run').toMatch(/^kopt /)
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
    const { stdout, stderr, code } = kopt(words.slice(1), { cwd: folder })
    output += code === 0 ? stdout : stderr
    if (code !== 0) return { output, code: code ?? 1 }
  }
  return { output: output.replaceAll('\\', '/'), code: 0 }
}

function runProgram(text: string, folder: string): { output: string; code: number } {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  })
  const file = path.join(folder, 'example.mjs')
  writeFileSync(file, outputText)
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' })
  return { output: status === 0 ? stdout : stderr, code: status ?? 1 }
}
