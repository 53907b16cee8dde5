/** Says how far a training is, a few times a second. */
import { Meter } from '../../base/meter.js'
import type { Observer } from '../observer.js'

const everyMs = 250

export interface TrainingProgress {
  readonly step: number
  readonly steps: number
  /** Since this call of `train` began with its first step. */
  readonly stepsPerSecond: number
  readonly secondsLeft: number
}

/** Begins to count time when it is made, with `first` steps behind it. */
export function progress(first: number, steps: number, tell: (progress: TrainingProgress) => void): Observer {
  const meter = new Meter(steps, { before: first })
  return {
    name: 'progress',
    onStep(step) {
      meter.reach(step)
      const pace = meter.due(everyMs)
      if (pace) tell({ step, steps, stepsPerSecond: pace.rate, secondsLeft: pace.secondsLeft })
    },
  }
}
