/** The documents as a site: every link and anchor leads somewhere, nothing is loaded from elsewhere, and the search finds. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { kopt } from './support/kopt.js'

const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-site-'))
const site = path.join(folder, 'site')

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/site.mjs', site], { cwd: root, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const pages = () =>
  readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.split(path.sep).join('/'))
const textOf = (page: string) => readFileSync(path.join(site, page), 'utf8')
const idsOf = (html: string) => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)

describe('the site of the documents', () => {
  it('has a page for each document, each anchor once, and no link or anchor that leads nowhere', () => {
    expect(pages()).toEqual(expect.arrayContaining(['index.html', 'glossary.html', 'api/metrics.html']))
    const anchors = new Map(pages().map((page) => [page, idsOf(textOf(page))]))
    for (const [page, ids] of anchors) expect(new Set(ids).size, page).toBe(ids.length)
    const broken = pages().flatMap((page) =>
      [...textOf(page).matchAll(/ (?:href|src)="([^"]+)"/g)]
        .map(([, link]) => link)
        .filter((link) => !/^(https?|data|mailto):/.test(link))
        .filter((link) => {
          const [file, anchor] = link.split('#')
          const target = file === '' ? page : path.posix.join(path.posix.dirname(page), file)
          if (!existsSync(path.join(site, target))) return true
          return anchor !== undefined && !anchors.get(target)?.includes(decodeURIComponent(anchor))
        })
        .map((link) => `${page}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('loads nothing from elsewhere', () => {
    const loading = /<(?:script|link|img|iframe)[^>]* (?:src|href)="(?!data:)[a-z]+:/
    expect(pages().filter((page) => loading.test(textOf(page)))).toEqual([])
    const files = ['site.css', 'search.js', 'search-options.js']
    for (const file of files)
      expect(readFileSync(path.join(site, file), 'utf8'), file).not.toMatch(/https?:|@import|url\(/)
  })

  it('finds a section by its words, and by the beginning of one', () => {
    const context = createContext({})
    for (const file of ['minisearch.js', 'search-options.js', 'search-index.js', 'search.js'])
      runInContext(readFileSync(path.join(site, file), 'utf8'), context)
    const found = (words: string): string[] =>
      runInContext(`searchDocuments(${JSON.stringify(words)}).map(({ to }) => to)`, context)
    expect(found('suspected copies')).toContain('quality.html#copies')
    expect(found('conform')).toContain('glossary.html#conformal-rank')
    expect(found('slidingWindow')[0]).toBe('api/search.html#slidingwindow')
    expect(found('xyzzy')).toEqual([])
  })

  it('lies beside the program, which says where', () => {
    const { code, stdout } = kopt(['docs', '--no-open', '--json'])
    expect(code).toBe(0)
    expect(readFileSync(fileURLToPath(JSON.parse(stdout).address), 'utf8')).toContain('<h1 id="kopt">')
  })
})
