/**
 * Which of a training's snapshots (its checkpoints) stay on disk, and which one the synthetic images are drawn from. A policy
 * may look at scores, and these see training and tuning films alone: a choice by test films would be paid for there.
 */
import { elementAt } from '../base/element-at.js'

export interface SnapshotPolicy {
  /** Of the snapshots' steps, newest first, those that stay. The newest two are among them: the older one stands in for a damaged newer one. */
  staying(steps: readonly number[]): readonly number[]
  /** Of the steps of whole snapshots, newest first and at least one, the one to draw from. */
  chosen(steps: readonly number[]): number
}

/** Snapshots that stay whatever the policy. */
const newest = 2

/** The last one: what the paper does. */
export const lastSnapshot: SnapshotPolicy = {
  staying: (steps) => steps.slice(0, newest),
  chosen: (steps) => elementAt(steps, 0),
}
