/** A whole run at its smallest (16 x 16 pixels, twenty steps, one K), made in seconds, and how it is gone on with. */
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type * as library from '../../src/index.js'
import { demoFilms } from './demo-films.js'
import { tinyBackboneFile } from './tiny-backbone.js'

export interface FinishedRun {
  /** A folder for this run and all that is made of it. */
  readonly folder: string
  readonly run: string
  readonly films: string
  /** Another hospital's. */
  readonly external: string
  readonly backbone: string
  /** A file among the films. */
  readonly film: string
  /** Goes on with a run in this process; answers its warnings. */
  resume(run: string, places?: Partial<library.ExperimentRequest>): Promise<string[]>
}

export const tinySettings = [
  'image.size=[16, 16]',
  'gan.steps=20',
  'gan.width=0.05',
  'gan.batchSize=8',
  'gan.checkpointEvery=10',
  'gan.gridEvery=10',
  'search.kMax=1',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'search.repeats=1',
  'compute.threads=1',
  'compute.processes=1',
]

/** The library as it is built: its trials and GANs run in child processes of their own. */
export async function builtLibrary(): Promise<typeof library> {
  return import(path.resolve(import.meta.dirname, '..', '..', 'dist', 'programs', 'index.js'))
}

/** `set`: settings over the smallest ones, where a test needs more. */
export async function tinyFinishedRun(set: readonly string[] = []): Promise<FinishedRun> {
  const { run: runExperiment } = await builtLibrary()
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-tiny-run-'))
  const cohorts = path.join(folder, 'films')
  demoFilms(cohorts, 16)
  const films = path.join(cohorts, 'hospital-a')
  const external = path.join(cohorts, 'hospital-b')
  const backbone = tinyBackboneFile()
  const run = path.join(folder, 'run')
  await runExperiment({
    dataset: films,
    external: { b: external },
    preset: 'quick',
    backbone,
    set: [...tinySettings, ...set],
    out: run,
  })
  const film = path.join(films, 'healthy', readdirSync(path.join(films, 'healthy'))[0])
  const resume: FinishedRun['resume'] = async (out, places = {}) => {
    const warnings: string[] = []
    const onEvent: library.EventSink = (event) => event.type === 'warning' && warnings.push(event.text)
    await runExperiment({ ...places, out, resume: true }, { onEvent })
    return warnings
  }
  return { folder, run, films, external, backbone, film, resume }
}
