/** A run whose K is chosen by log loss, from the command line to its report. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'
import { tinySettings } from '../support/tiny-finished-run.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-metric-'))
const run = path.join(work, 'run')
const settings = [
  'preset=quick',
  ...tinySettings,
  'search.multiples=whole',
  'search.kMax=3',
  'search.null=true',
  'search.metric=log-loss',
].flatMap((setting) => ['--set', setting])
const text = (...names: string[]) => readFileSync(path.join(run, ...names), 'utf8')

let result: Result
let told: string

beforeAll(() => {
  demoFilms(path.join(work, 'films'), 24)
  const words = ['run', path.join(work, 'films', 'hospital-a'), '--backbone', tinyBackboneFile(), ...settings]
  const { code, stderr } = kopt([...words, '--out', run])
  expect(code, stderr).toBe(0)
  told = stderr
  result = resultSchema.parse(JSON.parse(text('result.json')))
}, 120_000)

describe('a run that chooses K by log loss', () => {
  it('takes the K of the least loss, and says so in its result', () => {
    const { search } = result
    const means = search.trials.map(({ mean }) => mean)
    expect([search.metric, search.better, search.unit]).toEqual(['log-loss', 'lower', 'nats'])
    const stop = search.trials.findIndex(({ k }) => k === search.stoppedAt)
    expect(means[search.kOptimal - 1]).toBe(Math.min(...means.slice(0, stop + 1)))
    expect(search.byMetric.map(({ metric }) => metric)).toEqual(['log-loss', 'auc'])
    expect(search.null.p).toBeGreaterThan(0)
    expect(told).toMatch(/OD: log loss \d\.\d{3} on the films that choose K/)
  })

  it('has one row for each K in Table S1, with the metric, its unit and its direction', () => {
    const rows = parse(text('tables', 'tableS1.csv'), { columns: true }) as Record<string, string>[]
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatchObject({ metric: 'log-loss', unit: 'nats', better: 'lower' })
    const chosen = rows.find(({ arm, chosen }) => arm === result.search.arm && chosen === 'yes')
    expect(Number(chosen?.mean)).toBe(result.search.trials[result.search.kOptimal - 1].mean)
  })

  it('shows the loss on its way down, and compares arms by the AUC of test films', () => {
    const page = text('report.html')
    expect(page.match(/undefined|NaN/g)).toBeNull()
    for (const words of [
      'Log loss (nats, lower is better)',
      'fall in log loss',
      'What each metric would have chosen',
      'AUC of every arm and control',
    ])
      expect(page.includes(words), words).toBe(true)
    expect(text('figures', 'k-curve.svg').includes('Log loss (nats, lower is better) on')).toBe(true)
    expect(result.verdict.text).not.toMatch(/log loss/i)
  })
})
