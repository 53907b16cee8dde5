/**
 * The arms of the experiment as data: what each trains on. The paper's four, and the controls that keep the
 * comparison fair. A part is a set of images of one kind; how many is a matter of the multiple K.
 */
import { chosenArm } from '../record/arm.js'
import type { Rival } from '../rivals/rival.js'
import { classSize } from '../synthetic/allocation.js'

/** What a pool is filled by: the run's generator, conventional augmentation, or a rival by its name. */
export type PoolSource = 'synthetic' | 'conventional' | `rival-${string}`

/** What images are: training films, the same drawn again, out of a pool, or those of the synthetic pool that pass a selection. */
export type Kind = 'original' | 'resampled' | 'selected' | PoolSource

export interface Arm {
  /** The paper's code, or the control's. */
  readonly name: string
  readonly role: 'arm' | 'control'
  /** Images that fill every class up to the balanced size (K = 1); undefined: classes stay as they are. */
  readonly balanceWith?: Kind
  /** Images that fill every class from there up to K times the balanced size, kinds taking turns; undefined: K does not apply. */
  readonly multiplyWith?: readonly Kind[]
  /** Whether originals are seen at the backbone's own size instead of the common pixel path. */
  readonly native?: boolean
  /** Reported and compared, but no comparator of the verdict: it has synthetic multiples itself. */
  readonly beside?: boolean
  /** Fitted with as many optimiser steps as the chosen-K arm (Adam head only): the name of the arm it is a form of. */
  readonly equalStepsOf?: string
}

/** Arms that need no generator: scored while it trains. */
export const earlyArms: readonly Arm[] = [
  { name: 'OD', role: 'arm' },
  { name: 'OD=native', role: 'control', native: true },
  { name: 'OD=balanced', role: 'control', balanceWith: 'resampled' },
  { name: 'OD+CDA', role: 'control', balanceWith: 'conventional', multiplyWith: ['conventional'] },
]

export const generatorArms: readonly Arm[] = [
  { name: 'GCB', role: 'arm', balanceWith: 'synthetic' },
  { name: 'GCB+CDA', role: 'arm', balanceWith: 'synthetic', multiplyWith: ['conventional'] },
  { name: chosenArm, role: 'arm', balanceWith: 'synthetic', multiplyWith: ['synthetic'] },
  // As many images as the arms above at the same K: from the balanced set on, half synthetic, half variants of originals.
  {
    name: 'GCB+OMGDA+CDA',
    role: 'control',
    beside: true,
    balanceWith: 'synthetic',
    multiplyWith: ['synthetic', 'conventional'],
  },
]

/** Each arm but the chosen one once more, with the chosen arm's number of optimiser steps: a gain must not come from longer training. */
export const equalStepsArms: readonly Arm[] = [...earlyArms, ...generatorArms]
  .filter((arm) => arm.name !== chosenArm)
  .map((arm) => ({ ...arm, name: `${arm.name}=steps`, role: 'control', equalStepsOf: arm.name }))

export function rivalSource({ name }: Pick<Rival, 'name'>): PoolSource {
  return `rival-${name}`
}

/** The rival in the generator's place: as many images at every K as the chosen arm has. */
export function rivalArm(rival: Pick<Rival, 'name' | 'makes'>): Arm {
  const kind = rival.makes === 'duplicates' ? 'resampled' : rivalSource(rival)
  return { name: rival.name, role: 'control', beside: true, balanceWith: kind, multiplyWith: [kind] }
}

/** The chosen arm with some of the synthetic images only: those that pass a selection. */
export const selectedArm: Arm = {
  name: `${chosenArm}=selected`,
  role: 'control',
  beside: true,
  balanceWith: 'selected',
  multiplyWith: ['selected'],
}

/** The same at one of the thresholds that are tried: what names its trials. */
export function selectedArmAt(threshold: number): Arm {
  return { ...selectedArm, name: `${selectedArm.name}-${threshold}` }
}

/** The arm whose classifier judges synthetic images: it has seen training films alone, as many of every class. */
export const teacherArm = 'OD=balanced'

/** Whether images of the run's generator are in its training sets. */
export function drawsOnGenerator({ balanceWith, multiplyWith = [] }: Arm): boolean {
  return [balanceWith, ...multiplyWith].some((kind) => kind === 'synthetic' || kind === 'selected')
}

/** One run of rows in a training set. */
export interface Part {
  readonly kind: Kind
  readonly classIndex: number
  readonly count: number
}

/**
 * What an arm's training set holds at a multiple K, given the originals per class.
 * Originals always come whole; parts of count 0 are left out.
 */
export function composition(arm: Arm, originals: readonly number[], k: number): Part[] {
  const balanced = classSize(originals, 1)
  const parts: Part[] = []
  originals.forEach((count, classIndex) => {
    parts.push({ kind: 'original', classIndex, count })
    const fill = arm.balanceWith ? balanced - count : 0
    const more = arm.multiplyWith ? classSize(originals, k) - balanced : 0
    const counts = new Map<Kind, number>(arm.balanceWith ? [[arm.balanceWith, fill]] : [])
    const kinds = arm.multiplyWith ?? []
    kinds.forEach((kind, turn) => {
      const share = Math.ceil((more - turn) / kinds.length)
      counts.set(kind, (counts.get(kind) ?? 0) + share)
    })
    for (const [kind, added] of counts) parts.push({ kind, classIndex, count: added })
  })
  return parts.filter((part) => part.count > 0)
}

/** Comparators of the verdict that are trainings of their own, given the originals per class: balanced data make some of them one. */
export function distinctComparatorCount(originals: readonly number[], head: 'logistic' | 'adam'): number {
  const trainings = [...earlyArms, ...generatorArms]
    .filter((arm) => arm.name !== chosenArm && !arm.beside)
    .map((arm) => JSON.stringify([arm.native ?? false, composition(arm, originals, 2)]))
  // With the Adam head each has a form with the chosen arm's number of steps.
  return new Set(trainings).size * (head === 'adam' ? 2 : 1)
}
