/** What each stage does, for people. */
import type { StageName } from '../record/events.js'

export const stageWords: Record<StageName, string> = {
  'prepare-data': 'reading films',
  'extract-features': 'extracting features',
  'early-arms': 'scoring the arms that need no generator',
  'train-gan': 'training the generator',
  'read-synthetic': 'reading the synthetic images',
  'fill-pool': 'drawing synthetic images',
  'measure-synthetic': 'measuring the synthetic images',
  'search-k': 'searching K',
  'evaluate-arms': 'scoring the test sets',
  'compare-arms': 'comparing the arms',
  'export-model': 'exporting the model',
  'write-report': 'writing the report',
  'learning-curve': 'learning from fewer and more real films',
  'measure-machine': 'timing a few real steps',
}
