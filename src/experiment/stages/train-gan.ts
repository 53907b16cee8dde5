/** The ACGAN on the training films alone, in a child process; the early arms are scored meanwhile. */
import { type AcganOptions, defaultAcganOptions } from '../../gan/options.js'
import type { AcganSummary } from '../../gan/train.js'
import { trainInChild } from '../../gan/train-in-child.js'
import type { Config } from '../config-schema.js'
import type { SearchData } from '../film-set.js'
import { type RunContext, runStage } from '../stage.js'

export function acganOptions(
  config: Config,
  { classes, channels }: { classes: readonly string[]; channels: 1 | 3 },
): AcganOptions {
  const { checkpointEvery: _checkpoint, gridEvery: _grid, ...options } = config.gan
  return defaultAcganOptions({
    ...options,
    classes: [...classes],
    imageSize: config.image.size,
    channels,
    seed: config.seed,
  })
}

export function trainGan(context: RunContext, data: SearchData): Promise<AcganSummary> {
  const { config, directory, emit, signal } = context
  return runStage(context, 'train-gan', () =>
    trainInChild(
      {
        images: data.train.pixels,
        labels: Int32Array.from(data.train.films, (film) => film.classIndex),
        options: acganOptions(config, {
          classes: data.classes,
          channels: data.train.pixels.shape[3] as 1 | 3,
        }),
        folder: directory.gan,
        checkpointEvery: config.gan.checkpointEvery,
        gridEvery: config.gan.gridEvery,
        threads: context.threads,
        device: config.compute.device,
        lowering: config.compute.lowering,
      },
      (event) => {
        switch (event.type) {
          case 'progress':
            emit({
              type: 'progress',
              stage: 'train-gan',
              done: event.step,
              total: event.steps,
              unit: 'steps',
              rate: event.stepsPerSecond,
              secondsLeft: event.secondsLeft,
            })
            break
          case 'warning':
            emit(event)
            break
          case 'losses': {
            const { type: _, ...losses } = event
            emit({ type: 'gan-losses', ...losses })
            break
          }
        }
      },
      signal,
    ),
  )
}
