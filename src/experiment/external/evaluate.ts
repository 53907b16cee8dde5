/**
 * One more hospital: a finished run's arms on films that it has never seen, by the same pixel path, backbone and heads.
 * Whatever was chosen had been chosen before; nothing is fitted, and result.json stays as it was.
 */
import { FeatureCache } from '../../backbone/feature-cache.js'
import { formatCsv } from '../../base/csv.js'
import { elementAt } from '../../base/element-at.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { exists, readBytes, writeAtomic } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { datasetName } from '../../base/path-name.js'
import { shownPath } from '../../base/shown-path.js'
import { toolName, version } from '../../base/version.js'
import { readingOf } from '../../dataset/reading.js'
import { shownWarning } from '../../dataset/warning.js'
import type { EventSink } from '../../record/events.js'
import { type ExternalSet, externalSet } from '../../record/external-set.js'
import { progressOf } from '../../record/progress.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { openRun } from '../../record/run-store.js'
import { Seals } from '../../record/seals.js'
import { problemsOfSetNames } from '../../record/set-name.js'
import { readExternalSets } from '../../record/stored-result.js'
import { scoreTable } from '../../scoring/score-table.js'
import { headScores, type SetScores } from '../../scoring/set-scores.js'
import { classCounts, scoredSetOf, type TestSet } from '../cohort/film-set.js'
import { noteOpening } from '../stages/evaluate-arms.js'
import { nativePixels } from '../stages/extract-features.js'
import { type FinishedRun, openModels, type RunModels, readFinishedRun } from './finished-run.js'
import { figuresOnNewSet } from './look-again.js'
import { type FilmsRequest, type NewFilms, readNewFilms } from './new-films.js'

export interface ExternalRequest extends FilmsRequest {
  /** Folder of a finished run. */
  readonly run: string
  /** Name of the set; default: that of the dataset. */
  readonly name?: string
  /** Where the run's backbone lies now, if it has moved. */
  readonly backbone?: string
}

export interface ExternalEffects {
  /** Writes report.html and the tables with the set in them. */
  readonly writeReport: (directory: RunDirectory) => Promise<void>
  readonly onEvent: EventSink
  readonly signal?: AbortSignal
}

export interface ExternalOutcome {
  readonly directory: RunDirectory
  readonly set: ExternalSet
  /** `external/NAME.json` in the run's folder. */
  readonly file: string
}

/** Evaluates and leaves `external/NAME.json` and scores/*.csv. Throws a `UserError` for all that the user can mend. */
export async function evaluateExternal(request: ExternalRequest, effects: ExternalEffects): Promise<ExternalOutcome> {
  const { directory, lost, release } = openRun(request.run, 'evaluate')
  const signal = AbortSignal.any([lost, ...(effects.signal ? [effects.signal] : [])])
  try {
    return await evaluateHeld(readFinishedRun(directory), request, { ...effects, signal })
  } catch (error) {
    throw lost.aborted ? lost.reason : error
  } finally {
    release()
  }
}

/** The same in a run's folder that is held against others. */
async function evaluateHeld(
  run: FinishedRun,
  request: ExternalRequest,
  effects: ExternalEffects,
): Promise<ExternalOutcome> {
  const { directory, config, result } = run
  const name = request.name ?? datasetName(request.dataset)
  const setsBefore = refuseTakenName(run, name)
  const models = await openModels(run, request.backbone)
  try {
    const films = await readNewFilms(run, name, request, effects)
    noteOpening({ run: directory, emit: effects.onEvent }, films.set)
    const openedAt = new Date().toISOString()
    const scores = await scoreFilms(run, models, films.set, effects)
    const figures = figuresOnNewSet(result, scores, { prevalence: config.evaluation.prevalence, setsBefore })
    const set = externalSet.parse({ ...setFacts(run, films), openedAt, ...figures } satisfies ExternalSet)
    const file = writeSet(directory, set, films, scores)
    await effects.writeReport(directory)
    return { directory, set, file }
  } finally {
    await models.backbone.close()
  }
}

/** Answers how many sets of other hospitals the run has met. */
function refuseTakenName({ directory, result }: FinishedRun, name: string): number {
  const file = directory.externalSet(name)
  if (exists(file)) {
    throw new UserError(
      `${shownPath(directory.root)} has been evaluated on a set named ${name} already; give these films another --name, or remove ${shownPath(file)} first`,
    )
  }
  const taken = [...Object.keys(result.dataset.external), ...readExternalSets(directory).map((set) => set.name)]
  throwProblems('the name of the set (--name)', problemsOfSetNames([name], taken))
  return taken.length
}

/** Scores of every arm, each on the features that its head was fitted on. */
async function scoreFilms(
  { directory, result }: FinishedRun,
  { backbone, heads }: RunModels,
  set: TestSet,
  { onEvent, signal }: ExternalEffects,
): Promise<SetScores> {
  const { classes, positive } = result.dataset
  const cache = new FeatureCache(directory.features, backbone)
  const progress = progressOf({ emit: onEvent }, 'evaluate-arms', set.films.length, 'films', 2)
  const common = await cache.features(set.pixels, progress, signal)
  const native = await cache.features(await nativePixels({ signal }, set, backbone), progress, signal)
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  return {
    ...scoredSetOf(set, { classes, positiveIndex }),
    scores: Object.fromEntries(heads.map((head) => [head.arm, headScores(head, head.native ? native : common)])),
  }
}

function setFacts({ directory, result }: FinishedRun, { set, cohort, overlapChecked }: NewFilms) {
  const { classes } = result.dataset
  const counts = classCounts(set, classes)
  return {
    schemaVersion: 1,
    tool: { name: toolName, version },
    name: set.name,
    resultHash: hashBytes(readBytes(directory.result)),
    films: Object.fromEntries(classes.map((label, c) => [label, elementAt(counts, c)])),
    patients: new Set(cohort.films.map((film) => film.patientId)).size,
    patientSource: cohort.patientSource,
    flow: { set: set.name, ...cohort.flow },
    warnings: cohort.warnings.map(shownWarning).concat(cohort.remarks),
    reading: readingOf(cohort.films),
    overlapChecked,
  } as const
}

/** Leaves the scores, the table of films (private) and the set itself; answers the file of the last. */
function writeSet(directory: RunDirectory, set: ExternalSet, { cohort }: NewFilms, scores: SetScores): string {
  const { name } = set
  for (const arm of Object.keys(scores.scores)) writeAtomic(directory.scoresOf(arm, name), scoreTable(scores, arm))
  writeAtomic(
    directory.externalFilms(name),
    formatCsv(
      ['film', 'label', 'patient', 'patient_in_source', 'file'],
      cohort.films.map((film) => [film.id, film.label, film.patientId, film.patient, film.file]),
    ),
  )
  const file = directory.externalSet(name)
  new Seals(directory).writeJson(file, set)
  return file
}
