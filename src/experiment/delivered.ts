/**
 * The delivered model of an arm: its heads (one per repeat) as one, logits averaged, which for a linear head is one
 * head with averaged weights (STATISTICS 1). It alone meets the test sets, is exported and predicts.
 *
 * Where each repeat has trained a block of its own, the blocks stand side by side and the head on all their features, one
 * behind the other: the mean of the repeats' logits is linear in these too.
 */
import path from 'node:path'
import { decodeDensenetTop } from '../backbone/networks/densenet-file.js'
import { joinedFeatures } from '../backbone/unfrozen.js'
import { liesWithin, listDirectory, readBytes, removeFile } from '../base/files.js'
import type { NDArray } from '../base/ndarray.js'
import { averageHeads, type Head, outputRows } from '../head/head.js'
import type { Arm } from './arms.js'
import type { RunContext } from './stage.js'
import { repeatsOf } from './work/repeats.js'
import type { TrialOutcome } from './work/unit.js'

export interface DeliveredArm {
  readonly arm: Arm
  readonly k: number
  readonly size: number
  /** Optimiser steps of each head (Adam), or null. */
  readonly steps: number | null
  /** On the backbone's features; where there are blocks, on theirs, one behind the other. */
  readonly head: Head
  /** The same of each GAN alone: what another GAN would have given. */
  readonly headsByGan: readonly Head[]
  /** Files of the blocks that the repeats have trained; none where the backbone is frozen. */
  readonly blocks: readonly string[]
  /** Of the selection cases [N, outputs], averaged over the repeats. */
  readonly selectionLogits: Float64Array
}

export function deliver(
  { config, directory }: Pick<RunContext, 'config' | 'directory'>,
  arm: Arm,
  outcomes: readonly TrialOutcome[],
): DeliveredArm {
  const first = outcomes[0]
  const blocks = outcomes.flatMap(({ tuned, arm, k, repeat }) => (tuned ? [directory.trialBlock(arm, k, repeat)] : []))
  const heads = outcomes.map(({ weights, bias }, at): Head => {
    const head = { weights: Float64Array.from(weights), bias: Float64Array.from(bias) }
    return blocks.length === 0 ? head : onBlock(head, at, blocks.length)
  })
  const gans = new Map(repeatsOf(config).map(({ repeat, gan }) => [repeat, gan]))
  const headsByGan = Array.from({ length: config.training.seeds }, (_, i) =>
    averageHeads(heads.filter((_, at) => gans.get(outcomes[at].repeat) === i + 1)),
  )
  const selectionLogits = new Float64Array(first.selectionLogits.length)
  for (const outcome of outcomes) {
    for (let i = 0; i < selectionLogits.length; i++) selectionLogits[i] += outcome.selectionLogits[i] / outcomes.length
  }
  const { k, size, steps } = first
  return { arm, k, size, steps, head: averageHeads(heads), headsByGan, blocks, selectionLogits }
}

/** A head on the features of one block as a head on those of all: the others have no say. */
function onBlock({ weights, bias }: Head, at: number, blocks: number): Head {
  const d = weights.length / bias.length
  const wide = new Float64Array(weights.length * blocks)
  outputRows(weights, bias.length).forEach((row, output) => {
    wide.set(row, (output * blocks + at) * d)
  })
  return { weights: wide, bias }
}

/** What an arm's head takes, out of what the backbone (or the trunk below its blocks) gives. */
export async function armFeatures(
  { unfrozen, threads }: Pick<RunContext, 'unfrozen' | 'threads'>,
  { blocks }: DeliveredArm,
  given: NDArray<'float32'>,
): Promise<NDArray<'float32'>> {
  if (!unfrozen || blocks.length === 0) return given
  return joinedFeatures(readBlocks(blocks), given, unfrozen.size, threads)
}

export function readBlocks(files: readonly string[]) {
  return files.map((file) => decodeDensenetTop(readBytes(file), file))
}

/** Trained blocks that no delivered arm stands on: nine megabytes for each trial. */
export function removeOtherBlocks(
  { directory, run, seals }: Pick<RunContext, 'directory' | 'run' | 'seals'>,
  delivered: readonly DeliveredArm[],
): void {
  const kept = new Set(delivered.flatMap(({ blocks }) => blocks))
  if (!liesWithin(directory.trials, run.root)) return
  const others = listDirectory(directory.trials)
    .map(({ name }) => path.join(directory.trials, name))
    .filter((file) => file.endsWith('.safetensors') && !kept.has(file))
  seals.forget(...others)
  for (const file of others) removeFile(file)
}
