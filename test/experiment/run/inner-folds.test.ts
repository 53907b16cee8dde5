/**
 * No film of an inner fold reaches the generator, the pools or the heads that score it. Whole runs that differ in one film of one
 * fold, in its pixels or in its label: what is made in that film's fold is the same to the byte, and scores it otherwise.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { rows } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { Rng } from '../../../src/base/random.js'
import { runFolderSource } from '../../../src/experiment/work/content-source.js'
import { Contents } from '../../../src/experiment/work/contents.js'
import type { ExecutorContext, TrialExecutor } from '../../../src/experiment/work/executor.js'
import { unitRunner } from '../../../src/experiment/work/run-unit.js'
import { trainingRows } from '../../../src/experiment/work/trial.js'
import type { TrialOutcome, Unit } from '../../../src/experiment/work/unit.js'
import { standardisation } from '../../../src/head/head.js'
import { fitLogisticOverFolds } from '../../../src/head/train-logistic.js'
import type { RunEvent } from '../../../src/record/events.js'
import { runStatus } from '../../../src/record/read-status.js'
import type { Result } from '../../../src/record/result.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import type { RecordedProgress } from '../../../src/record/run-status.js'
import { Seals } from '../../../src/record/seals.js'
import { progressWords } from '../../../src/words/progress.js'

// Children run what was built.
const built = new URL('../../../dist/experiment/run/run-experiment.js', import.meta.url).href
const { runExperiment } = (await import(built)) as typeof import('../../../src/experiment/run/run-experiment.js')

interface Prepared {
  internal: { films: { id: string; patientId: string; classIndex: number; set: string }[] }
  inner: (number | null)[]
}

const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'generator.steps=2',
  'generator.width=0.05',
  'generator.batchSize=8',
  'search.selectOn=inner',
  'search.innerFolds=3',
  'search.multiples=whole',
  'search.kMax=2',
  'search.windowSize=1',
  'search.rivals=[smote, pca]',
  'backbone.inputSize=[32, 32]',
  'compute.threads=1',
]

/** The fold that a film is changed of. */
const fold = 2

const folder = mkdtempSync(path.join(tmpdir(), 'kopt-inner-'))
const at = (...names: string[]) => path.join(folder, ...names)

/** Patients of one class and of both, of one film to three. */
async function drawCohort(): Promise<string> {
  const rng = new Rng(5)
  const labels = ['healthy', 'sick']
  for (const label of labels) mkdirSync(at('films', label), { recursive: true })
  for (let p = 0; p < 18; p++) {
    for (let film = 0; film <= p % 3; film++) {
      const label = labels[(p + (film === 2 ? 1 : 0)) % 2]
      const pixels = Uint8Array.from({ length: 256 }, () => 60 + 40 * Number(label === 'sick') + rng.integer(150))
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(at('films', label, `p${p}_${film}.png`))
    }
  }
  return at('films')
}

interface Run {
  readonly directory: RunDirectory
  readonly units: ReadonlyMap<string, Unit>
  readonly events: readonly RunEvent[]
}

/** Runs or goes on with a run, until an event where one is looked for. */
async function work(name: string, request: object, until?: (event: RunEvent) => boolean): Promise<Run> {
  const units = new Map<string, Unit>()
  const events: RunEvent[] = []
  const stop = new AbortController()
  const executor = ({ runFolder }: ExecutorContext): TrialExecutor => {
    const runUnit = unitRunner(runFolderSource(runFolder))
    return {
      async run(asked, { onOutcome, signal }) {
        for (const unit of asked) {
          signal?.throwIfAborted()
          units.set(unit.id, unit)
          await onOutcome(await runUnit(unit))
        }
      },
      async close() {},
    }
  }
  const onEvent = (event: RunEvent) => {
    events.push(event)
    if (until?.(event)) stop.abort()
  }
  const effects = { executor, writeReport: async () => {}, onEvent, signal: stop.signal }
  const running = runExperiment({ out: at(name), ...request }, effects)
  if (until) await expect(running).rejects.toThrow('stopped')
  else await running
  return { directory: new RunDirectory(at(name)), units, events }
}

/** The same films, divided alike; `change` what of them lies in the run's folder. */
function goOnWith(name: string, change: (directory: RunDirectory, seals: Seals) => void = () => {}): Promise<Run> {
  cpSync(at('divided'), at(name), { recursive: true })
  const directory = new RunDirectory(at(name))
  change(directory, new Seals(directory))
  return work(name, { resume: true })
}

const preparedOf = ({ prepared }: RunDirectory) => JSON.parse(readFileSync(prepared, 'utf8')) as Prepared

