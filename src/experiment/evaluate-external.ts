/**
 * One more hospital: a finished run's arms on films that it has never seen, by the same pixel path, backbone and heads.
 * Whatever was chosen had been chosen before; nothing is fitted, and result.json stays as it was.
 */
import path from 'node:path'
import { type Backbone, openBackbone } from '../backbone/backbone.js'
import { FeatureCache } from '../backbone/feature-cache.js'
import { formatCsv } from '../base/csv.js'
import { throwProblems, UserError } from '../base/errors.js'
import { exists, readBytes, writeAtomic } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { datasetName } from '../base/path-name.js'
import { shownPath } from '../base/shown-path.js'
import { toolName, version } from '../base/version.js'
import { type AuditedCohort, auditCohorts } from '../dataset/audit.js'
import { loadPixels } from '../dataset/load.js'
import { openDataset } from '../dataset/open.js'
import { counted, firstFew } from '../dataset/reader.js'
import { readingOf } from '../dataset/reading.js'
import { shownWarning } from '../dataset/warning.js'
import { outputsFor } from '../head/head.js'
import { readStoredHead, type StoredHead } from '../head/stored-head.js'
import type { EventSink } from '../record/events.js'
import { type ExternalSet, externalSet } from '../record/external-set.js'
import type { ArmResult, Result } from '../record/result.js'
import type { RunDirectory } from '../record/run-directory.js'
import { openRun } from '../record/run-store.js'
import { requireWhole, Seals } from '../record/seals.js'
import { problemsOfSetNames } from '../record/set-name.js'
import { readExternalSets, readResult } from '../record/stored-result.js'
import { physicalCores } from '../runtime/session.js'
import { figuresOnSets, type ScoredArm } from '../scoring/figures.js'
import { scoreTable } from '../scoring/score-table.js'
import { secondLook } from '../scoring/second-look.js'
import { headScores, type SetScores } from '../scoring/set-scores.js'
import { armInSentence } from '../words/names.js'
import { placesOfFilms } from './cohort/film-record.js'
import { scoredSetOf, type TestSet } from './cohort/film-set.js'
import type { Config } from './config/schema.js'
import { storedConfig } from './config/stored.js'
import { progressOf } from './stage.js'
import { noteOpening } from './stages/evaluate-arms.js'
import { nativePixels } from './stages/extract-features.js'

export interface ExternalRequest {
  /** Folder of a finished run. */
  run: string
  dataset: string
  /** Name of the set; default: that of the dataset. */
  name?: string
  patientFrom?: string
  /** Annotations that films are cut to. */
  roi?: string
  /** Where the run's backbone lies now, if it has moved. */
  backbone?: string
  skipUnreadable?: boolean
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
    return await evaluateHeld(directory, request, { ...effects, signal })
  } catch (error) {
    throw lost.aborted ? lost.reason : error
  } finally {
    release()
  }
}

async function evaluateHeld(
  directory: RunDirectory,
  request: ExternalRequest,
  effects: ExternalEffects,
): Promise<ExternalOutcome> {
  const config = storedConfig(directory, 'to evaluate its arms on more films')
  const result = readResult(directory)
  const name = request.name ?? datasetName(request.dataset)
  refuseTakenName(directory, result, name)
  const backbone = await openOwnBackbone(config, result, request)
  try {
    const heads = readHeads(directory, result, backbone)
    const { test, cohort } = await readFilms(request, config, result, { name, effects })
    const overlapChecked = refuseKnownFilms(directory, request.dataset, test)
    noteOpening({ run: directory, emit: effects.onEvent }, test)
    const openedAt = new Date().toISOString()
    const scores = await scoreFilms(directory, result, backbone, heads, test, effects)
    const set = externalSet.parse({
      schemaVersion: 1,
      tool: { name: toolName, version },
      name,
      openedAt,
      resultHash: hashBytes(readBytes(directory.result)),
      films: Object.fromEntries(
        result.dataset.classes.map((label, c) => [label, test.films.filter((film) => film.classIndex === c).length]),
      ),
      patients: new Set(scores.patients).size,
      patientSource: cohort.patientSource,
      flow: { set: name, ...cohort.flow },
      warnings: cohort.warnings.map(shownWarning),
      reading: readingOf(cohort.films),
      overlapChecked,
      ...figuresOf(directory, config, result, scores),
    } satisfies ExternalSet)
    for (const { arm } of heads) writeAtomic(directory.scoresOf(arm, name), scoreTable(scores, arm))
    writeAtomic(
      directory.externalFilms(name),
      formatCsv(
        ['film', 'label', 'patient', 'patient_in_source', 'file'],
        cohort.films.map((film) => [film.id, film.label, film.patientId, film.patient, film.file]),
      ),
    )
    const file = directory.externalSet(name)
    new Seals(directory).writeJson(file, set)
    await effects.writeReport(directory)
    return { directory, set, file }
  } finally {
    await backbone.close()
  }
}

