/** How long a run will take, said before it begins: a few seconds of the real work, counted up. Nothing of it is kept. */

import type { Backbone } from '../../backbone/backbone.js'
import { encodeWeights } from '../../backbone/weights-file.js'
import { UserError } from '../../base/errors.js'
import { gigabytes } from '../../base/format.js'
import { extents } from '../../base/ndarray.js'
import { outputsFor } from '../../head/head.js'
import { callsNotTimed, lastBlockWords } from '../../words/run-warnings.js'
import { classCounts, type SealedTestSets, type SearchData } from '../cohort/film-set.js'
import type { RunContext } from '../work/run-context.js'
import { largeStateWarnings } from './generator-size.js'
import { around, measureMachine, secondsOf, totalOf } from './machine.js'
import { measureTuning } from './tuning.js'
import { callsOf, type RoundSizes, type Rounds, type StageWork, type WorkUnit, workload } from './workload.js'

/** Of what the trained top takes, of all images. */
const mostCutBytes = 4 * 2 ** 30

export interface RunSizes {
  readonly data: SearchData
  readonly sealed: SealedTestSets
  /** Outer folds in all. */
  readonly folds: number
  /** Inner folds, where they choose K. */
  readonly inner: number
}

/** Emits the time that is expected from here on, and returns it in seconds; films have been read by now. */
export async function sayExpectedTime(
  context: Pick<RunContext, 'config' | 'threads' | 'top' | 'emit' | 'signal'>,
  backbone: Backbone,
  sizes: RunSizes,
): Promise<number> {
  const { config, threads, emit, signal } = context
  const { data } = sizes
  const rounds = roundsOf(sizes, config.resampling.times)
  const [, , , channels] = extents(data.train.pixels, 4)
  for (const text of largeStateWarnings(config, { classes: data.classes, channels: channels as 1 | 3 }))
    emit({ type: 'warning', text })
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
  const work = workload(config, 0, rounds)
  const ahead = work.map(({ stage, counts }) => ({ stage, seconds: secondsOf(counts, costs) }))
  const tuning = around(await tuningSeconds(context, backbone, data, work))
  const seconds = totalOf([...ahead, { stage: 'search-k', seconds: tuning }])
  emit({ type: 'expected-time', seconds })
  const calls = callsOf(config, rounds)
  if (calls > 0) emit({ type: 'note', text: callsNotTimed(calls) })
  return seconds.value
}

/** What training the top in every trial adds. Throws where its input would not fit into memory. */
async function tuningSeconds(
  { config, top, emit }: Pick<RunContext, 'config' | 'top' | 'emit'>,
  below: Backbone,
  data: SearchData,
  work: readonly StageWork[],
): Promise<number> {
  if (!top) return 0
  const total = (unit: WorkUnit) => work.reduce((sum, { counts }) => sum + counts[unit], 0)
  const bytes = 4 * below.contract.features * total('features')
  if (bytes > mostCutBytes) {
    throw new UserError(
      `backbone.unfreeze ${config.backbone.unfreeze} would keep ${gigabytes(bytes)} of what the block takes (at most ${gigabytes(mostCutBytes)}); ` +
        'let the backbone see smaller films (--set backbone.inputSize=[56,56]), or search fewer K (--set search.kMax=10)',
    )
  }
  const { fineTune } = config.backbone
  const seconds = await measureTuning(top, fineTune, outputsFor(data.classes.length))
  const trials = total('head')
  emit({
    type: 'note',
    text: lastBlockWords({ trials, steps: fineTune.steps, bytes: trials * encodeWeights(top.weights).length }),
  })
  return (seconds * trials) / Math.max(1, config.compute.processes)
}

function roundsOf({ data, sealed, folds, inner }: RunSizes, times: number): Rounds {
  const train = classCounts(data.train, data.classes)
  // In inner folds these are the training films.
  const selection = data.selection.folds ? 0 : data.selection.films.length
  const handedOver: RoundSizes = { train, selection, test: sealed.size }
  if (inner > 0) {
    const ofOthers = (count: number) => Math.round((count * (inner - 1)) / inner)
    const round: RoundSizes = {
      train: train.map(ofOthers),
      selection: 0,
      test: 0,
      fold: true,
    }
    return [handedOver, ...Array<RoundSizes>(inner).fill(round)]
  }
  if (folds === 0) return [handedOver]
  // With folds the handed-over model has all films for training and tuning; a fold lacks its share of both.
  const films = data.train.films.length + selection
  const each = folds / times
  const share = (count: number) => Math.round((count * (each - 1)) / each)
  const fold: RoundSizes = {
    train: train.map(share),
    selection: share(selection),
    test: Math.round(films / each),
    fold: true,
  }
  return [handedOver, ...Array<RoundSizes>(folds).fill(fold)]
}
