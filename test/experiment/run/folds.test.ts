/**
 * No patient of an outer test fold ever reaches what its GAN, pools, heads or choice are made from. Whole runs on made
 * cohorts, with an executor that looks at every trial: each row it is handed is traced back to its film by its features.
 */
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { takeRows } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { Rng } from '../../../src/base/random.js'
import { runFolderSource } from '../../../src/experiment/work/content-source.js'
import { selectRows } from '../../../src/experiment/work/contents.js'
import type { ExecutorContext, TrialExecutor } from '../../../src/experiment/work/executor.js'
import { unitRunner } from '../../../src/experiment/work/run-unit.js'
import type { MatrixRows } from '../../../src/experiment/work/unit.js'
import { originOf, readCheckpoint } from '../../../src/generator/checkpoint.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import { Seals } from '../../../src/record/seals.js'

// Children run what was built.
const built = new URL('../../../dist/experiment/run/run-experiment.js', import.meta.url).href
const { runExperiment } = (await import(built)) as typeof import('../../../src/experiment/run/run-experiment.js')

interface StoredFilm {
  id: string
  patientId: string
  classIndex: number
  /** In the model that is handed over. */
  set: 'train' | 'tuning' | 'test'
}
interface Prepared {
  internal: { films: StoredFilm[] }
  folds: { fold: number; time: number; sets: ('train' | 'tuning' | 'test')[] }[]
}

/** Films of random patients, every one another noise: no two alike. */
async function drawCohort(patients: readonly number[], seed: number): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-folds-'))
  const rng = new Rng(seed)
  const labels = ['healthy', 'sick']
  for (const label of labels) mkdirSync(path.join(folder, label))
  for (const [p, films] of patients.entries()) {
    for (let film = 0; film < films; film++) {
      // Some patients have films of both classes.
      const label = labels[(p + (film === 3 ? 1 : 0)) % 2]
      const pixels = Uint8Array.from({ length: 256 }, () => 60 + 60 * Number(label === 'sick') + rng.integer(120))
      await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
        .png()
        .toFile(path.join(folder, label, `p${p}_${film}.png`))
    }
  }
  return folder
}

const settings = [
  'preset=quick',
  'search.rivals=[duplicates, smote]',
  'image.size=[16, 16]',
  'gan.steps=2',
  'gan.width=0.05',
  'gan.batchSize=8',
  'search.kMax=2',
  'search.windowSize=1',
  'backbone.inputSize=[32, 32]',
  'compute.threads=1',
]

/** Runs trials here and keeps, fold by fold, the feature rows of real films that they were handed. */
function watching(seen: Map<string, Map<string, Float32Array>>) {
  const note = (file: string, { rows }: MatrixRows) => {
    const { data, shape } = selectRows(readNpy(file, 'float32'), rows)
    const folder = path.dirname(path.dirname(file))
    const own = seen.get(folder) ?? new Map<string, Float32Array>()
    for (let i = 0; i < shape[0]; i++) {
      const row = data.slice(i * shape[1], (i + 1) * shape[1])
      own.set(Buffer.from(row.buffer).toString('latin1'), row)
    }
    seen.set(folder, own)
  }
  return ({ runFolder }: ExecutorContext): TrialExecutor => {
    const runUnit = unitRunner(runFolderSource(runFolder))
    return {
      async run(units, { onOutcome }) {
        const seals = new Seals(new RunDirectory(runFolder))
        for (const unit of units) {
          for (const part of [...unit.training, unit.selection, ...(unit.standardiseBy ? [unit.standardiseBy] : [])]) {
            const file = seals.fileOf(part.matrix) as string
            // Native-size matrices hold the same films in the same rows.
            if (/(train|selection)\.npy$/.test(file)) note(file, part)
            else expect(path.basename(file)).toMatch(/^(synthetic|conventional|rival-[a-z]+)-|-native\.npy$/)
          }
          await onOutcome(await runUnit(unit))
        }
      },
      async close() {},
    }
  }
}

