/** What runs while the generator trains, since it needs films alone, and what that means for the time in all. */
import type { StageName } from './events.js'

const besideTraining: readonly StageName[] = ['extract-features', 'early-arms']

/** Seconds from begin to end, given those of each stage: of what runs side by side the longer counts. */
export function secondsInAll(stages: readonly (readonly [stage: string, seconds: number])[]): number {
  let training = 0
  let beside = 0
  let alone = 0
  for (const [stage, seconds] of stages) {
    if (stage === 'train-gan') training += seconds
    else if (besideTraining.some((name) => name === stage)) beside += seconds
    else alone += seconds
  }
  return alone + Math.max(training, beside)
}
