/**
 * A run from its films to its result. Each stage leaves its output on disk and is skipped when it is already there, so
 * that a killed run goes on where it was.
 */
import type { Backbone } from '../../backbone/backbone.js'
import { Interrupted } from '../../base/errors.js'
import { knownValue } from '../../base/own-value.js'
import { requireGenerated } from '../../generator/given/read.js'
import { chosenArm } from '../../record/arm.js'
import type { Result } from '../../record/result.js'
import { figuresOnSets } from '../../scoring/figures.js'
import { withArms } from '../../scoring/set-scores.js'
import { decide } from '../../scoring/verdict.js'
import { outsideFoldsWords } from '../../words/run-warnings.js'
import type { FilmsContext } from '../cohort/find-films.js'
import { givenImages } from '../config/chosen-generator.js'
import { upToMultiple } from '../config/multiples.js'
import { resumeLine } from '../config/resume-line.js'
import { type RunSizes, sayExpectedTime } from '../measure/expected-time.js'
import { runStage } from '../stage.js'
import { requireNamed } from '../stages/call-generator.js'
import { writeScores } from '../stages/evaluate-arms.js'
import { exportModel, favouredArm } from '../stages/export-model.js'
import { readGivenImages } from '../stages/given-images.js'
import { judgeArm } from '../stages/judge-arms.js'
import { learnFromRealFilms } from '../stages/learning-curve.js'
import { keepDecisions } from '../stages/leave-out-rejected.js'
import { measureSynthetic } from '../stages/measure-synthetic.js'
import { openForRun } from '../stages/open-backbone.js'
import { prepareData } from '../stages/prepare-data.js'
import { writeSamples } from '../stages/sample-images.js'
import { postTrainings } from '../stages/train-gan.js'
import type { RunContext } from '../work/run-context.js'
import { comparatorsOfFolds, type FoldOutcome, joinFolds, runFolds } from './folds.js'
import { type ProcedureOutcome, runProcedure } from './procedure.js'
import { runResult } from './run-result.js'
import { worthOf } from './worth.js'

export interface PipelineContext extends RunContext, FilmsContext {
  /** Asked before hours are spent, with the seconds expected; false: stop here. */
  readonly confirm?: (seconds: number) => Promise<boolean>
}

export async function runPipeline(run: PipelineContext): Promise<Result> {
  const { config, directory, seals } = run
  const imagesGiven = givenImages(config)
  if (imagesGiven && !seals.holds(directory.stage('read-synthetic'))) requireGenerated(imagesGiven.from)
  if (!seals.holds(directory.stage('call-generator'))) requireNamed(run)
  keepDecisions(run)
  const opened = await openForRun(run)
  const { backbone, top } = opened
  const context = { ...run, ...(top && { top }) }
  try {
    const prepared = await prepareData(context)
    const { search: data, sealed, folds, dataset } = prepared
    const inFolds = folds.length + prepared.inner.length > 0
    if (config.synthetic.rejected !== null && inFolds && !imagesGiven && !seals.holds(directory.stage('fill-pool')))
      run.emit({ type: 'warning', text: outsideFoldsWords })
    const given = imagesGiven && (await readGivenImages(context, imagesGiven, data, sealed))
    const limited = given ? upToMultiple(context, given.kMax) : context
    await confirmHours(limited, backbone, { data, sealed, folds: folds.length, inner: prepared.inner.length })
    postTrainings(limited, prepared)
    const procedure = await runProcedure(limited, backbone, prepared)
    const { delivered, searches } = procedure
    const quality = await measureSynthetic(context, data)
    await writeSamples(context, data)
    const sizes = await learnFromRealFilms(context, data)
    const model = { arm: chosenArm, favoured: favouredArm(config, data, delivered) }
    await runStage(context, 'export-model', () => exportModel(context, data, delivered, backbone))
    const foldOutcomes = await runFolds(context, backbone, data, folds)
    const { scores, comparators, chosenKs } =
      foldOutcomes.length > 0 ? overFolds(context, procedure, foldOutcomes) : onOneSplit(procedure)
    const arms = delivered.map((arm) => ({ name: arm.arm.name, clinical: judgeArm(context, data, arm) }))
    const scoresOfArms = scores.map((set) =>
      withArms(
        set,
        arms.map(({ name }) => name),
      ),
    )
    const { arms: figures, ...comparisons } = figuresOnSets(scoresOfArms, arms, config.evaluation.prevalence)
    const { [chosenArm]: _, ...otherSearches } = searches
    const search = knownValue(searches, chosenArm)
    const verdict = decide(scoresOfArms, {
      delta: config.verdict.delta,
      comparators,
      gans: config.training.seeds,
      selectOn: search.selectOn,
      chosenKs,
    })
    const result = runResult(context, {
      dataset,
      backbone: opened,
      data,
      given,
      procedure,
      quality,
      search,
      searches: otherSearches,
      folds: foldOutcomes,
      figures,
      scores,
      ...comparisons,
      worth: worthOf(config, sizes, comparisons.comparisons, {
        present: data.train.films.length,
        topTrained: top !== undefined,
      }),
      verdict,
      model,
    })
    seals.writeJson(directory.result, result)
    return result
  } finally {
    await backbone.close()
  }
}

/** Says how long the rest will take, once, and stops where that is not wanted. */
async function confirmHours(context: PipelineContext, backbone: Backbone, sizes: RunSizes): Promise<void> {
  const { directory, seals, confirm } = context
  if (seals.holds(directory.stage('extract-features'))) return
  const seconds = await sayExpectedTime(context, backbone, sizes)
  if ((await confirm?.(seconds)) === false) {
    throw new Interrupted(`stopped before the long part; go on with: ${resumeLine(directory.root, context.config)}`)
  }
}

/** What the verdict is decided on. */
interface Tested extends Pick<ProcedureOutcome, 'scores' | 'comparators'> {
  readonly chosenKs: readonly number[]
}

function onOneSplit({ scores, comparators, searches }: ProcedureOutcome): Tested {
  return { scores, comparators, chosenKs: [knownValue(searches, chosenArm).kOptimal] }
}

/** With folds the internal scores are those of the folds; other hospitals are scored by the model that is handed over. */
function overFolds(
  context: Pick<RunContext, 'directory' | 'seals'>,
  { scores }: ProcedureOutcome,
  folds: readonly FoldOutcome[],
): Tested {
  const joined = joinFolds(folds)
  writeScores(context, [joined])
  return {
    scores: [joined, ...scores],
    comparators: comparatorsOfFolds(folds),
    chosenKs: folds.map(({ facts }) => facts.kOptimal),
  }
}
