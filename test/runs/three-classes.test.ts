/** Three classes through everything that a user reaches: inspect, run, kill, resume, predict, evaluate, report, features. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { beforeAll, describe, expect, it } from 'vitest'
import { classAucs, macroAuc } from '../../src/metrics/macro-auc.js'
import type { Result } from '../../src/record/result.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-three-'))
const films = path.join(work, 'films', 'hospital-a')
const whole = path.join(work, 'whole')
const classes = ['fluid-level', 'healthy', 'thick-mucosa']

const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=20',
  'gan.width=0.05',
  'gan.batchSize=16',
  'gan.checkpointEvery=10',
  'gan.gridEvery=10',
  'search.multiples=whole',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'search.repeats=2',
  'backbone.inputSize=[32, 32]',
].flatMap((setting) => ['--set', setting])
const request = ['run', films, '--external', `b=${path.join(work, 'films', 'hospital-b')}`, ...settings]

const json = (run: string, ...names: string[]) => JSON.parse(readFileSync(path.join(run, ...names), 'utf8'))
const table = (run: string, name: string) =>
  parse(readFileSync(path.join(run, name), 'utf8'), { columns: true }) as Record<string, string>[]

beforeAll(() => {
  demoFilms(path.join(work, 'films'), 36, '--classes', '3')
  const run = kopt([...request, '--out', whole])
  expect(run.code, run.stderr).toBe(0)
}, 300_000)

describe('a run on three classes', () => {
  it('has no positive class, and says so beforehand', () => {
    const facts = JSON.parse(kopt(['inspect', films, '--json']).stdout)
    expect(Object.keys(facts.classes)).toEqual(classes)
    expect(facts.positive).toBeNull()
    expect(kopt(['inspect', films]).stdout).not.toMatch(/positive/)
    expect(json(whole, 'result.json').dataset.positive).toBeNull()
    const asked = kopt([...request, '--positive', 'healthy', '--out', path.join(work, 'asked')])
    expect(asked.code).toBe(2)
    expect(asked.stderr).toMatch(/--positive 'healthy': there are 3 classes/)
    expect(existsSync(path.join(work, 'asked'))).toBe(false)
  })

  it('leaves scores of every class, from which every figure follows', () => {
    const result: Result = json(whole, 'result.json')
    for (const { name, evaluations } of result.arms) {
      for (const set of ['internal', 'b']) {
        const rows = table(whole, path.join('scores', `${name}.${set}.csv`))
        const truth = rows.map((row) => classes.indexOf(row.label))
        const scores = classes.map((label) => rows.map((row) => Number(row[`score_${label}`])))
        rows.forEach((_, i) => {
          expect(scores.reduce((sum, score) => sum + score[i], 0)).toBeCloseTo(1, 12)
        })
        const on = evaluations[set]
        expect(on.auc.value).toBeCloseTo(macroAuc(truth, scores), 12)
        expect(on.auc.low as number).toBeLessThan(on.auc.high as number)
        classAucs(truth, scores).forEach((auc, c) => {
          expect(on.perClass?.[c].auc.value).toBeCloseTo(auc, 12)
        })
        expect(on.confusion).toBeNull()
        expect(on.cutoff).toBeNull()
        const matrix = on.confusionMatrix as number[][]
        expect(matrix.flat().reduce((a, b) => a + b, 0)).toBe(rows.length)
        const right = classes.reduce((sum, _, c) => sum + matrix[c][c], 0)
        expect(on.accuracy).toBeCloseTo(right / rows.length, 12)
      }
    }
    expect(result.search.metric).toBe('macro-auc')
    expect(result.search.null.p).toBeGreaterThan(0)
    expect(result.verdict.text).not.toMatch(/(?<!macro )AUC/)
    expect(result.comparisons.every((one) => one.delong.p === null)).toBe(true)
    for (const { difference, perClass = [] } of result.comparisons) {
      expect(perClass.map((one) => one.class)).toEqual(classes)
      const mean = perClass.reduce((sum, one) => sum + (one.difference as number) / 3, 0)
      expect(mean).toBeCloseTo(difference as number, 12)
    }
    expect(result.quality.map((one) => one.class)).toEqual(classes)
  })

  it('balances all three classes, and multiplies them', () => {
    const result: Result = json(whole, 'result.json')
    const largest = Math.max(...Object.values(result.dataset.split.train))
    expect(result.search.trials.map((trial) => trial.size)).toEqual([1, 2].map((k) => 3 * k * largest))
  })

  it('predicts a probability for each class, for every arm', () => {
    const film = path.join(films, 'healthy', readdirSync(path.join(films, 'healthy'))[0])
    for (const arm of ['GCB+OMGDA', 'OD', 'OD=native']) {
      const { code, stdout, stderr } = kopt(['predict', whole, film, '--arm', arm, '--json'])
      expect(code, stderr).toBe(0)
      const { positive, predictions } = JSON.parse(stdout)
      expect(positive).toBeNull()
      expect(Object.keys(predictions[0].probabilities)).toEqual(classes)
      const sum = Object.values(predictions[0].probabilities as Record<string, number>).reduce((a, b) => a + b, 0)
      expect(sum).toBeCloseTo(1, 9)
    }
  })

  it('predicts what the run recorded', () => {
    const [row] = table(whole, path.join('scores', 'GCB+OMGDA.internal.csv'))
    const { file } = table(whole, path.join('private', 'films.csv')).find((film) => film.film === row.film)!
    const { predictions } = JSON.parse(kopt(['predict', whole, path.resolve(films, file), '--json']).stdout)
    for (const label of classes) {
      expect(predictions[0].probabilities[label]).toBeCloseTo(Number(row[`score_${label}`]), 4)
    }
  })

  it('tells its story without a positive class', () => {
    const report = readFileSync(path.join(whole, 'report.html'), 'utf8')
    // Matches alone are compared: a failure must not print the page.
    expect(report.match(/[Pp]ositive class|undefined|NaN/g)).toBeNull()
    for (const words of ['Macro AUC', ...classes.map((label) => `${label} against the rest`)])
      expect(report.includes(words), words).toBe(true)
    expect(table(whole, 'tables/classes.csv')).toHaveLength(json(whole, 'result.json').arms.length * 2 * 3)
    expect(readdirSync(path.join(whole, 'figures'))).toContain('roc-internal-class1.svg')
    const { code, stderr } = kopt(['report', whole, '--share'])
    expect(code, stderr).toBe(0)
  })

  it('goes on to the same bytes after a kill', async () => {
    const out = path.join(work, 'killed')
    const child = spawn(process.execPath, [koptFile, ...request, '--out', out], { stdio: 'ignore' })
    const closed = new Promise((resolve) => child.on('close', resolve))
    while (!existsSync(path.join(out, 'trials', 'OD-k000-r1.json')))
      await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGKILL')
    await closed
    expect(existsSync(path.join(out, 'result.json'))).toBe(false)
    const { code, stderr } = kopt(['resume', out])
    expect(code, stderr).toBe(0)
    for (const folder of ['scores', 'trials', 'pool', 'model']) {
      const names = readdirSync(path.join(whole, folder)).filter((name) => name.includes('.'))
      for (const name of names)
        expect(
          readFileSync(path.join(out, folder, name)).equals(readFileSync(path.join(whole, folder, name))),
          name,
        ).toBe(true)
    }
    expect(json(out, 'result.json').verdict).toEqual(json(whole, 'result.json').verdict)
  }, 300_000)
})
