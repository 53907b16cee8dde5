/**
 * The stages of a run and of a plan, in the order of work: the one table of their names (in files, events and results), of
 * what each does in words, and of what runs side by side.
 */

interface Stage {
  /** What it does, for people: `reading films`. */
  readonly words: string
  readonly of: 'run' | 'plan'
  /** It needs films alone, and is worked on while the generator trains. */
  readonly besideTraining?: true
  /** The generator trains in it. */
  readonly trains?: true
}

const table = {
  'prepare-data': { words: 'reading films', of: 'run' },
  'extract-features': { words: 'extracting features', of: 'run', besideTraining: true },
  'other-pools': { words: 'drawing what needs no generator', of: 'run', besideTraining: true },
  'early-arms': { words: 'scoring the arms that need no generator', of: 'run', besideTraining: true },
  rivals: { words: 'scoring the rivals that need no training', of: 'run', besideTraining: true },
  'train-gan': { words: 'training the generator', of: 'run', trains: true },
  'call-generator': { words: "running the generator's program", of: 'run', trains: true },
  'read-synthetic': { words: 'reading the synthetic images', of: 'run' },
  'choose-snapshot': { words: 'choosing a snapshot of the generator', of: 'run' },
  'fill-pool': { words: 'drawing synthetic images', of: 'run' },
  'measure-synthetic': { words: 'measuring the synthetic images', of: 'run' },
  'learning-curve': { words: 'learning from fewer and more real films', of: 'run' },
  'search-k': { words: 'searching K', of: 'run' },
  'select-films': { words: 'scoring a selection of the synthetic images', of: 'run' },
  'evaluate-arms': { words: 'scoring the test sets', of: 'run' },
  'export-model': { words: 'exporting the model', of: 'run' },
  'measure-machine': { words: 'timing a few real steps', of: 'plan' },
} as const satisfies Record<string, Stage>

export type StageName = keyof typeof table

const stages: ReadonlyMap<string, Stage> = new Map(Object.entries(table))

/** Every stage, in order. */
export const stageNames = Object.keys(table) as StageName[]

/** Stages that a run folder may hold, in order. */
export const runStages = stageNames.filter((name) => table[name].of === 'run')

/** What a stage does, for people; a name that only another version knows stands for itself. */
export function stageWords(name: string): string {
  return stages.get(name)?.words ?? name
}

/** Seconds from begin to end, given those of each stage: of what runs side by side the longer counts. */
export function secondsInAll(seconds: readonly (readonly [stage: string, seconds: number])[]): number {
  let training = 0
  let beside = 0
  let alone = 0
  for (const [name, ofStage] of seconds) {
    if (stages.get(name)?.trains) training += ofStage
    else if (stages.get(name)?.besideTraining) beside += ofStage
    else alone += ofStage
  }
  return alone + Math.max(training, beside)
}
