/** The delivered head of one arm as a run keeps it: `model/heads/OD.json`. */
import { readJson } from '../base/files.js'
import type { Head } from './head.js'

export interface StoredHead extends Head {
  readonly arm: string
  readonly k: number
  /** Seen at the backbone's own size, without the common pixel path. */
  readonly native: boolean
  /** Blocks of the backbone that were trained with it: it stands on their features, not on the backbone's. */
  readonly blocks?: number
}

/** As plain data, for its file. */
export function plainHead({ weights, bias, ...facts }: StoredHead) {
  return { ...facts, weights: Array.from(weights), bias: Array.from(bias) }
}

export function readStoredHead(file: string): StoredHead {
  const { weights, bias, ...facts } = readJson<Omit<StoredHead, keyof Head> & Record<keyof Head, number[]>>(file)
  return { ...facts, weights: Float64Array.from(weights), bias: Float64Array.from(bias) }
}