function refuseTakenName(directory: RunDirectory, result: Result, name: string): void {
  if (exists(directory.externalSet(name))) {
    throw new UserError(
      `${shownPath(directory.root)} has been evaluated on a set named ${name} already; give these films another --name, or remove ${shownPath(directory.externalSet(name))} first`,
    )
  }
  const taken = [...Object.keys(result.dataset.external), ...readExternalSets(directory).map((set) => set.name)]
  throwProblems('the name of the set (--name)', problemsOfSetNames([name], taken))
}

/** The very backbone of the run, by the hash of its bytes. */
async function openOwnBackbone(
  { backbone: { name, inputSize }, compute }: Config,
  result: Result,
  { run, backbone: moved }: ExternalRequest,
): Promise<Backbone> {
  const file = moved ?? name
  if (moved === undefined && path.isAbsolute(name) && !exists(name)) {
    throw new UserError(`the backbone of ${run} is not at ${name} any more; say where it is: --backbone FILE.onnx`)
  }
  const backbone = await openBackbone(file, {
    threads: physicalCores(),
    device: compute.device,
    inputSize: inputSize ?? undefined,
  })
  if (backbone.contract.hash !== result.backbone.hash) {
    await backbone.close()
    throw new UserError(
      `${file} is not the backbone that ${run} was made with (its bytes differ: ${backbone.contract.hash.slice(0, 12)}, not ${result.backbone.hash.slice(0, 12)}); name the old one with --backbone, or make a new run`,
    )
  }
  return backbone
}

function readHeads(directory: RunDirectory, result: Result, backbone: Backbone): StoredHead[] {
  const missing = result.arms.filter(({ name }) => !exists(directory.head(name)))
  if (missing.length > 0) {
    throw new UserError(
      `${shownPath(directory.heads)} lacks the heads of ${missing.map(({ name }) => name).join(', ')}; restore the folder model from the run`,
    )
  }
  const heads = result.arms.map(({ name }) => {
    requireWhole(directory, directory.head(name))
    return readStoredHead(directory.head(name))
  })
  if (heads.some(({ blocks }) => blocks !== undefined)) {
    throw new UserError(
      `the last block was trained with every head of ${shownPath(directory.root)}, and its model holds the delivered arm's alone, so its arms can't be compared on new films; name the set when the run begins (--external), or score films by kopt predict`,
    )
  }
  const outputs = outputsFor(result.dataset.classes.length)
  const wrong = heads.filter(({ weights }) => weights.length !== outputs * backbone.contract.features)
  if (wrong.length > 0) {
    throw new UserError(
      `the heads of ${wrong.map(({ arm }) => arm).join(', ')} in ${shownPath(directory.heads)} don't fit the backbone; restore the folder model from the run`,
    )
  }
  return heads
}

/** Films on the run's pixel path. */
async function readFilms(
  { dataset, patientFrom, roi, skipUnreadable }: ExternalRequest,
  config: Config,
  { dataset: own }: Result,
  { name, effects: { onEvent, signal } }: { name: string; effects: ExternalEffects },
): Promise<{ test: TestSet; cohort: AuditedCohort['cohort'] }> {
  const opened = openDataset(dataset, {
    patientFrom: patientFrom ?? config.patientFrom ?? undefined,
    roi,
    name,
    idPrefix: `${name}-`,
  })
  const unknown = opened.classes.filter((label) => !own.classes.includes(label))
  if (unknown.length > 0) {
    throw new UserError(
      `${dataset} has class ${unknown.join(', ')}, but the run knows ${own.classes.join(', ')}; rename its folders or labels to match`,
    )
  }
  const progress = progressOf({ emit: onEvent }, 'prepare-data', opened.films.length, 'films', 2)
  const { internal } = await auditCohorts(
    { internal: opened, external: {} },
    { forSplit: false, skipUnreadable, onProgress: () => progress(1), signal },
  )
  const { cohort, maxValue } = internal
  const cropped = cohort.films.some((film) => film.roi !== undefined)
  if (Object.keys(config.roi).includes('internal') && !cropped) {
    throw new UserError(
      `the run was made on regions cut out of films, and ${dataset} holds whole films; say where to look: --roi FILE`,
    )
  }
  const [height, width, channels] = own.imageSize
  const pixels = await loadPixels(
    cohort.films,
    { height, width, channels: channels as 1 | 3, maxValue },
    () => progress(1),
    signal,
  )
  const films = cohort.films.map((film) => ({ ...film, classIndex: own.classes.indexOf(film.label) }))
  return { test: { name, films, pixels, maxValue }, cohort }
}

