/** What a run folder holds, as people read it: kinds with their sizes, and what each is good for. */
import { count, counted, fixed } from '../base/format.js'
import type { ContentKind, RunContent } from '../record/run-contents.js'

const kinds: Record<ContentKind, string> = {
  report: 'report, figures, tables',
  result: 'result, scores, settings, log',
  model: 'model: classifier, last layers, features of the training films',
  generator: 'generator: its last checkpoint, and the one images were drawn from',
  private: 'private: paths, patients, pixels of films',
  trials: 'trials: scores and last layers of each',
  folds: 'what the outer folds left',
  state: 'how far each stage is, checksums',
  snapshots: 'older checkpoints of the generator',
  pools: 'synthetic images',
  features: 'features of films and images',
  'inner-folds': 'inner folds: their generators, images and features',
  'fold-generators': 'generators of the outer folds',
  other: 'files that are none of kopt’s',
}

/** 0.004 GB reads worse than 4 MB. */
export function sizeWords(bytes: number): string {
  const [unit, scale] = bytes >= 1e9 ? ['GB', 1e9] : bytes >= 1e6 ? ['MB', 1e6] : ['kB', 1e3]
  const value = bytes / scale
  return `${value >= 100 ? count(Math.round(value)) : fixed(value, 1)} ${unit}`
}

/** A line a kind: size, what it is, and whether it may go. */
export function contentLines(contents: readonly RunContent[]): string[] {
  const rows = contents.map(({ kind, files, bytes, spareBytes }) => ({
    size: sizeWords(bytes),
    text: `${kinds[kind]} (${counted(files, 'file')})`,
    goes: spareBytes === 0 ? '' : spareBytes === bytes ? '  may go' : `  ${sizeWords(spareBytes)} may go`,
  }))
  const width = Math.max(0, ...rows.map(({ size }) => size.length))
  return rows.map(({ size, text, goes }) => `${size.padStart(width)}  ${text}${goes}`)
}

/** What is lost with it. */
export function cleaningMeans(state: 'finished' | 'stopped'): string {
  return state === 'finished'
    ? 'Report, model, predictions and evaluations on further films need none of it. Should a file that stays be damaged later, kopt resume makes it anew, but takes as long as it took to make what is gone.'
    : 'This run has not finished: all but what saves time is needed to go on with it.'
}
