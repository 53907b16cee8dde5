/** A whole run whose trials train the last block of a DenseNet-121, on a cohort and a GAN as small as they get. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile, temporaryFolder } from '../support/kopt.js'

const checkpoint = path.resolve(import.meta.dirname, '../golden/checkpoints/chexnet.pth.tar')
const small = [
  'preset=quick',
  'backbone.unfreeze=block4',
  'backbone.fineTune.steps=3',
  'backbone.inputSize=[32,32]',
  'image.size=[32,32]',
  'gan.steps=2',
  'gan.width=0.0625',
  'search.kMax=1',
  'search.windowSize=1',
  'search.repeats=2',
  'search.rivals=[duplicates, smote]',
  'compute.processes=1',
].flatMap((setting) => ['--set', setting])

describe('a run with the last block unfrozen', { timeout: 480_000 }, () => {
  it('predicts by its exported model what it recorded, from the blocks of all repeats, and goes on to the same after a kill', async () => {
    const cwd = temporaryFolder()
    const env = { KOPT_HOME: path.join(cwd, 'home') }
    expect(kopt(['backbone', 'add', 'chexnet', '--from', checkpoint], { cwd, env }).code).toBe(0)
    demoFilms(path.join(cwd, 'films'), 12)
    const request = ['run', 'films/hospital-a', '--backbone', 'chexnet', ...small]
    const run = kopt([...request, '--out', 'run'], { cwd, env })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toMatch(/the last block is trained \d+ times, 3 steps each/)

    const { backbone, arms, rivals, selection } = JSON.parse(readFileSync(path.join(cwd, 'run/result.json'), 'utf8'))
    expect(backbone).toMatchObject({ name: 'chexnet', features: 1024, unfrozen: 'block4' })
    const kept = readdirSync(path.join(cwd, 'run/trials')).filter((name) => name.endsWith('.safetensors'))
    expect(kept).toHaveLength(2 * (arms.length + 1))
    // There is no place for features of a network whose end every trial trains.
    expect(rivals).toMatchObject({ arms: [{ name: 'duplicates' }], leftOut: [{ name: 'smote' }] })
    expect(selection).toMatchObject({ arm: null, reason: expect.stringContaining('trained in every trial') })

    const lines = (file: string) =>
      readFileSync(path.join(cwd, 'run', file), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
    const files = new Map(lines('private/films.csv').map((line) => [line.split(',')[0], line]))
    const scored = lines('scores/GCB+OMGDA.internal.csv').map((line) => line.split(','))
    const films = scored.map(([film]) => /[^,]*\.png/.exec(files.get(film) ?? '')?.[0] as string)
    const predicted = kopt(['predict', 'run', ...films.map((film) => resolveFilm(cwd, film)), '--json'], { cwd })
    const { predictions, positive } = JSON.parse(predicted.stdout)
    predictions.forEach(({ probabilities }: { probabilities: Record<string, number> }, i: number) => {
      expect(probabilities[positive]).toBeCloseTo(Number(scored[i][2]), 4)
    })
    // and they are no constant
    expect(new Set(scored.map(([, , score]) => Number(score).toFixed(6))).size).toBeGreaterThan(1)

    const other = kopt(['predict', 'run', resolveFilm(cwd, films[0]), '--arm', 'OD'], { cwd })
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('the last block was trained with every head of this run')

    // As it was before its last trials, gone on with, killed over them, and gone on with again.
    const trials = path.join(cwd, 'killed/trials')
    cpSync(path.join(cwd, 'run'), path.join(cwd, 'killed'), { recursive: true })
    const later = [
      'result.json',
      'scores',
      'model',
      ...['search-k', 'evaluate-arms', 'export-model'].map((stage) => `state/${stage}.json`),
    ]
    for (const name of later) rmSync(path.join(cwd, 'killed', name), { recursive: true })
    const last = readdirSync(trials).filter((name) => name.startsWith('GCB+OMGDA'))
    for (const name of last) rmSync(path.join(trials, name))
    const before = readdirSync(trials).length
    const killed = spawn(process.execPath, [koptFile, 'resume', 'killed'], {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    const closed = new Promise((resolve) => killed.on('close', resolve))
    while (killed.exitCode === null && readdirSync(trials).length === before)
      await new Promise((resolve) => setTimeout(resolve, 20))
    killed.kill('SIGKILL')
    await closed
    expect(existsSync(path.join(cwd, 'killed/result.json'))).toBe(false)
    const resumed = kopt(['resume', 'killed'], { cwd, env })
    expect(resumed.code, resumed.stderr).toBe(0)
    for (const folder of ['scores', 'trials', 'model']) {
      const files = (of: string) => readdirSync(path.join(cwd, of, folder)).filter((name) => name.includes('.'))
      expect(files('killed')).toEqual(files('run'))
      for (const name of files('run')) {
        const bytes = (of: string) => readFileSync(path.join(cwd, of, folder, name))
        expect(bytes('killed').equals(bytes('run')), `${folder}/${name}`).toBe(true)
      }
    }
  })

  it('needs weights, and says so', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 12)
    const { code, stderr } = kopt(['run', 'films/hospital-a', ...small, '--out', 'run'], { cwd })
    expect(code).toBe(2)
    expect(stderr).toMatch(/unfreeze block4 needs the weights of a DenseNet-121 that was added .*scattering has none/)
  })
})

function resolveFilm(cwd: string, film: string): string {
  return path.isAbsolute(film) ? film : film.startsWith('films') ? film : path.join(cwd, 'films/hospital-a', film)
}
