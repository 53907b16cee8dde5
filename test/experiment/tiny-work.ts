/** What the stages of a run are handed, at its smallest: phantom films of two hospitals, images made elsewhere in a generator's place, a backbone of one convolution, trials in this process. */
import path from 'node:path'
import { type Backbone, openBackbone } from '../../src/backbone/backbone.js'
import { FeatureCache } from '../../src/backbone/feature-cache.js'
import { makePrivateDirectory } from '../../src/base/files.js'
import { phantomCohort } from '../../src/dataset/phantom.js'
import type { Prepared } from '../../src/experiment/cohort/prepared.js'
import { requestedConfig } from '../../src/experiment/config/request.js'
import type { PipelineContext } from '../../src/experiment/run/pipeline.js'
import { extractFilmFeatures } from '../../src/experiment/stages/extract-features.js'
import { prepareData } from '../../src/experiment/stages/prepare-data.js'
import { runFolderSource } from '../../src/experiment/work/content-source.js'
import type { TrialExecutor } from '../../src/experiment/work/executor.js'
import { unitRunner } from '../../src/experiment/work/run-unit.js'
import { encodePng } from '../../src/image/codec.js'
import type { RunEvent } from '../../src/record/events.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { Seals } from '../../src/record/seals.js'
import { temporaryFolder, writeFiles } from '../dataset/films-on-disk.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

export const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'search.multiples=whole',
  'search.kMax=3',
  'search.windowSize=1',
  'search.repeats=2',
  'search.rivals=none',
  'search.selected=false',
  'compute.threads=1',
  'compute.processes=1',
]

export interface TinyWork {
  readonly context: PipelineContext
  readonly events: RunEvent[]
  readonly backbone: Backbone
  readonly cache: FeatureCache
  /** Trials that were really done, by their ids. */
  readonly trials: string[]
  /** Texts of warnings so far. */
  warnings(): string[]
  /** The same work begun anew: another process that goes on with the run's folder. */
  goOn(changes?: Partial<PipelineContext>): PipelineContext
}

export interface TinyWorkOptions {
  readonly set?: readonly string[]
  /** Whether another hospital's films are a test set too. */
  readonly external?: boolean
  readonly classes?: 2 | 3
  readonly patients?: number
  /** Synthetic images of each class in place of a generator's. */
  readonly given?: number
  readonly keepPatientIds?: boolean
}

/** Films of a hospital as files, one folder a class. */
export async function phantomFiles(
  root: string,
  seed: number,
  hospital: 'a' | 'b',
  patients: number,
  classes: 2 | 3 = 2,
) {
  const files: Record<string, Uint8Array> = {}
  for (const { name, label, raster } of phantomCohort({ seed, patients, hospital, classes }))
    files[`${label}/${name}`] = await encodePng(raster)
  return writeFiles(root, files)
}

/** A run's folder before its first stage. */
export async function tinyWork({
  set = [],
  external = false,
  classes = 2,
  patients = 14,
  given,
  keepPatientIds,
}: TinyWorkOptions = {}): Promise<TinyWork> {
  const folder = temporaryFolder()
  const at = (name: string) => path.join(folder, name)
  const dataset = await phantomFiles(at('films'), 1, 'a', patients, classes)
  if (external) await phantomFiles(at('elsewhere'), 2, 'b', 6, classes)
  if (given) await phantomFiles(at('made'), 3, 'a', given, classes)
  const backboneFile = tinyBackboneFile()
  const config = requestedConfig({
    dataset,
    patientFrom: 'prefix',
    backbone: backboneFile,
    set: [...settings, ...set],
    ...(external && { external: { b: at('elsewhere') } }),
    ...(given && { synthetic: at('made') }),
    keepPatientIds,
  })
  const directory = new RunDirectory(at('run'))
  makePrivateDirectory(directory.root)
  makePrivateDirectory(directory.private)
  const events: RunEvent[] = []
  const trials: string[] = []
  const backbone = await openBackbone(backboneFile, { threads: 1 })
  const context: PipelineContext = {
    config,
    directory,
    run: directory,
    seals: new Seals(directory),
    moved: false,
    executor: executorHere(directory.root, trials),
    threads: 1,
    emit: (event) => void events.push(event),
  }
  return {
    context,
    events,
    backbone,
    cache: new FeatureCache(directory.features, backbone),
    trials,
    warnings: () => events.flatMap((event) => (event.type === 'warning' ? [event.text] : [])),
    goOn: (changes = {}) => ({ ...context, seals: new Seals(directory), ...changes }),
  }
}

/** The same with films read and their features extracted. */
export async function preparedWork(options: TinyWorkOptions = {}): Promise<TinyWork & { readonly prepared: Prepared }> {
  const work = await tinyWork(options)
  const prepared = await prepareData(work.context)
  await extractFilmFeatures(work.context, prepared.search, work.cache)
  return { ...work, prepared }
}

function executorHere(runFolder: string, trials: string[]): TrialExecutor {
  const runUnit = unitRunner(runFolderSource(runFolder))
  return {
    async run(units, { onOutcome, signal }) {
      for (const unit of units) {
        signal?.throwIfAborted()
        trials.push(unit.id)
        await onOutcome(await runUnit(unit))
      }
    },
    async close() {},
  }
}
