/**
 * The stages in order. Each leaves its output on disk and is skipped when it is already there, so that a killed run
 * goes on where it was. Read from top to bottom: it is the method.
 */
import { writeJson } from '../base/files.js'
import { toolName, version } from '../base/version.js'
import { openBackbone } from '../classifier/backbone.js'
import { FeatureCache } from '../classifier/feature-cache.js'
import type { AcganSummary } from '../gan/train.js'
import type { StageName } from '../record/events.js'
import { type ArmResult, type Result, result as resultSchema, type SearchResult } from '../record/result.js'
import { type Arm, chosenArm, composition, earlyArms, equalStepsArms, generatorArms } from './arms.js'
import { type DeliveredArm, deliver } from './delivered.js'
import { classCounts, type SearchData } from './film-set.js'
import { shownConfig } from './shown-config.js'
import { type RunContext, runStage, stageSeconds } from './stage.js'
import { compareArms } from './stages/compare-arms.js'
import { decide } from './stages/decide.js'
import { evaluateArms, evaluation, type SetScores } from './stages/evaluate-arms.js'
import { exportModel, favouredArm, selectionScore } from './stages/export-model.js'
import { extractFilmFeatures } from './stages/extract-features.js'
import { fillConventionalPool, fillSyntheticPool } from './stages/fill-pool.js'
import { prepareData } from './stages/prepare-data.js'
import { writeSamples } from './stages/sample-images.js'
import { searchArm } from './stages/search-k.js'
import { trainGan } from './stages/train-gan.js'
import { multiplesOf, runTrials, trialsOf } from './trials.js'

const stages: readonly StageName[] = [
  'prepare-data',
  'extract-features',
  'early-arms',
  'train-gan',
  'fill-pool',
  'search-k',
  'evaluate-arms',
  'export-model',
]

export async function runPipeline(context: RunContext): Promise<Result> {
  const { config, directory, threads } = context
  const backbone = await openBackbone(config.backbone.name, {
    threads,
    device: config.compute.device,
    inputSize: config.backbone.inputSize ?? undefined,
  })
  const cache = new FeatureCache(directory.features, backbone)
  try {
    const { search: data, sealed, dataset } = await prepareData(context)
    const [gan] = await together(
      context,
      (inner) => trainGan(inner, data),
      (inner) => scoreEarlyArms(inner, data, cache),
    )
    const quality = await fillSyntheticPool(context, data, gan, cache)
    await writeSamples(context, data)
    const { delivered, searches } = await searchEveryArm(context, data)
    const search = searches[chosenArm]
    const chosen = { kOptimal: search.kOptimal }
    const scores = await evaluateArms(context, sealed, delivered, chosen, data.positiveIndex, cache)
    const favoured = favouredArm(context, data, delivered)
    await runStage(context, 'export-model', () => exportModel(context, data, delivered, backbone))
    const { [chosenArm]: _, ...otherSearches } = searches
    const comparisons = compareArms(scores)
    const result = resultSchema.parse({
      schemaVersion: 1,
      tool: { name: toolName, version },
      seed: config.seed,
      config: shownConfig(config),
      device: {
        provider: config.compute.device,
        threads,
        platform: `${process.platform} ${process.arch}`,
        node: process.version,
      },
      dataset,
      backbone: {
        name: backbone.contract.name,
        hash: backbone.contract.hash,
        features: backbone.contract.features,
        inputSize: [...backbone.contract.inputSize],
        ...(backbone.contract.note ? { note: backbone.contract.note } : {}),
      },
      gan: ganFacts(gan, context),
      quality,
      search,
      searches: otherSearches,
      arms: delivered.map((arm) => armResult(context, data, arm, scores)),
      comparisons,
      verdict: decide(context, data, delivered, scores, search),
      model: { arm: chosenArm, favoured },
      seconds: stageSeconds(directory, stages),
    } satisfies Result)
    writeJson(directory.result, result)
    return result
  } finally {
    await backbone.close()
  }
}

