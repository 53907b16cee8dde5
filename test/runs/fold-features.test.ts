/** Outer folds take features of films from the run: no film is read or extracted again in a fold, damage is made anew. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { demoFilms } from '../support/demo-films.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'
import { builtLibrary, tinySettings } from '../support/tiny-finished-run.js'

const { run: runExperiment } = await builtLibrary()
const work = mkdtempSync(path.join(tmpdir(), 'kopt-fold-features-'))
const films = path.join(work, 'films', 'hospital-a')
const whole = path.join(work, 'whole')
const stopped = path.join(work, 'stopped')
let promised: Record<string, string>

beforeAll(async () => {
  demoFilms(path.join(work, 'films'), 24)
  const request = {
    dataset: films,
    preset: 'quick',
    backbone: tinyBackboneFile(),
    set: [...tinySettings, 'resampling.folds=3'],
  }
  await runExperiment({ ...request, out: whole })
  promised = promisedBy(whole)
  const stop = new AbortController()
  const stopBeforeFolds = runExperiment(
    { ...request, out: stopped },
    {
      signal: stop.signal,
      onEvent: (event) => event.type === 'stage-finished' && event.stage === 'export-model' && stop.abort(),
    },
  )
  await expect(stopBeforeFolds).rejects.toMatchObject({ name: 'Interrupted' })
}, 480_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** A copy of the run that was stopped before its folds. */
function copy(name: string): string {
  const out = path.join(work, name)
  cpSync(stopped, out, { recursive: true })
  return out
}

describe('features of films in outer folds', () => {
  it('are made from the run alone: its folds need neither the films nor what the backbone would see in them', async () => {
    const out = copy('without-films')
    renameSync(films, `${films}-away`)
    try {
      await runExperiment({ out, resume: true })
    } finally {
      renameSync(`${films}-away`, films)
    }
    expect(promisedBy(out)).toEqual(promised)
  }, 300_000)

  it('are made anew where they were damaged, to the same bytes', async () => {
    const out = copy('damaged')
    const file = path.join(out, 'features', 'train-native.npy')
    const bytes = readFileSync(file)
    bytes[bytes.length - 2] ^= 64
    writeFileSync(file, bytes)
    const warnings: string[] = []
    await runExperiment(
      { out, resume: true },
      { onEvent: (event) => event.type === 'warning' && warnings.push(event.text) },
    )
    expect(warnings).toContainEqual(expect.stringContaining('features/train-native.npy'))
    expect(promisedBy(out)).toEqual(promised)
  }, 300_000)
})
