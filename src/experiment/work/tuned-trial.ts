/** A trial that trains the last block with its head: a head on the frozen features first, then both together. */

import { decodeDensenetTop, encodeDensenet } from '../../backbone/networks/densenet-file.js'
import type { DenseNetTop } from '../../backbone/networks/densenet121.js'
import { blockFeatures } from '../../backbone/unfrozen.js'
import { readBytes, writeAtomic } from '../../base/files.js'
import { type NDArray, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { fineTune } from '../../head/fine-tune.js'
import { headLogits, standardisation } from '../../head/head.js'
import type { FeatureRows, FineTuneSpec, TrialOutcome, TrialSpec } from './executor.js'
import { fitHead, type MatrixStore, outcomeOf, trainingRows } from './trial.js'

/** Trials run side by side; each on one thread gives the same bytes wherever it runs. */
const threads = 1

/** Matrices of cut features, and what the untrained block makes of them, once for all trials of a process. */
export class FrozenFeatures {
  readonly store: MatrixStore
  readonly #features = new Map<string, NDArray<'float32'>>()
  readonly #blocks = new Map<string, DenseNetTop>()

  constructor(store: MatrixStore) {
    this.store = store
  }

  block({ block }: FineTuneSpec): DenseNetTop {
    const known = this.#blocks.get(block) ?? decodeDensenetTop(readBytes(block), block)
    this.#blocks.set(block, known)
    return known
  }

  async rows(tune: FineTuneSpec, { matrix, rows }: FeatureRows): Promise<NDArray<'float32'>> {
    let whole = this.#features.get(matrix)
    if (!whole) {
      whole = await blockFeatures(this.block(tune), this.store.whole(matrix), tune.size, threads)
      this.#features.set(matrix, whole)
    }
    return takeRows(whole, rows)
  }
}

/** Leaves the trained block at `tune.output`. */
export async function runTunedTrial(
  spec: TrialSpec,
  tune: FineTuneSpec,
  frozen: FrozenFeatures,
): Promise<TrialOutcome> {
  const { store } = frozen
  const { outputs } = spec
  const { features: cut, labels } = trainingRows(spec, store)
  const block = frozen.block(tune)
  const features = await blockFeatures(block, cut, tune.size, threads)
  const scaling = standardisation(spec.standardiseBy ? await frozen.rows(tune, spec.standardiseBy) : features)
  const first = fitHead(
    spec.head,
    { features, labels },
    {
      outputs,
      standardise: spec.standardiseBy ? scaling : null,
      tuning: { features: await frozen.rows(tune, spec.selection), labels: spec.selection.labels },
    },
  )
  const { steps, batchSize, learningRate, size, output } = tune
  const options = { steps, batchSize, learningRate, rng: new Rng(tune.seed).split('block'), threads }
  const tuned = await fineTune({ top: block, head: first.head }, { cut, size, labels }, scaling, options)
  writeAtomic(output, encodeDensenet(tuned.top))
  const logits = headLogits(tuned.head, await blockFeatures(tuned.top, store.rows(spec.selection), size, threads))
  return { ...outcomeOf(spec, labels.length, { ...first, head: tuned.head }, logits), tuned: true }
}