/** New films only: one that the run trained, chose or was tested on would flatter it. False where that can't be told. */
function refuseKnownFilms(directory: RunDirectory, dataset: string, { films }: TestSet): boolean {
  const places = placesOfFilms(directory)
  if (!places) return false
  const known = films.flatMap((film) => {
    const place = places.get(film.pixelHash)
    return place === undefined ? [] : [{ name: film.name, place }]
  })
  const words: Record<string, string> = { train: 'training', tuning: 'tuning', test: 'test' }
  const kinds = [...new Set(known.map(({ place }) => place))]
  throwProblems(
    `${dataset} holds films of the run itself, and new ones are wanted; take them out, or mark them in an exclude column`,
    kinds.map((kind) => {
      const own = known.filter(({ place }) => place === kind).map(({ name }) => name)
      return `${counted(own.length, `${words[kind] ?? kind} film`)}: ${firstFew(own)}`
    }),
  )
  return true
}

async function scoreFilms(
  directory: RunDirectory,
  { dataset: { classes, positive } }: Result,
  backbone: Backbone,
  heads: readonly StoredHead[],
  test: TestSet,
  { onEvent, signal }: ExternalEffects,
): Promise<SetScores> {
  const cache = new FeatureCache(directory.features, backbone)
  const progress = progressOf({ emit: onEvent }, 'evaluate-arms', test.films.length, 'films', 2)
  const common = await cache.features(test.pixels, progress, signal)
  const native = await cache.features(await nativePixels({ signal }, test, backbone), progress, signal)
  const positiveIndex = positive === null ? null : classes.indexOf(positive)
  return {
    ...scoredSetOf(test, { classes, positiveIndex }),
    scores: Object.fromEntries(heads.map((head) => [head.arm, headScores(head, head.native ? native : common)])),
  }
}

/** What a run says of its own sets, said of this one with the run's cutoffs; and a second look at its verdict. */
function figuresOf(
  directory: RunDirectory,
  config: Config,
  result: Result,
  scores: SetScores,
): Pick<ExternalSet, 'arms' | 'comparisons' | 'accuracyComparisons' | 'secondLook' | 'text'> {
  const { set: name } = scores
  const { arms, ...comparisons } = figuresOnSets([scores], result.arms.map(scoredArm), config.evaluation.prevalence)
  const setsBefore = Object.keys(result.dataset.external).length + readExternalSets(directory).length
  const look = secondLook(
    scores,
    result.verdict.comparators.map((comparator) => comparator.name),
    setsBefore + 1,
  )
  return {
    arms: arms.map(({ name: arm, evaluations, cutoffs, calibration, decision, byPatient }) => ({
      name: arm,
      evaluation: evaluations[name],
      ...(cutoffs && {
        cutoffs: cutoffs.map((cutoff) => cutoff.evaluations[name] ?? null),
        calibration: calibration?.[name],
        decision: decision?.[name],
        byPatient: byPatient?.[name],
      }),
    })),
    ...comparisons,
    secondLook: look,
    text: secondLookInWords(result, name, look),
  }
}

/** An arm with the cutoffs and priors that the run found for it. */
function scoredArm({ name, cutoffs, calibration }: ArmResult): ScoredArm {
  const priors = Object.values(calibration ?? {})[0]?.prior
  return cutoffs && priors ? { name, clinical: { cutoffs, priors } } : { name }
}

function secondLookInWords({ verdict, search }: Result, name: string, look: ExternalSet['secondLook']): string {
  const before = `These films were added after the run: K = ${search.kOptimal}, every penalty, cutoff and arm had been chosen before they were opened, and result.json stands as it was.`
  const worse = look.filter(({ high }) => high !== null && high < 0)
  if (worse.length === 0) return before
  const against = armInSentence(worse[0].comparator)
  const reading = verdict.benefit === 'yes' ? ` Read the verdict’s yes as unclear.` : ''
  return `${before} On ${name} the model with the chosen K is worse than ${against}.${reading}`
}
