/** The tables of docs/configuration.md are those of the schema, and one command says and mends it where they are not. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')
const page = path.join(root, 'docs', 'configuration.md')

const make = (...words: string[]) =>
  spawnSync(process.execPath, ['scripts/docs.mjs', ...words], { cwd: root, encoding: 'utf8' })

it('The table of options is up to date', () => {
  const { stderr, status } = make('--check')
  expect(status, stderr).toBe(0)
})

it('A page that is not up to date is refused, and mended without --check', () => {
  const copy = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-docs-')), 'page.md')
  const text = readFileSync(page, 'utf8')
  writeFileSync(copy, text.replace('| `search.windowSize` | `12`', '| `search.windowSize` | `13`'))
  const refused = make('--check', copy)
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('is out of date: npm run docs')
  expect(make(copy).status).toBe(0)
  expect(readFileSync(copy, 'utf8')).toBe(text)
})
