/** Whole runs with rivals and an arm of selected films: in every fold, beside arms that stay as they are without, and gone on with to the same bytes. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Result } from '../../src/record/result.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const names = ['duplicates', 'smote', 'gaussian', 'smoothed']

describe('a run with folds, rivals and selected films', { timeout: 240_000 }, () => {
  const cwd = temporaryFolder()
  const settings = [
    'preset=quick',
    'generator.kind=pca',
    'image.size=[16, 16]',
    'resampling.folds=3',
    'search.multiples=[1, 2]',
    'search.windowSize=1',
    'compute.threads=1',
    'compute.processes=1',
  ]
  const at = (...parts: string[]) => path.join(cwd, ...parts)
  const resultOf = (run: string): Result => JSON.parse(readFileSync(at(run, 'result.json'), 'utf8'))
  let said = ''
  beforeAll(() => {
    const backbone = tinyBackboneFile()
    demoFilms(path.join(cwd, 'films'), 20)
    for (const [out, rivals] of [
      ['with', 'all'],
      ['without', 'none'],
    ]) {
      const set = [...settings, `search.rivals=${rivals}`, `search.selected=${rivals === 'all'}`].flatMap((setting) => [
        '--set',
        setting,
      ])
      const external = ['--external', 'b=films/hospital-b']
      const run = kopt(['run', 'films/hospital-a', ...external, '--backbone', backbone, ...set, '--out', out], { cwd })
      expect(run.code, run.stderr).toBe(0)
      if (rivals === 'all') said = run.stderr
    }
  }, 240_000)

  it('tells of each rival once, and of the one that the generator is itself', () => {
    const { rivals } = resultOf('with')
    expect(rivals?.arms.map(({ name }) => name)).toEqual(names)
    expect(rivals?.leftOut).toMatchObject([{ name: 'pca' }])
    expect(said.match(/^training set filled up with /gm)).toHaveLength(names.length)
    expect(said.match(/^could more films help at all\?/gm)).toHaveLength(1)
    expect(said).toContain('no training set is filled up with films by principal components')
  })

  it('scores them on the films of all folds and on those of another hospital, against the chosen arm', () => {
    const { rivals, arms, folds } = resultOf('with')
    expect(folds).toHaveLength(3)
    const chosen = arms.find(({ name }) => name === 'GCB+OMGDA')
    for (const { name, evaluations, differences, search } of rivals?.arms ?? []) {
      for (const [set, { n, auc }] of Object.entries(evaluations)) {
        expect(n, name).toBe(chosen?.evaluations[set].n)
        expect(auc.value).toBeGreaterThanOrEqual(0)
      }
      expect(differences.map(({ set }) => set)).toEqual(['internal', 'b'])
      expect(search.trials.map(({ k }) => k)).toEqual([1, 2])
      expect(existsSync(at('with', 'scores', `${name}.internal.csv`))).toBe(true)
    }
  })

  it('scores selected films on those of all folds, less the chosen arm, and says what fell', () => {
    const { selection, arms, comparisons, verdict } = resultOf('with')
    const chosen = arms.find(({ name }) => name === 'GCB+OMGDA')
    const arm = selection?.arm
    expect(arm?.name).toBe('GCB+OMGDA=selected')
    expect(arm?.differences.map(({ set }) => set)).toEqual(['internal', 'b'])
    for (const [set, { n }] of Object.entries(arm?.evaluations ?? {})) expect(n).toBe(chosen?.evaluations[set].n)
    for (const { refused, left } of selection?.thresholds ?? [])
      for (const [label, { drawn, outOfRange }] of Object.entries(selection?.classes ?? {}))
        expect(outOfRange + refused[label] + left[label]).toBe(drawn)
    expect(JSON.stringify([comparisons, verdict.comparators])).not.toContain('selected')
    const rows = (file: string) => readFileSync(at('with', file), 'utf8').trim().split('\n')
    expect(rows('tables/selection.csv')).toHaveLength(1 + 3 * 2)
    expect(rows('tables/selected.csv')).toHaveLength(1 + 2)
    expect(rows('scores/GCB+OMGDA=selected.internal.csv')).toHaveLength(1 + (chosen?.evaluations.internal.n ?? 0))
    expect(readFileSync(at('with', 'report.html'), 'utf8')).toContain('Does it help to select films?')
  })

  it('leaves every other figure as it is without them', () => {
    const { rivals: _, selection: _____, config: __, seconds: ___, concerns: found, ...beside } = resultOf('with')
    const { config: ____, seconds: ______, concerns, generator, ...alone } = resultOf('without')
    const { generator: trained, ...others } = beside
    const timeless = (facts: typeof generator) => ({
      ...facts,
      training: { ...facts?.training, seconds: 0, stepsPerSecond: 0 },
    })
    expect(alone).not.toHaveProperty('rivals')
    expect(alone).not.toHaveProperty('selection')
    expect({ ...others, gan: null }).toEqual({ ...alone, gan: null })
    expect(timeless(trained)).toEqual(timeless(generator))
    expect(found).toEqual(concerns)
    for (const folder of ['scores', 'trials', 'model', 'gan'])
      for (const name of readdirSync(at('without', folder)).filter((file) => /\.(csv|json|onnx)$/.test(file)))
        expect(readFileSync(at('with', folder, name)).equals(readFileSync(at('without', folder, name))), name).toBe(
          true,
        )
  })

  it('keeps no rival’s films, and no fold’s features', () => {
    const kept = (folder: string) => (existsSync(at(folder)) ? readdirSync(at(folder)) : [])
    expect(kept('with/pool').filter((name) => name.startsWith('rival-'))).toEqual([])
    for (const fold of ['01', '02', '03']) expect(kept(`with/folds/${fold}/features`)).toEqual([])
  })

  it('makes what was lost anew, to the same bytes', () => {
    cpSync(at('with'), at('again'), { recursive: true })
    for (const file of [
      'features/rival-smote-r1-c0.npy',
      'trials/smoothed-k002-r1.json',
      'state/select-films.json',
      'result.json',
    ])
      rmSync(at('again', file))
    const resumed = kopt(['resume', 'again'], { cwd })
    expect(resumed.code, resumed.stderr).toBe(0)
    for (const folder of ['features', 'trials', 'scores', 'tables'])
      for (const name of readdirSync(at('with', folder)).filter((file) => /\.(npy|json|csv)$/.test(file)))
        expect(readFileSync(at('again', folder, name)).equals(readFileSync(at('with', folder, name))), name).toBe(true)
    expect(resultOf('again').rivals).toEqual(resultOf('with').rivals)
    expect(resultOf('again').selection).toEqual(resultOf('with').selection)
  })
})
