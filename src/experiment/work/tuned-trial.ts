/** A trial that trains the last block with its head: a head on the frozen features first, then both together. */

import { decodeDensenetTop, encodeDensenet } from '../../backbone/networks/densenet-file.js'
import type { DenseNetTop } from '../../backbone/networks/densenet121.js'
import { blockFeatures } from '../../backbone/unfrozen.js'
import type { NDArray } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { fineTune } from '../../head/fine-tune.js'
import { headLogits, standardisation } from '../../head/head.js'
import { type Contents, selectRows } from './contents.js'
import { fitHead, outcomeOf, trainingRows } from './trial.js'
import type { FineTuneSpec, MatrixRows, TrialUnit, UnitOutcome } from './unit.js'

/** Trials run side by side; each on one thread gives the same bytes wherever it runs. */
const threads = 1

export async function runTunedTrial(
  unit: TrialUnit,
  tune: FineTuneSpec,
  contents: Contents,
): Promise<Required<Pick<UnitOutcome, 'trial' | 'block'>>> {
  const { outputs } = unit
  const { features: cut, labels } = await trainingRows(unit, contents)
  const block = await loadedBlock(tune, contents)
  const features = await blockFeatures(block, cut, tune.size, threads)
  const scaling = standardisation(
    unit.standardiseBy ? await untrainedFeatures(tune, unit.standardiseBy, contents) : features,
  )
  const first = fitHead(
    unit.head,
    { features, labels },
    {
      outputs,
      standardise: unit.standardiseBy ? scaling : null,
      tuning: {
        features: await untrainedFeatures(tune, unit.selection, contents),
        labels: unit.selection.labels,
      },
    },
  )
  const { steps, batchSize, learningRate, size } = tune
  const options = { steps, batchSize, learningRate, rng: new Rng(tune.seed).split('block'), threads }
  const tuned = await fineTune({ top: block, head: first.head }, { cut, size, labels }, scaling, options)
  const selection = await contents.rows(unit.selection)
  const logits = headLogits(tuned.head, await blockFeatures(tuned.top, selection, size, threads))
  const trial = outcomeOf(unit, labels.length, { ...first, head: tuned.head }, logits)
  return { trial: { ...trial, tuned: true }, block: encodeDensenet(tuned.top) }
}

function loadedBlock({ block }: FineTuneSpec, contents: Contents): Promise<DenseNetTop> {
  return contents.once(`block ${block}`, async () => decodeDensenetTop(await contents.bytes(block), `content ${block}`))
}

/** What the block as loaded makes of rows of a matrix; of the whole matrix once for all trials. */
async function untrainedFeatures(
  tune: FineTuneSpec,
  { matrix, rows }: MatrixRows,
  contents: Contents,
): Promise<NDArray<'float32'>> {
  const all = await contents.once(`features of ${tune.block} from ${matrix}`, async () =>
    blockFeatures(await loadedBlock(tune, contents), await contents.matrix(matrix), tune.size, threads),
  )
  return selectRows(all, rows)
}
