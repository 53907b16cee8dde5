/**
 * A run in five outer folds by 1, 2 and 4 workers of one thread, each a process that helps at the run's folder: seconds on the clock,
 * beside what a plan would make of the pieces that the one worker took. Prints one JSON line a number of workers. More workers
 * than cores take each other's time, which a plan of that many computers does not foresee.
 *
 *   node bench/workers.mjs [--workers 1,2,4] [--steps 200] [--folds 5]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { secondsBy } from '../dist/experiment/plan/with-workers.js'

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4' },
    steps: { type: 'string', default: '200' },
    folds: { type: 'string', default: '5' },
  },
})
const program = path.resolve(import.meta.dirname, '..', 'dist', 'programs', 'cli-main.js')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-workers-'))
const settings = [
  `resampling.folds=${values.folds}`,
  `generator.steps=${values.steps}`,
  'search.kMax=4',
  'search.repeats=1',
  'search.rivals=none',
  'search.selected=false',
  'compute.threads=1',
  'compute.processes=1',
]

try {
  const films = path.join(folder, 'films')
  spawnSync(process.execPath, [program, 'demo-data', films], { stdio: 'ignore' })
  let pieces
  let alone
  for (const workers of values.workers.split(',').map(Number)) {
    const out = path.join(folder, `by-${workers}`)
    const begun = performance.now()
    const dataset = path.join(films, 'hospital-a')
    const leader = kopt(['run', dataset, '--out', out, '--quiet', ...settings.flatMap((set) => ['--set', set])])
    while (!existsSync(path.join(out, 'work'))) await wait(20)
    const helpers = Array.from({ length: workers - 1 }, () => kopt(['work', out, '--quiet']))
    const seconds = await leader.then(() => (performance.now() - begun) / 1000)
    await Promise.all(helpers)
    pieces ??= piecesOf(out)
    alone ??= seconds
    console.log(
      JSON.stringify({
        bench: 'workers',
        workers,
        cores: availableParallelism(),
        seconds: Math.round(seconds),
        times_faster: Number((alone / seconds).toFixed(2)),
        by_plan: Number((secondsBy(1, pieces) / secondsBy(workers, pieces)).toFixed(2)),
        trainings_share: Number((pieces.trainings / (pieces.trainings + pieces.trials + pieces.rest)).toFixed(2)),
      }),
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function kopt(words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`kopt ${words.join(' ')}: exit code ${code}`)),
    )
  })
}

/** What a plan counts, as one worker has taken it: of the model and of each fold together. */
function piecesOf(out) {
  const events = readFileSync(path.join(out, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const secondsOf = (stages) =>
    events
      .filter(({ type, stage }) => type === 'stage-finished' && stages.includes(stage))
      .reduce((sum, { seconds }) => sum + seconds, 0)
  const [trainings, trials] = [['train-gan'], ['early-arms', 'search-k']].map(secondsOf)
  const whole = (Date.parse(events.at(-1).at) - Date.parse(events[0].at)) / 1000
  return { rounds: Number(values.folds) + 1, trainingsEach: 1, trainings, trials, rest: whole - trainings - trials }
}
