/**
 * The repeats of a trial: which GAN, which draw from it and which seed of the head each has. Draws belong to their GAN;
 * with several heads these are crossed with the draws, so that shares of variance can be told apart; with one, draw and
 * head change together.
 */
import type { Config } from '../config/schema.js'

export interface Repeat {
  /** From 1; names the trial. */
  readonly repeat: number
  /** From 1. */
  readonly gan: number
  /** From 1 over all GANs: names the pool. */
  readonly draw: number
  /** From 1; seeds the head. */
  readonly head: number
}

type Counts = Pick<Config, 'search' | 'training'>

export function repeatsOf({ search, training }: Counts): Repeat[] {
  const draws = training.seeds * search.repeats
  return Array.from({ length: draws * search.heads }, (_, i) => {
    const draw = Math.floor(i / search.heads) + 1
    const head = search.heads === 1 ? draw : (i % search.heads) + 1
    return { repeat: i + 1, gan: ganOfDraw({ search }, draw), draw, head }
  })
}

/** Pools that are drawn, over all GANs. */
export function drawsOf({ search, training }: Counts): number[] {
  return Array.from({ length: training.seeds * search.repeats }, (_, i) => i + 1)
}

/** The GAN that a pool is drawn from. */
export function ganOfDraw({ search }: Pick<Config, 'search'>, draw: number): number {
  return Math.ceil(draw / search.repeats)
}

/**
 * Repeats in groups that are independent of each other: by GAN where several were trained, else by draw, else by head.
 * What repeats of a group share is then no reason for being sure.
 */
export function independentGroups(repeats: readonly Repeat[]): Repeat[][] {
  const by = (['gan', 'draw', 'head'] as const).find(
    (factor) => new Set(repeats.map((repeat) => repeat[factor])).size > 1,
  )
  if (by === undefined) return [[...repeats]]
  const levels = [...new Set(repeats.map((repeat) => repeat[by]))]
  return levels.map((level) => repeats.filter((repeat) => repeat[by] === level))
}