/** Two pieces of work side by side; where one fails the other is stopped. */
async function together<A, B>(
  context: RunContext,
  first: (inner: RunContext) => Promise<A>,
  second: (inner: RunContext) => Promise<B>,
): Promise<[A, B]> {
  const stop = new AbortController()
  const signal = context.signal ? AbortSignal.any([context.signal, stop.signal]) : stop.signal
  const inner = { ...context, signal }
  const guard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      stop.abort(error)
      throw error
    }
  }
  const [a, b] = await Promise.allSettled([guard(first(inner)), guard(second(inner))])
  // The first failure is the cause; the other side only heard the stop.
  if (stop.signal.aborted && !context.signal?.aborted) throw stop.signal.reason
  if (a.status === 'rejected') throw a.reason
  if (b.status === 'rejected') throw b.reason
  return [a.value, b.value]
}

/** First figures while the generator trains: what needs no synthetic image. */
async function scoreEarlyArms(context: RunContext, data: SearchData, cache: FeatureCache): Promise<void> {
  await extractFilmFeatures(context, data, cache)
  await runStage(context, 'early-arms', async () => {
    await fillConventionalPool(context, data, cache, 'early-arms')
    const specs = earlyArms.flatMap((arm) =>
      multiplesOf(arm, context.config.search.kMax).flatMap((k) => trialsOf(context, data, arm, k)),
    )
    await runTrials(context, 'early-arms', specs)
    return null
  })
}

interface Searched {
  delivered: DeliveredArm[]
  searches: Record<string, SearchResult>
}

/** Every arm at its K: the multiples searched, the rest fitted once; then, for the Adam head, the equal-steps controls. */
async function searchEveryArm(context: RunContext, data: SearchData): Promise<Searched> {
  const delivered: DeliveredArm[] = []
  const searches: Record<string, SearchResult> = {}
  const stage: StageName = 'search-k'
  await runStage(context, stage, async () => {
    const specs = [...earlyArms, ...generatorArms].flatMap((arm) =>
      multiplesOf(arm, context.config.search.kMax).flatMap((k) => trialsOf(context, data, arm, k)),
    )
    await runTrials(context, stage, specs)
    return null
  })
  for (const arm of [...earlyArms, ...generatorArms]) {
    if (arm.multiplyWith) {
      const { search, chosen } = await searchArm(context, data, arm, stage)
      searches[arm.name] = search
      delivered.push(deliver(arm, chosen))
    } else {
      delivered.push(deliver(arm, await fitOnce(context, data, arm)))
    }
  }
  if (context.config.head.kind === 'adam') delivered.push(...(await equalSteps(context, data, delivered)))
  return { delivered, searches }
}

function fitOnce(context: RunContext, data: SearchData, arm: Arm) {
  const [k] = multiplesOf(arm, context.config.search.kMax)
  return runTrials(context, 'search-k', trialsOf(context, data, arm, k))
}

async function equalSteps(
  context: RunContext,
  data: SearchData,
  delivered: readonly DeliveredArm[],
): Promise<DeliveredArm[]> {
  const steps = delivered.find(({ arm }) => arm.name === chosenArm)?.steps ?? null
  const out: DeliveredArm[] = []
  for (const arm of equalStepsArms) {
    const k = delivered.find((other) => other.arm.name === arm.equalStepsOf)?.k ?? 0
    out.push(deliver(arm, await runTrials(context, 'search-k', trialsOf(context, data, arm, k, steps))))
  }
  return out
}

function armResult(
  context: RunContext,
  data: SearchData,
  delivered: DeliveredArm,
  scores: readonly SetScores[],
): ArmResult {
  const { arm, k, size, steps } = delivered
  const parts = composition(arm, classCounts(data.train, data.classes), k)
  const countOf = (kinds: readonly string[]) =>
    parts.filter((p) => kinds.includes(p.kind)).reduce((sum, p) => sum + p.count, 0)
  return {
    name: arm.name,
    k,
    size,
    composition: {
      original: countOf(['original', 'resampled']),
      synthetic: countOf(['synthetic']),
      conventional: countOf(['conventional']),
    },
    role: arm.role,
    steps,
    selectionScore: selectionScore(context, data, delivered),
    evaluations: Object.fromEntries(scores.map((s) => [s.set, evaluation(s.yTrue, s.scores[arm.name], s.patients)])),
  }
}

function ganFacts(gan: AcganSummary, { config }: RunContext): Result['gan'] {
  return {
    steps: gan.steps,
    stepsPerSecond: gan.stepsPerSecond,
    seconds: gan.seconds,
    batchSize: config.gan.batchSize,
    width: config.gan.width,
    widths: config.gan.widths,
    parameters: gan.parameters,
  }
}
