/** Says how far a training is, a few times a second. */
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
  const begun = performance.now()
  let told = 0
  return {
    name: 'progress',
    onStep(step) {
      const now = performance.now()
      if (step < steps && now - told < everyMs) return
      told = now
      const stepsPerSecond = (step - first) / Math.max((now - begun) / 1000, 1e-3)
      tell({ step, steps, stepsPerSecond, secondsLeft: (steps - step) / stepsPerSecond })
    },
  }
}
