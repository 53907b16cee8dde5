/** The folder that a studio works in, and ids in place of paths: an address may be seen, kept and passed on. */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { hashBytes } from '../../base/hash.js'

export interface Workplace {
  /** Absolute. Commands that a page shows are typed here. */
  readonly root: string
  /** Folder of the runs that are begun here. */
  readonly runs: string
  /** What the studio itself keeps. */
  readonly studio: string
}

export function workplaceIn(root: string): Workplace {
  const folder = path.resolve(root)
  return { root: folder, runs: path.join(folder, 'runs'), studio: path.join(folder, 'studio') }
}

/** A path as people type it where the studio works. */
export function shownIn({ root }: Workplace, place: string): string {
  const relative = path.relative(root, place)
  return relative === '' ? '.' : relative.startsWith('..') || path.isAbsolute(relative) ? place : relative
}

/** The same for the same place, and nothing that can be read from it. */
export function idOf(place: string): string {
  return hashBytes(path.resolve(place)).slice(0, 16)
}

/** Something was to be changed that has changed since it was read. */
export class ChangedMeanwhile extends UserError {}

/** Something can't be reached for now: it may be there again before long. */
export class OutOfReach extends UserError {}

/** Something was asked for that is not there, or not any more. */
export class NotHere extends UserError {}