describe('outer folds', () => {
  it('keep every patient that they test from GAN, pools, heads and choice', { timeout: 300_000 }, async () => {
    const cohort = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 10, maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(cohort, fc.nat(1000), async (patients, seed) => {
        const dataset = await drawCohort(patients, seed)
        const out = path.join(dataset, '..', `${path.basename(dataset)}-run`)
        const seen = new Map<string, Map<string, Float32Array>>()
        await runExperiment(
          { dataset, out, positive: 'sick', patientFrom: 'prefix', seed, set: [...settings, 'resampling.folds=3'] },
          { executor: watching(seen), writeReport: async () => {}, onEvent: () => {} },
        )
        const prepared = JSON.parse(readFileSync(path.join(out, 'private', 'prepared.json'), 'utf8')) as Prepared
        const { films } = prepared.internal
        const pixels = readNpy(path.join(out, 'private', 'internal.npy'), 'uint8')
        const featuresOf = filmFeatures(out, films)
        expect(prepared.folds.length).toBe(3)
        prepared.folds.forEach(({ sets }, i) => {
          const rowsOf = (set: string) => films.flatMap((_, row) => (sets[row] === set ? [row] : []))
          const tested = new Set(rowsOf('test').map((row) => films[row].patientId))
          for (const set of ['train', 'tuning'])
            for (const row of rowsOf(set)) expect(tested.has(films[row].patientId)).toBe(false)

          // Heads and choice: every real row is a film of this fold's training or tuning set.
          const folder = path.join(out, 'folds', `0${i + 1}`)
          const handed = [...(seen.get(folder) as Map<string, Float32Array>).values()]
          const allowed = new Set([...rowsOf('train'), ...rowsOf('tuning')])
          const used = new Set(handed.map((row) => filmWith(row, featuresOf)))
          for (const row of used) expect(allowed.has(row)).toBe(true)
          expect(used).toEqual(allowed)

          // The GAN, and with it the pool: its checkpoint names the images it was trained on.
          const { origin } = readCheckpoint(path.join(folder, 'gan', 'checkpoint-000002.safetensors'))
          const train = rowsOf('train')
          const { imagesHash } = originOf({
            kind: origin.kind,
            images: takeRows(pixels, train),
            labels: Int32Array.from(train, (row) => films[row].classIndex),
            options: { ...origin.options, steps: 2 },
            threads: origin.threads,
            device: origin.device,
            lowering: origin.lowering,
          })
          expect(origin.imagesHash).toBe(imagesHash)
        })
        // And every film is tested by the model of the one fold that never saw it.
        const result = JSON.parse(readFileSync(path.join(out, 'result.json'), 'utf8'))
        expect(result.folds.map((fold: { n: number }) => fold.n)).toEqual(
          prepared.folds.map(({ sets }) => sets.filter((set) => set === 'test').length),
        )
      }),
      { numRuns: 2, endOnFailure: true },
    )
  })
})

/** Features of all films, from the last model's sets, which are all films. */
function filmFeatures(out: string, films: readonly StoredFilm[]) {
  const rows: Float32Array[] = []
  for (const [set, file] of [
    ['train', 'train'],
    ['tuning', 'selection'],
  ]) {
    const { data, shape } = readNpy(path.join(out, 'features', `${file}.npy`), 'float32')
    const own = films.flatMap((film, row) => (film.set === set ? [row] : []))
    expect(own.length).toBe(shape[0])
    own.forEach((row, i) => {
      rows[row] = data.slice(i * shape[1], (i + 1) * shape[1])
    })
  }
  return rows
}

/** The film that has these features: a fold's are rows of the run's, to the bit. */
function filmWith(row: Float32Array, all: readonly Float32Array[]): number {
  return all.findIndex((other) => other.every((value, j) => value === row[j]))
}