/** Files below a folder of a run by their names, checksums of the run and logs left out. */
function filesOf(root: string, ...folders: string[]): Map<string, Buffer> {
  const names = folders.flatMap((name) =>
    (readdirSync(path.join(root, name), { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
      .filter((entry) => entry.isFile() && /\.(npy|safetensors|csv|json)$/.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
  )
  return new Map(names.sort().map((name) => [name, readFileSync(path.join(root, name))]))
}

function expectSame(found: ReadonlyMap<string, Buffer>, wanted: ReadonlyMap<string, Buffer>): void {
  expect([...found.keys()]).toEqual([...wanted.keys()])
  for (const [name, bytes] of wanted) expect(found.get(name)?.equals(bytes), name).toBe(true)
}

const trialsOf = ({ directory }: Run) =>
  new Map(
    readdirSync(directory.trials).map((name) => [
      name,
      JSON.parse(readFileSync(path.join(directory.trials, name), 'utf8')) as TrialOutcome,
    ]),
  )

/** The head that a unit fits in the changed film's fold at a penalty, weight by weight. */
async function headInFold({ directory, units }: Run, id: string, penalty: number): Promise<Uint8Array> {
  const { folds = [], selection, outputs } = units.get(id) as Unit
  const contents = new Contents(runFolderSource(directory.root))
  const { cases, ...rest } = folds[fold - 1]
  const from = folds.slice(0, fold - 1).reduce((sum, other) => sum + other.cases, 0)
  const standardise = rest.standardiseBy && standardisation(await contents.rows(rest.standardiseBy))
  const training = { ...(await trainingRows(rest, contents)), standardise }
  const heldOut = {
    features: rows(await contents.rows(selection), from, from + cases),
    labels: selection.labels.slice(from, from + cases),
  }
  const { heads } = fitLogisticOverFolds(training, [{ training, heldOut }], { outputs, penalties: [penalty] })
  return new Uint8Array(Float64Array.from([...heads[0].weights, ...heads[0].bias]).buffer)
}

describe('inner folds', () => {
  let whole: Run
  let pixelsChanged: Run
  let labelChanged: Run
  /** Row of the changed film among the internal ones. */
  let row: number
  /** Its place among the cases that score a trial, and the places of its fold. */
  let place: number
  let inFold: number[]

  beforeAll(async () => {
    const dataset = await drawCohort()
    const request = { dataset, positive: 'sick', patientFrom: 'prefix', seed: 3, set: settings }
    const isDivided = (event: RunEvent) => event.type === 'stage-finished' && event.stage === 'prepare-data'
    const { directory } = await work('divided', request, isDivided)
    const { internal, inner } = preparedOf(directory)
    row = internal.films.findIndex(({ classIndex }, i) => inner[i] === fold && classIndex === 0)
    const cases = [1, 2, 3].flatMap((n) => inner.flatMap((of, i) => (of === n ? [i] : [])))
    place = cases.indexOf(row)
    inFold = cases.flatMap((film, i) => (inner[film] === fold ? [i] : []))
    whole = await goOnWith('whole')
    pixelsChanged = await goOnWith('pixels', (changed, seals) => {
      const pixels = readNpy(changed.privateArray('internal'), 'uint8')
      const size = pixels.data.length / pixels.shape[0]
      pixels.data.set(
        pixels.data.slice(row * size, (row + 1) * size).map((value) => 255 - value),
        row * size,
      )
      seals.writeNpy(changed.privateArray('internal'), pixels)
    })
    labelChanged = await goOnWith('label', (changed, seals) => {
      const { internal: films, ...rest } = preparedOf(changed)
      films.films[row].classIndex = 1 - films.films[row].classIndex
      seals.writeJson(changed.prepared, { internal: films, ...rest })
    })
  }, 300_000)

  it('share out the training films, a patient’s to one of them, and leave the test films as they are', () => {
    const { internal, inner } = preparedOf(whole.directory)
    const foldsOf = new Map<string, Set<number | null>>()
    internal.films.forEach(({ patientId, set }, i) => {
      expect(inner[i] === null).toBe(set === 'test')
      foldsOf.set(patientId, (foldsOf.get(patientId) ?? new Set()).add(inner[i]))
    })
    for (const folds of foldsOf.values()) expect(folds.size).toBe(1)
    expect(new Set(inner)).toEqual(new Set([null, 1, 2, 3]))
  })

  it.each([
    ['pixels', () => pixelsChanged],
    ['label', () => labelChanged],
  ])(
    'make the same of the others’ films, to the byte, whatever the %s of a film that they score',
    async (_, changed) => {
      const made = ({ directory }: Run) => {
        const files = filesOf(directory.inner(fold).root, 'gan', 'pool', 'features')
        // The films that are scored, as the fold's folder has them.
        return new Map([...files].filter(([name]) => !/^features\/selection/.test(name)))
      }
      const files = made(whole)
      expect([...files.keys()]).toEqual(
        expect.arrayContaining([
          'features/conventional-r1-c0.npy',
          'features/rival-pca-r1-c0.npy',
          'features/rival-smote-r1-c1.npy',
          'features/synthetic-r1-c1.npy',
          'gan/checkpoint-000002.safetensors',
          'pool/synthetic-r1-c0.npy',
        ]),
      )
      expectSame(made(changed()), files)
      expect([...changed().units.keys()]).toEqual([...whole.units.keys()])
      for (const [id, unit] of whole.units) {
        const other = changed().units.get(id) as Unit
        expect(other.folds?.[fold - 1], id).toEqual(unit.folds?.[fold - 1])
      }
      for (const id of ['OD k=0 r=1', 'GCB+OMGDA k=2 r=1', 'smote k=2 r=1'])
        for (const penalty of [1, 0.01])
          expect(await headInFold(changed(), id, penalty), id).toEqual(await headInFold(whole, id, penalty))
    },
  )

  it.each([
    ['pixels', () => pixelsChanged],
    ['label', () => labelChanged],
  ])('train the others on it, and score it by its %s', (what, changed) => {
    for (const other of [1, 3]) {
      const checkpoint = ({ directory }: Run) =>
        readFileSync(path.join(directory.inner(other).gan, 'checkpoint-000002.safetensors'))
      expect(checkpoint(changed()).equals(checkpoint(whole))).toBe(false)
    }
    const [before, after] = [trialsOf(whole), trialsOf(changed())]
    expect([...after.keys()]).toEqual([...before.keys()])
    const ids = [...before.keys()]
    expect(ids.some((id) => before.get(id)?.score !== after.get(id)?.score)).toBe(true)
    // At the same penalty every other film of the fold has the very same score.
    const alike = ids.filter((id) => before.get(id)?.penalty === after.get(id)?.penalty)
    expect(alike.length).toBeGreaterThan(0)
    for (const id of alike) {
      const logits = (trials: typeof before) => trials.get(id)?.selectionLogits as number[]
      for (const i of inFold) if (i !== place) expect(logits(after)[i], `${id}, case ${i}`).toBe(logits(before)[i])
      // Films at native size are read from their files, which are as they were.
      if (what === 'pixels' && !id.includes('native')) expect(logits(after)[place]).not.toBe(logits(before)[place])
    }
  })

  it('stand in the result, which says which films chose, and how many folds there were', () => {
    const result = JSON.parse(readFileSync(whole.directory.result, 'utf8')) as Result
    const { internal, inner } = preparedOf(whole.directory)
    const trained = inner.filter((n) => n !== null).length
    expect(result.search).toMatchObject({ selectOn: 'inner', innerFolds: 3, selectionCases: trained })
    expect(Object.values(result.dataset.split.tuning)).toEqual([0, 0])
    expect(Object.values(result.dataset.split.train).reduce((a, b) => a + b, 0)).toBe(trained)
    expect(result.seconds.innerFolds).toBeGreaterThan(0)
    expect(result.verdict.benefit).not.toBeUndefined()
    expect(result.selection).toMatchObject({ arm: null, reason: expect.stringContaining('every inner fold') })
    // No film is left that the generator has not seen.
    expect(result.quality.map(({ n }) => n?.heldOut)).toEqual([0, 0])
    const table = readFileSync(whole.directory.scoresOf('GCB+OMGDA', 'out-of-fold'), 'utf8').trim().split('\n')
    const foldOf = new Map(internal.films.map(({ id }, i) => [id, String(inner[i])]))
    expect(table).toHaveLength(trained + 1)
    for (const [film, , , , number] of table.slice(1).map((line) => line.split(',')))
      expect(number).toBe(foldOf.get(film))
    const said = whole.events.flatMap((event) => (event.type === 'stage-finished' && event.fold ? [event.fold] : []))
    expect(said).toContainEqual({ number: 3, of: 3, inner: true })
  })

  it('go on where they were stopped, and where files of theirs are damaged, to the same bytes', {
    timeout: 300_000,
  }, async () => {
    cpSync(at('divided'), at('stopped'), { recursive: true })
    const isSecond = (event: RunEvent) =>
      event.type === 'stage-finished' && event.stage === 'fill-pool' && event.fold?.number === fold
    await work('stopped', { resume: true }, isSecond)
    const directory = new RunDirectory(at('stopped'))
    expect(progressWords(runStatus(at('stopped')).progress as RecordedProgress)).toMatch(/^inner fold 2 of 3: /)
    expect(existsSync(directory.inner(3).featureMatrix('synthetic-r1-c0'))).toBe(false)
    rmSync(directory.inner(1).featureMatrix('conventional-r1-c1'))
    writeFileSync(directory.inner(2).featureMatrix('rival-pca-r1-c0'), 'damaged')
    await work('stopped', { resume: true }, (event) => event.type === 'trial' && event.arm === 'GCB')
    writeFileSync(directory.inner(1).featureMatrix('synthetic-r1-c0'), 'damaged')
    await work('stopped', { resume: true })
    const leaves = (run: RunDirectory) => filesOf(run.root, 'trials', 'scores', 'model', 'gan', 'features', 'inner')
    const bytes = (run: RunDirectory) =>
      new Map([...leaves(run)].filter(([name]) => !/\/state\/|curves\.csv$/.test(name)))
    expectSame(bytes(directory), bytes(whole.directory))
    const found = (run: RunDirectory) => {
      const { search, searches, arms, verdict } = JSON.parse(readFileSync(run.result, 'utf8')) as Result
      return { search, searches, arms, verdict }
    }
    expect(found(directory)).toEqual(found(whole.directory))
  })
})
