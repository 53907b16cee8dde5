/**
 * Which of a training's snapshots (its checkpoints) stay on disk: the newest, from which a training that was stopped goes on, and
 * those that one is chosen from to draw the synthetic images. Which steps these are follows from the configuration alone; the
 * choice is made where there are films to choose by.
 */

/** last: the last one, as the paper does; best: one that is chosen by tuning films. */
export const snapshotRules = ['last', 'best'] as const
export type SnapshotRule = (typeof snapshotRules)[number]

/** Snapshots that one is chosen from. */
const candidates = 8

/** Snapshots that stay whatever the rule: the older one stands in for a damaged newer one. */
const newest = 2

/** Steps of the snapshots that one is chosen from, ascending, at equal distances; the last is the last step. */
export function snapshotSteps(rule: SnapshotRule, steps: number): number[] {
  const count = rule === 'last' ? 1 : Math.min(candidates, steps)
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * steps) / count))
}

/** Checkpoints that a training of so many steps leaves in its folder, at most. */
export function snapshotsLeft(rule: SnapshotRule, steps: number): number {
  return newest + snapshotSteps(rule, steps).length - 1
}

/** Of the steps of checkpoints, newest first, those that stay. `snapshots`: steps that one is chosen from. */
export function stayingSnapshots(steps: readonly number[], snapshots: readonly number[]): number[] {
  return steps.filter((step, at) => at < newest || snapshots.includes(step))
}
