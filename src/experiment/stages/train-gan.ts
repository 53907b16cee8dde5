/** The ACGANs on the training films alone, in child processes; the early arms are scored meanwhile. */
import { type AcganOptions, defaultAcganOptions } from '../../gan/options.js'
import type { AcganEvent, AcganJob, AcganSummary } from '../../gan/train.js'
import { trainInChild } from '../../gan/train-in-child.js'
import type { Config } from '../config-schema.js'
import type { SearchData } from '../film-set.js'
import { type RunContext, runStage } from '../stage.js'
import { repeatSeed } from '../trials.js'

/** `gan`: which of several, from 1. */
export function acganOptions(
  config: Config,
  { classes, channels }: { classes: readonly string[]; channels: 1 | 3 },
  gan = 1,
): AcganOptions {
  const { checkpointEvery: _checkpoint, gridEvery: _grid, seeds: _seeds, ...options } = config.gan
  return defaultAcganOptions({
    ...options,
    classes: [...classes],
    imageSize: config.image.size,
    channels,
    seed: gan === 1 ? config.seed : repeatSeed(config.seed, 'gan', gan),
  })
}

/**
 * Trains every GAN of the run. Several go two at a time, with half the threads each: a step on half the threads takes less
 * than twice as long. The number of threads is a matter of the configuration, not of what is left to do, for bytes hang on it.
 */
export function trainGans(context: RunContext, data: SearchData): Promise<AcganSummary[]> {
  const { seeds, steps } = context.config.gan
  const lanes = Math.min(2, seeds, context.threads)
  const threads = Math.floor(context.threads / lanes)
  return runStage(context, 'train-gan', async () => {
    const summaries: AcganSummary[] = []
    const progress = ganProgress(context, seeds)
    const waiting = Array.from({ length: seeds }, (_, i) => i + 1)
    const stop = new AbortController()
    const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal
    const lane = async () => {
      for (let gan = waiting.shift(); gan !== undefined; gan = waiting.shift()) {
        const number = gan
        const job = ganJob(context, data, number, threads)
        summaries[number - 1] = await trainInChild(job, (event) => progress(number, event), signal)
        progress(number, { type: 'progress', step: steps, steps, stepsPerSecond: 0, secondsLeft: 0 })
      }
    }
    const ended = await Promise.allSettled(
      Array.from({ length: lanes }, () =>
        lane().catch((error) => {
          stop.abort(error)
          throw error
        }),
      ),
    )
    if (context.signal?.aborted !== true && stop.signal.aborted) throw stop.signal.reason
    for (const end of ended) if (end.status === 'rejected') throw end.reason
    return summaries
  })
}

function ganJob({ config, directory }: RunContext, data: SearchData, gan: number, threads: number): AcganJob {
  return {
    images: data.train.pixels,
    labels: Int32Array.from(data.train.films, (film) => film.classIndex),
    options: acganOptions(config, { classes: data.classes, channels: data.train.pixels.shape[3] as 1 | 3 }, gan),
    folder: directory.ganOf(gan),
    checkpointEvery: config.gan.checkpointEvery,
    gridEvery: config.gan.gridEvery,
    threads,
    device: config.compute.device,
    lowering: config.compute.lowering,
  }
}

/** Tells the run of all its GANs as one piece of work; losses are the first one's. */
function ganProgress({ emit, config }: RunContext, seeds: number): (gan: number, event: AcganEvent) => void {
  const done = new Map<number, number>()
  const rates = new Map<number, number>()
  return (gan, event) => {
    switch (event.type) {
      case 'progress': {
        done.set(gan, event.step)
        rates.set(gan, event.stepsPerSecond)
        const sum = (map: Map<number, number>) => [...map.values()].reduce((total, value) => total + value, 0)
        const [steps, total, rate] = [sum(done), seeds * config.gan.steps, sum(rates)]
        const secondsLeft = rate > 0 ? (total - steps) / rate : 0
        emit({ type: 'progress', stage: 'train-gan', done: steps, total, unit: 'steps', rate, secondsLeft })
        break
      }
      case 'warning':
        emit(event)
        break
      case 'losses':
        if (gan === 1) {
          const { type: _, ...losses } = event
          emit({ type: 'gan-losses', ...losses })
        }
        break
    }
  }
}
