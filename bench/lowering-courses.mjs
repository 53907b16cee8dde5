/**
 * Whether trainings whose convolutions go through minimal filtering learn what gathered rows do: the same seeds both ways, and
 * once more by ONNX Runtime's own operators, whose sums round otherwise, for what float32 alone makes of a course.
 * Prints one JSON line: distances of the losses after 10 steps and over all, and the mean losses of the last third.
 *
 *   node bench/lowering-courses.mjs [--width 0.25] [--steps 300] [--seeds 3] [--batch 64]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ndarray } from '../dist/base/ndarray.js'
import { Rng } from '../dist/base/random.js'
import { acgan } from '../dist/generator/acgan/acgan.js'
import { acganOptions } from '../dist/generator/acgan/options.js'
import { train } from '../dist/generator/train.js'
import { physicalCores } from '../dist/runtime/session.js'

const { values } = parseArgs({
  options: {
    width: { type: 'string', default: '0.25' },
    steps: { type: 'string', default: '300' },
    seeds: { type: 'string', default: '3' },
    batch: { type: 'string', default: '64' },
  },
})
const [width, steps, seeds, batchSize] = [values.width, values.steps, values.seeds, values.batch].map(Number)
const side = 56
const films = 240

const ways = {
  gathered: 'gather',
  'other operators': 'native',
  filtered: 'winograd',
}
const networks = ['discriminator', 'generator']

/** Soft discs on a gradient: bright inside in one class, dark in the other. */
function madeFilms() {
  const rng = new Rng(5)
  const labels = Int32Array.from({ length: films }, (_, i) => i % 2)
  const pixels = new Uint8Array(films * side * side)
  for (let film = 0; film < films; film++) {
    const [row, column, radius] = [20 + 16 * rng.uniform(), 20 + 16 * rng.uniform(), 8 + 8 * rng.uniform()]
    for (let at = 0; at < side * side; at++) {
      const [y, x] = [Math.floor(at / side), at % side]
      const disc = 1 / (1 + Math.exp(Math.hypot(y - row, x - column) - radius))
      const grey = 90 + y + 12 * rng.normal() + (labels[film] === 0 ? 70 : -60) * disc
      pixels[film * side * side + at] = Math.max(0, Math.min(255, Math.round(grey)))
    }
  }
  return { images: ndarray('uint8', [films, side, side, 1], pixels), labels }
}

/** Losses every ten steps. */
async function course(way, seed) {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-course-'))
  const options = acganOptions({ classes: ['bright', 'dark'], channels: 1, width, batchSize, steps, seed })
  const points = []
  try {
    await train(
      acgan,
      {
        ...madeFilms(),
        options,
        lowering: ways[way],
        threads: physicalCores(),
        device: 'cpu',
        folder,
        checkpointEvery: steps,
        gridEvery: steps,
      },
      { onEvent: (event) => event.type === 'curve' && points.push(event.values) },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return points
}

const farthest = (a, b) => Math.max(...a.flatMap((p, i) => networks.map((name) => Math.abs(p[name] - b[i][name]))))
const mean = (numbers) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length
const round = (n) => Number(n.toPrecision(3))
/** After ten steps, and at most over all. */
const distances = (a, b) => [farthest(a.slice(0, 1), b.slice(0, 1)), farthest(a, b)].map(round)

const rows = []
for (let seed = 1; seed <= seeds; seed++) {
  const courses = {}
  for (const way of Object.keys(ways)) courses[way] = await course(way, seed)
  const { gathered, filtered } = courses
  const other = courses['other operators']
  const lastThird = (points) => points.slice(-Math.ceil(points.length / 3))
  rows.push({
    seed,
    filtered_from_gathered: distances(gathered, filtered),
    other_operators_from_gathered: distances(gathered, other),
    mean_losses: Object.fromEntries(
      Object.entries(courses).map(([way, points]) => [
        way,
        networks.map((name) => round(mean(lastThird(points).map((point) => point[name])))),
      ]),
    ),
  })
}
console.log(JSON.stringify({ bench: 'lowering-courses', width, batch: batchSize, steps, seeds: rows }))
