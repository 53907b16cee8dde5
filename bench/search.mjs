/**
 * The head fits of a whole search in the paper's setting, as a run does them: features cached, K = 1 to 26 on 278 films, batches of
 * 8, 100 epochs of Adam, in child processes. Prints one JSON line.
 *
 *   node bench/search.mjs [--films 278] [--kmax 26] [--features 1024] [--processes N]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ndarray } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { RunDirectory } from '../dist/record/run-directory.js'
import { Seals } from '../dist/record/seals.js'
import { physicalCores } from '../dist/runtime/session.js'
import { localExecutor } from '../dist/trials/local.js'

const { values } = parseArgs({
  options: {
    films: { type: 'string', default: '278' },
    kmax: { type: 'string', default: '26' },
    features: { type: 'string', default: '1024' },
    processes: { type: 'string', default: String(physicalCores()) },
  },
})
const [films, kmax, features, processes] = [values.films, values.kmax, values.features, values.processes].map(Number)
const tuningFilms = 140
const [batchSize, epochs] = [8, 100]

const rng = new Rng(1)
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-search-'))
const directory = new RunDirectory(folder)
const seals = new Seals(directory)
const matrix = (name, rows) => {
  const file = directory.featureMatrix(name)
  seals.writeNpy(file, ndarray('float32', [rows, features], rng.normals(rows * features)))
  return seals.recorded(file)
}
const range = (from, to) => Array.from({ length: to - from }, (_, i) => from + i)

try {
  const training = matrix('training', films * (kmax + 1))
  const tuning = matrix('tuning', tuningFilms)
  const selection = { matrix: tuning, rows: 'all', labels: range(0, tuningFilms).map((i) => i % 2) }
  const units = range(1, kmax + 1).map((k) => {
    const rows = range(0, films * (k + 1))
    return {
      kind: 'trial',
      id: `k${k}`,
      arm: 'gan',
      k,
      repeat: 1,
      outputs: 1,
      training: [0, 1].map((label) => ({ matrix: training, rows: rows.filter((row) => row % 2 === label), label })),
      selection,
      metric: { name: 'auc' },
      standardiseBy: null,
      head: {
        kind: 'adam',
        learningRate: 1e-4,
        batchSize,
        epochs,
        steps: Math.ceil(rows.length / batchSize) * epochs,
        seed: k,
      },
    }
  })
  const start = performance.now()
  await localExecutor({ runFolder: folder, processes }).run(units, { onOutcome: () => {} })
  const seconds = (performance.now() - start) / 1000
  const steps = units.reduce((sum, { head }) => sum + head.steps, 0)
  console.log(
    JSON.stringify({
      bench: 'search',
      films,
      kmax,
      features,
      processes,
      steps,
      seconds: Math.round(seconds * 10) / 10,
      us_per_step: Math.round((1e7 * seconds * processes) / steps) / 10,
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
