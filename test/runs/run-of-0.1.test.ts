/** A finished run as 0.1.0 left it (scripts/golden/run-of-0.1.0.mjs) opens, and is not gone on with. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { filesOf } from '../../scripts/attack/damage.mjs'
import { storedConfig } from '../../src/experiment/config/stored.js'
import { externalSet } from '../../src/record/external-set.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { listRuns } from '../../src/record/run-list.js'
import { kopt } from '../support/kopt.js'

const golden = path.resolve(import.meta.dirname, '../golden/run-of-0.1.0')
const film = path.join(golden, 'film.png')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-run-of-0.1-'))
const run = path.join(folder, 'runs', '0001-old')
const at = (file: string) => path.join(run, file)
const read = (file: string) => readFileSync(at(file), 'utf8')
const edit = (file: string, change: (text: string) => string) => writeFileSync(at(file), change(read(file)))
const succeed = (...words: string[]) => {
  const { code, stdout, stderr } = kopt(words, { cwd: folder })
  expect(code, stderr).toBe(0)
  return stdout
}
const contents = () => Object.fromEntries(filesOf(run).map((file) => [file, readFileSync(at(file), 'base64')]))
const evaluate = (...words: string[]) =>
  kopt(['evaluate', run, ...words, '--backbone', path.join(golden, 'tiny.onnx')], { cwd: folder })

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  cpSync(path.join(golden, 'run'), run, { recursive: true })
})

describe('a finished run of 0.1.0', () => {
  it('has its status and its verdict', () => {
    const verdict = JSON.parse(read('result.json')).verdict.text
    expect(succeed('status', run)).toContain(verdict)
    expect(listRuns(path.dirname(run))).toMatchObject([{ name: '0001-old', state: 'finished', problem: null }])
  })

  it('has its report again, which says of it what is known and no more', () => {
    const before = read('result.json')
    succeed('report', run)
    succeed('report', run, '--share')
    const page = read('report.html')
    expect(page).toContain('20 steps on batches of 8')
    // What 0.1.0 did not measure.
    expect(page).not.toMatch(/undefined|NaN|\[object|Fréchet/)
    expect(page).not.toMatch(/id="(use"|calibration-|decision-)/)
    expect(read('methods.md')).toContain(
      'mirrored left to right in half of the variants and turned by up to 10 degrees',
    )
    expect(read('result.json')).toBe(before)
  })

  it('predicts what it predicted then, by every arm, and knows its films', () => {
    for (const before of JSON.parse(readFileSync(path.join(golden, 'predictions.json'), 'utf8'))) {
      const now = JSON.parse(succeed('predict', run, film, '--arm', before.arm, '--json'))
      const [{ probabilities, logit, seen }] = now.predictions
      expect({ arm: now.arm, k: now.k, positive: now.positive, seen }).toEqual({
        arm: before.arm,
        k: before.k,
        positive: before.positive,
        seen: 'train',
      })
      expect(logit).toBeCloseTo(before.predictions[0].logit, 6)
      expect(probabilities.healthy).toBeCloseTo(before.predictions[0].probabilities.healthy, 6)
    }
  })

  it('is evaluated on other films, with the figures that it knew, and still refuses its own', () => {
    succeed('demo-data', 'films', '--patients', '12', '--seed', '5')
    const { code, stdout, stderr } = evaluate('films/hospital-b', '--name', 'c', '--json')
    expect(code, stderr).toBe(0)
    const set = externalSet.parse(JSON.parse(stdout))
    expect(set.arms.map(({ name }) => name)).toEqual(
      JSON.parse(read('result.json')).arms.map(({ name }: { name: string }) => name),
    )
    for (const arm of set.arms) {
      expect(arm.evaluation.auc.value, arm.name).toBeGreaterThan(0)
      expect([arm.cutoffs, arm.calibration, arm.decision]).toEqual([undefined, undefined, undefined])
    }
    expect(set.overlapChecked).toBe(true)
    expect(read('report.html')).toContain('These films were added after the run')
    cpSync(film, path.join(folder, 'films/hospital-b/healthy/film.png'))
    rmSync(path.join(folder, 'films/hospital-b/manifest.csv'))
    expect(evaluate('films/hospital-b', '--name', 'd').stderr).toMatch(/holds films of the run itself/)
  })

  it('was made with what its config.yaml says, and where 0.1.0 had no key with what it did', () => {
    expect(storedConfig(new RunDirectory(run), '')).toMatchObject({
      preset: 'quick',
      dataset: '/elsewhere/films/hospital-a',
      keepPatientIds: true,
      generator: { kind: 'acgan', steps: 20, width: 0.05 },
      training: { seeds: 1, checkpointEvery: 10 },
      resampling: { folds: 0 },
      augment: { flip: true, rotationDegrees: 10, noise: 0 },
      search: { kMax: 1, null: true, heads: 1 },
      evaluation: { sensitivity: null },
    })
  })

  it('whose config.yaml is cut off is called damaged', () => {
    edit('config.yaml', (text) => text.slice(0, text.indexOf('verdict:')))
    expect(evaluate(golden).stderr).toMatch(/config\.yaml does not say what the run was made with.*restore it/)
  })

  it('whose head is no head is refused by name', () => {
    edit('model/heads/OD.json', (text) => text.replace(/"bias": .*/, '"bias": "much"'))
    expect(kopt(['predict', run, film, '--arm', 'OD']).stderr).toMatch(/OD\.json is no head of an arm; restore it/)
  })

  it.each(['finished', 'unfinished'])('is not gone on with, %s or not, and nothing in it is touched', (state) => {
    if (state === 'unfinished') rmSync(at('result.json'))
    const before = contents()
    const { code, stderr } = kopt(['resume', run])
    expect(code).toBe(2)
    expect(stderr).toMatch(/was begun by (an earlier )?kopt 0\.1\.0, not by this one .*; go on with that one, or start/)
    expect(contents()).toEqual(before)
  })
})

describe('an unfinished run of another version', () => {
  it.each(['0.0.9', '99.0.0'])('(%s) is refused by that version’s name', (other) => {
    const { stderr } = kopt(['resume', anotherVersionsRun(other)])
    expect(stderr).toContain(`was begun by kopt ${other}, not by this one`)
  })

  function anotherVersionsRun(other: string): string {
    rmSync(at('result.json'))
    edit('config.yaml', (text) => text.replace('koptVersion: 0.1.0', `koptVersion: ${other}`))
    return run
  }
})
