/** How long a run will take, said before it begins: a few seconds of the real work, counted up. Nothing of it is kept. */
import type { Backbone } from '../classifier/backbone.js'
import { classCounts, type SealedTestSets, type SearchData } from './film-set.js'
import { measureMachine, secondsOf, totalOf } from './plan/machine.js'
import type { RunContext } from './stage.js'
import { type RoundSizes, workPlan } from './work-plan.js'

export interface RunSizes {
  readonly data: SearchData
  readonly sealed: SealedTestSets
  /** Outer folds in all. */
  readonly folds: number
}

/** Emits the time that is expected from here on; films have been read by now. */
export async function sayExpectedTime(context: RunContext, backbone: Backbone, sizes: RunSizes): Promise<void> {
  const { config, threads, emit, signal } = context
  const { data } = sizes
  const rounds = roundsOf(sizes, config.resampling.times)
  const costs = await measureMachine(
    {
      config,
      backbone,
      threads,
      processes: config.compute.processes,
      classes: data.classes,
      pixels: data.train.pixels,
      classIndices: data.train.films.map((film) => film.classIndex),
      balancedClassSize: Math.max(...rounds[0].train),
      // Films are read again in between, which takes seconds.
      filmSeconds: 0.01,
    },
    'brief',
    signal,
  )
  const ahead = workPlan(config, 0, rounds).map(({ counts }) => secondsOf(counts, costs))
  emit({ type: 'expected-time', seconds: totalOf(ahead) })
}

function roundsOf({ data, sealed, folds }: RunSizes, times: number): RoundSizes[] {
  const train = classCounts(data.train, data.classes)
  const selection = data.selection.films.length
  const own: RoundSizes = { train, selection, test: sealed.size }
  if (folds === 0) return [own]
  // With folds the handed-over model has all films for training and tuning; a fold lacks its share of both.
  const films = data.train.films.length + selection
  const each = folds / times
  const share = (count: number) => Math.round((count * (each - 1)) / each)
  const fold: RoundSizes = { train: train.map(share), selection: share(selection), test: Math.round(films / each) }
  return [own, ...Array<RoundSizes>(folds).fill(fold)]
}
