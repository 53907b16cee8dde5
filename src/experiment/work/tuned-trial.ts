/** A trial that trains the backbone's top with its head: a head on the features of the top as loaded first, then both together. */

import { type TopPlace, topFeatures } from '../../backbone/top-features.js'
import { topOf } from '../../backbone/tops.js'
import type { TopWeights } from '../../backbone/trainable-top.js'
import { decodeTop, encodeWeights } from '../../backbone/weights-file.js'
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
): Promise<Required<Pick<UnitOutcome, 'trial' | 'top'>>> {
  const { outputs } = unit
  const place = placeOf(tune)
  const { features: cut, labels } = await trainingRows(unit, contents)
  const loaded = await loadedWeights(tune, contents)
  const features = await topFeatures(place, loaded, cut, threads)
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
  const { steps, batchSize, learningRate } = tune
  const options = { steps, batchSize, learningRate, rng: new Rng(tune.seed).split('block'), threads }
  const tuned = await fineTune(place, { top: loaded, head: first.head }, { cut, labels }, scaling, options)
  const selection = await contents.rows(unit.selection)
  const logits = headLogits(tuned.head, await topFeatures(place, tuned.top, selection, threads))
  const trial = outcomeOf(unit, labels.length, { ...first, head: tuned.head }, logits)
  return { trial: { ...trial, tuned: true }, top: encodeWeights(tuned.top) }
}

function placeOf({ top, input }: FineTuneSpec): TopPlace {
  return { kind: topOf(top), input }
}

function loadedWeights({ top, weights }: FineTuneSpec, contents: Contents): Promise<TopWeights> {
  return contents.once(`weights ${weights}`, async () =>
    decodeTop(topOf(top), await contents.bytes(weights), `content ${weights}`),
  )
}

/** What the top as loaded makes of rows of a matrix; of the whole matrix once for all trials. */
async function untrainedFeatures(
  tune: FineTuneSpec,
  { matrix, rows }: MatrixRows,
  contents: Contents,
): Promise<NDArray<'float32'>> {
  const all = await contents.once(`features by ${tune.weights} of ${matrix}`, async () =>
    topFeatures(placeOf(tune), await loadedWeights(tune, contents), await contents.matrix(matrix), threads),
  )
  return selectRows(all, rows)
}
