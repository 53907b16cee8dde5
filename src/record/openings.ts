/**
 * How often a test set has been opened: a ledger beside the runs, one line an opening, keyed by the set's films and the
 * run. Whoever tries ten configurations on one test set and reports the best has chosen on it; the report says the number.
 * It stays out of result.json, which must be the same bytes whatever was tried before.
 */
import path from 'node:path'
import { appendLine, readJsonLines } from '../base/files.js'
import { hashPlain } from '../base/hash.js'
import { writeAlone } from '../base/lock-file.js'
import type { RunDirectory } from './run-directory.js'

interface Opening {
  readonly at: string
  /** Name of the run's folder. */
  readonly run: string
  /** 'internal', or the name of another hospital. */
  readonly set: string
  readonly films: number
  /** Of the films' pixels, whatever their order: the same films are the same set in every run. */
  readonly hash: string
}

/** A set of test films by the hashes of their pixels. */
export interface OpenedSet {
  readonly set: string
  readonly pixelHashes: readonly string[]
}

/** `test-openings.jsonl` in the folder that holds the run folders. */
export function openingsFile(directory: RunDirectory): string {
  return path.join(path.dirname(directory.root), 'test-openings.jsonl')
}

/** Notes that a run has opened a set. A resumed run that opens it again is the same opening. */
export function recordOpening(directory: RunDirectory, { set, pixelHashes }: OpenedSet): void {
  const run = path.basename(directory.root)
  const file = openingsFile(directory)
  const hash = hashPlain([...pixelHashes].sort())
  // Other runs of this folder write into the same file, from other machines, too.
  writeAlone(file, 'kopt', () => {
    const known = openings(directory).some((one) => one.run === run && one.hash === hash && one.set === set)
    if (known) return
    const opening: Opening = { at: new Date().toISOString(), run, set, films: pixelHashes.length, hash }
    appendLine(file, JSON.stringify(opening))
  })
}

/** For every set that this run has opened, in how many runs of this folder the same films have been opened, this one included. */
export function countOpenings(directory: RunDirectory): Record<string, number> {
  const run = path.basename(directory.root)
  const all = openings(directory)
  const ofRun = all.filter((one) => one.run === run)
  const counts = new Map<string, number>()
  for (const { set, hash } of ofRun) {
    const runs = new Set(all.filter((one) => one.hash === hash).map((one) => one.run)).size
    counts.set(set, Math.max(counts.get(set) ?? 0, runs))
  }
  return Object.fromEntries(counts)
}

/** Lines that are no openings (cut off by a kill, or by another hand) are passed over. */
function openings(directory: RunDirectory): Opening[] {
  return readJsonLines<unknown>(openingsFile(directory)).filter(isOpening)
}

function isOpening(line: unknown): line is Opening {
  if (typeof line !== 'object' || line === null) return false
  const { run, set, hash } = line as Record<string, unknown>
  return [run, set, hash].every((value) => typeof value === 'string')
}
