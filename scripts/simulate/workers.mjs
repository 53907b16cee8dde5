/**
 * How long runs of several sizes would take with 1 to 256 workers of one thread: the work as kopt counts it, the seconds of each unit
 * as they are measured here, shared out as a plan shares them. Other programs on the same processors make units longer on the
 * clock, so each is taken as the seconds of processor that it used.
 */
import { readFileSync } from 'node:fs'
import { openBackbone } from '../../dist/backbone/backbone.js'
import { duration } from '../../dist/base/format.js'
import { Rng } from '../../dist/base/random.js'
import { requestedConfig } from '../../dist/experiment/config/request.js'
import { measureMachine, secondsOf } from '../../dist/experiment/measure/machine.js'
import { workload } from '../../dist/experiment/measure/workload.js'
import { piecesOf } from '../../dist/experiment/plan/plan-experiment.js'
import { enoughWorkers, secondsBy } from '../../dist/experiment/plan/with-workers.js'
import { decodeImage, encodePng } from '../../dist/image/codec.js'

const sizes = [300, 3000, 30_000]
const workers = [1, 4, 16, 64, 256]
const [folds, times, gans] = [5, 5, 5]
const filmSide = 1024

export async function* workersTables() {
  const config = requestedConfig({
    dataset: 'films',
    preset: 'standard',
    set: [
      `resampling.folds=${folds}`,
      `resampling.times=${times}`,
      `training.seeds=${gans}`,
      'compute.threads=1',
      'compute.processes=1',
    ],
  })
  const costs = await unitCosts(config)
  const each = (unit) => `${Number((1000 * costs[unit].value).toPrecision(2))} ms`
  yield `Seconds of processor: a film of ${filmSide} x ${filmSide} read ${each('film')}, an image through the backbone ${each('features')}, a step of the generator ${each('gan-step')}, a synthetic film drawn ${each('drawing')}, a head ${each('head')} and ${each('head-row')} a row`
  yield ''
  yield `| films | a training | pools and the rest, of one model | ${workers.map((count) => (count === 1 ? '1 worker' : count)).join(' | ')} | more than so many hardly help |`
  yield `| --- | --- | --- | ${workers.map(() => '---').join(' | ')} | --- |`
  for (const films of sizes) {
    const rounds = Array.from({ length: 1 + folds * times }, (_, i) => {
      const [train, selection] = [0.6 * films, 0.2 * films]
      return { train: [train / 2, train / 2], selection, test: 0.2 * films, ...(i > 0 && { fold: true }) }
    })
    const work = workload(config, films, rounds)
    const stages = work.map(({ stage, counts }) => ({ stage, seconds: secondsOf(counts, costs) }))
    const pieces = piecesOf(work, stages, costs, config, rounds.length)
    const training = pieces.trainings / (pieces.rounds * pieces.trainingsEach)
    yield `| ${films} | ${duration(training)} | ${duration(pieces.rest / pieces.rounds)} | ${workers.map((count) => duration(secondsBy(count, pieces))).join(' | ')} | ${enoughWorkers(pieces)} |`
  }
}

async function unitCosts(config) {
  const [height, width] = config.image.size
  const backbone = await openBackbone(config.backbone.name, { threads: 1, device: 'cpu' })
  const films = 96
  const pixels = { dtype: 'uint8', shape: [films, height, width, 1], data: new Rng(1).bytes(films * height * width) }
  const classIndices = Array.from({ length: films }, (_, i) => i % 2)
  const begun = { wall: performance.now() / 1000, processor: processorSeconds() }
  const filmSeconds = await secondsOfDecoding()
  const job = {
    config,
    backbone,
    threads: 1,
    processes: 1,
    classes: ['a', 'b'],
    pixels,
    classIndices,
    balancedClassSize: films / 2,
    filmSeconds,
  }
  const costs = await measureMachine(job, 'full')
  const share = (processorSeconds() - begun.processor) / (performance.now() / 1000 - begun.wall)
  await backbone.close()
  const scaled = ({ value, low, high }) => ({ value: share * value, low: share * low, high: share * high })
  return Object.fromEntries(Object.entries(costs).map(([unit, range]) => [unit, scaled(range)]))
}

async function secondsOfDecoding() {
  const rng = new Rng(2)
  const data = Uint8Array.from({ length: filmSide ** 2 }, (_, i) => 128 + 60 * Math.sin(i / 900) + 8 * rng.uniform())
  const png = await encodePng({ width: filmSide, height: filmSide, channels: 1, bitDepth: 8, data })
  const begin = performance.now()
  for (let i = 0; i < 5; i++) await decodeImage(png)
  return (performance.now() - begin) / 5000
}

/** Of this process and of those that it has started and that have ended, as Linux tells. */
function processorSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
}
