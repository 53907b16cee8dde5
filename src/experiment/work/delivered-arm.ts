/**
 * The delivered model of an arm: its heads (one per repeat) as one, logits averaged, which for a linear head is one
 * head with averaged weights (STATISTICS 1). It alone meets the test sets, is exported and predicts.
 *
 * Where each repeat has trained the backbone's top, these stand side by side and the head on all their features, one behind
 * the other: the mean of the repeats' logits is linear in these too.
 */
import path from 'node:path'
import { joinedFeatures } from '../../backbone/top-features.js'
import type { TrainableTop } from '../../backbone/trainable-top.js'
import { decodeTop } from '../../backbone/weights-file.js'
import { elementAt } from '../../base/element-at.js'
import { liesWithin, listDirectory, readBytes, removeFile } from '../../base/files.js'
import type { NDArray } from '../../base/ndarray.js'
import { averageHeads, type Head, outputRows } from '../../head/head.js'
import type { Arm } from '../arms.js'
import { repeatsOf } from './repeats.js'
import type { RunContext } from './run-context.js'
import type { TrialOutcome } from './unit.js'

export interface DeliveredArm {
  readonly arm: Arm
  readonly k: number
  readonly size: number
  /** Optimiser steps of each head (Adam), or null. */
  readonly steps: number | null
  /** On the backbone's features; where there are trained tops, on theirs, one behind the other. */
  readonly head: Head
  /** The same of each GAN alone: what another GAN would have given. */
  readonly headsByGan: readonly Head[]
  /** Files of the tops that the repeats have trained; none where the backbone is frozen. */
  readonly tops: readonly string[]
  /** Of the selection cases [N, outputs], averaged over the repeats. */
  readonly selectionLogits: Float64Array
}

export function deliver(
  { config, directory }: Pick<RunContext, 'config' | 'directory'>,
  arm: Arm,
  outcomes: readonly TrialOutcome[],
): DeliveredArm {
  const first = elementAt(outcomes, 0)
  const tops = outcomes.flatMap(({ tuned, arm, k, repeat }) => (tuned ? [directory.trialTop(arm, k, repeat)] : []))
  const heads = outcomes.map(({ weights, bias }, at): Head => {
    const head = { weights: Float64Array.from(weights), bias: Float64Array.from(bias) }
    return tops.length === 0 ? head : onTop(head, at, tops.length)
  })
  const gans = new Map(repeatsOf(config).map(({ repeat, gan }) => [repeat, gan]))
  const ganOf = outcomes.map(({ repeat }) => gans.get(repeat))
  const headsByGan = Array.from({ length: config.training.seeds }, (_, i) =>
    averageHeads(heads.filter((_, at) => ganOf[at] === i + 1)),
  )
  const selectionLogits = Float64Array.from(first.selectionLogits, (_, i) =>
    outcomes.reduce((sum, outcome) => sum + elementAt(outcome.selectionLogits, i) / outcomes.length, 0),
  )
  const { k, size, steps } = first
  return { arm, k, size, steps, head: averageHeads(heads), headsByGan, tops, selectionLogits }
}

/** A head on the features of one top as a head on those of all: the others have no say. */
function onTop({ weights, bias }: Head, at: number, tops: number): Head {
  const d = weights.length / bias.length
  const wide = new Float64Array(weights.length * tops)
  outputRows(weights, bias.length).forEach((row, output) => {
    wide.set(row, (output * tops + at) * d)
  })
  return { weights: wide, bias }
}

/** What an arm's head takes, out of what the backbone (or the network below its top) gives. */
export async function armFeatures(
  { top, threads }: Pick<RunContext, 'top' | 'threads'>,
  { tops }: DeliveredArm,
  given: NDArray<'float32'>,
): Promise<NDArray<'float32'>> {
  if (!top || tops.length === 0) return given
  return joinedFeatures(top, readTops(top.kind, tops), given, threads)
}

export function readTops(kind: TrainableTop, files: readonly string[]) {
  return files.map((file) => decodeTop(kind, readBytes(file), file))
}

/** Removes trained tops that no delivered arm stands on: nine megabytes for each trial. */
export function removeOtherTops(
  { directory, run, seals }: Pick<RunContext, 'directory' | 'run' | 'seals'>,
  delivered: readonly DeliveredArm[],
): void {
  const delivers = new Set(delivered.flatMap(({ tops }) => tops))
  if (!liesWithin(directory.trials, run.root)) return
  const others = listDirectory(directory.trials)
    .map(({ name }) => path.join(directory.trials, name))
    .filter((file) => file.endsWith('.safetensors') && !delivers.has(file))
  seals.forget(...others)
  for (const file of others) removeFile(file)
}
