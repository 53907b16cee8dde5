/**
 * The model that is handed over: the chosen-K arm's backbone and head in one ONNX file, the other arms' heads beside it.
 * Which arm that is was fixed before any test film was scored; the arm that tuning data favour is only said.
 */

import type { Backbone } from '../../backbone/backbone.js'
import { withTops } from '../../backbone/top-features.js'
import { elementAt } from '../../base/element-at.js'
import { version } from '../../base/version.js'
import { exportClassifier } from '../../export/classifier.js'
import { plainHead } from '../../head/stored-head.js'
import { chosenArm } from '../../record/arm.js'
import { metricFacts, risingValue } from '../../record/search-metric.js'
import { metricScore } from '../../scoring/metric.js'
import { isBetter } from '../../search/tie.js'
import { labelsOf, type SearchData } from '../cohort/film-set.js'
import type { Config } from '../config/schema.js'
import { type DeliveredArm, readTops } from '../work/delivered-arm.js'
import type { RunContext } from '../work/run-context.js'
import { trialMetric } from '../work/trial-metric.js'

export async function exportModel(
  { config, directory, seals, top }: Pick<RunContext, 'config' | 'directory' | 'seals' | 'top'>,
  data: SearchData,
  delivered: readonly DeliveredArm[],
  backbone: Backbone,
): Promise<null> {
  for (const { arm, k, head, tops } of delivered) {
    const trained = tops.length > 0 ? { blocks: tops.length } : {}
    const stored = { arm: arm.name, k, native: arm.native ?? false, ...trained, ...head }
    seals.writeJson(directory.head(arm.name), plainHead(stored))
  }
  const chosen = delivered.find(({ arm }) => arm.name === chosenArm) as DeliveredArm
  const [height, width] = config.image.size
  const exported = top ? withTops(backbone, top, readTops(top.kind, chosen.tops)) : backbone
  const bytes = exportClassifier(exported, chosen.head, {
    classes: [...data.classes],
    positive: data.positiveIndex === null ? null : elementAt(data.classes, data.positiveIndex),
    imageSize: [height, width],
    channels: data.train.pixels.shape[3] as 1 | 3,
    maxValue: data.train.maxValue,
    arm: chosenArm,
    k: chosen.k,
    seed: config.seed,
    toolVersion: version,
    cropped: data.train.films.some((film) => film.roi !== undefined),
  })
  seals.write(directory.classifier, bytes)
  return null
}

/** The metric that chooses K, of a delivered model on the selection cases. */
export function selectionScore(
  config: Pick<Config, 'search'>,
  data: SearchData,
  { arm, k, head, selectionLogits }: DeliveredArm,
): number {
  const { folds } = data.selection
  const cases = { labels: labelsOf(data.selection, data.positiveIndex), outputs: head.bias.length, folds }
  return metricScore(trialMetric(config, data, { arm, k }), cases, selectionLogits)
}

/** The arm with the best delivered model on the selection cases; a tie goes to the one named first, the simpler. */
export function favouredArm(
  config: Pick<Config, 'search'>,
  data: SearchData,
  delivered: readonly DeliveredArm[],
): string {
  const { better } = metricFacts(config.search.metric)
  const scored = delivered.map((arm) => ({
    name: arm.arm.name,
    score: risingValue(better, selectionScore(config, data, arm)),
  }))
  return scored.reduce((best, next) => (isBetter(next.score, best.score) ? next : best)).name
}
