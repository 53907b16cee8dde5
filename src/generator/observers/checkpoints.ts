/** Leaves a checkpoint every so many steps, with the state of all observers, and removes those that need not stay. */
import { checkpointSteps, type Origin, removeCheckpoint, writeCheckpoint } from '../checkpoint.js'
import type { Observer, ObserverState } from '../observer.js'
import { stayingSnapshots } from '../snapshot-policy.js'

export interface CheckpointPlan {
  readonly folder: string
  readonly origin: Origin
  /** Steps of the snapshots that stay to be chosen from. */
  readonly snapshots: readonly number[]
  /** Whose state goes into the checkpoints. */
  readonly observers: readonly Observer[]
  isDue(step: number): boolean
  /** Whether it is one of those that a training leaves which nobody stops; any other goes as soon as one of these stands. */
  isRegular(step: number): boolean
}

export function checkpoints({ folder, origin, snapshots, observers, isDue, isRegular }: CheckpointPlan): Observer {
  return {
    name: 'checkpoints',
    isDue,
    async onState(step, state) {
      writeCheckpoint(folder, { step, origin, observed: savedState(observers), state })
      const steps = checkpointSteps(folder).filter((other) => other <= step)
      const staying = [step, ...stayingSnapshots(steps.filter(isRegular), snapshots)]
      for (const old of steps) if (!staying.includes(old)) removeCheckpoint(folder, old)
    },
  }
}

/** The states of all observers under the names that a checkpoint gives them. */
function savedState(observers: readonly Observer[]): ObserverState {
  return Object.fromEntries(
    observers.flatMap(({ name, save }) =>
      Object.entries(save?.() ?? {}).map(([key, value]) => [savedName(name, key), value]),
    ),
  )
}

/** An observer's part of what a checkpoint observed; undefined where there is none. */
export function savedStateOf(name: string, observed: ObserverState): ObserverState | undefined {
  const found = Object.entries(observed).flatMap(([saved, value]) =>
    saved === name
      ? [['', value] as const]
      : saved.startsWith(`${name}/`)
        ? [[saved.slice(name.length + 1), value] as const]
        : [],
  )
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function savedName(observer: string, key: string): string {
  return key === '' ? observer : `${observer}/${key}`
}
