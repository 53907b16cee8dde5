/**
 * What a resumed run does about files that are not as it left them. Everything in a run follows from its films and its
 * configuration, so that a damaged file is made again by the stage that made it, to the same bytes.
 */
import path from 'node:path'
import { listDirectory } from '../../base/files.js'
import { snapshotSteps } from '../../generator/snapshot-policy.js'
import type { StageName } from '../../record/events.js'
import type { RunDirectory } from '../../record/run-directory.js'
import type { Seals } from '../../record/seals.js'
import { trainedGenerator } from '../config/chosen-generator.js'
import type { Config } from '../config/schema.js'
import { finishedStage } from '../stage.js'
import type { ChosenSnapshot } from '../stages/choose-snapshot.js'

/** Stages whose marker must go where one of their files does; what is not listed is looked for each time and made where it is missing. */
const madeBy: readonly (readonly [file: RegExp, stages: readonly StageName[]])[] = [
  [/^private\/(prepared\.json|[^/]+\.npy)$/, ['prepare-data']],
  [/^features\/(train|selection)(-native)?\.npy$/, ['extract-features']],
  [/^features\/conventional-/, ['early-arms', 'other-pools']],
  [/^(pool|features)\/rival-/, ['rivals', 'other-pools']],
  [/^gan\//, ['train-gan']],
  [/^pool\/given-/, ['read-synthetic']],
  [/^pool\/call-/, ['call-generator']],
  [/^(pool|features)\/synthetic-/, ['fill-pool']],
  [/^private\/closest-pairs\.json$/, ['measure-synthetic']],
  [/^features\/(native-)?test-/, ['evaluate-arms']],
  [/^model\//, ['export-model']],
]

/** Every stage of a fold that needs what a finished fold has thrown away. */
const notKeptByFold: readonly StageName[] = [
  'extract-features',
  'early-arms',
  'rivals',
  'call-generator',
  'fill-pool',
  'search-k',
  'select-films',
  'evaluate-arms',
]

/** What is said of checksums that are lost; asked before anything is vouched for again. */
export function lostChecksums({ state, seals: file, progress }: RunDirectory, seals: Seals): string[] {
  const remedy = 'what it no longer vouches for is made anew'
  const name = `state/${path.basename(file)}`
  if (seals.empty) return [`${name} was missing or damaged: ${remedy}`]
  const bare = listDirectory(state)
    .map((entry) => entry.name)
    // How far a run was when it was stopped is a passing note, which nothing vouches for.
    .filter((name) => name.endsWith('.json') && name !== path.basename(progress))
    .filter((marker) => seals.recorded(path.join(state, marker)) === undefined)
  if (bare.length === 0 && seals.unreadable === 0) return []
  const named = bare.length > 0 ? ` (it says nothing of ${bare.join(', ')})` : ''
  return [`${name} was damaged or cut short, as a kill may leave it${named}: ${remedy}`]
}

/** Undoes what damaged files (paths within the run) of a run with this configuration hang on; answers what is said of it. */
export function makeAnew(
  run: RunDirectory,
  seals: Seals,
  damaged: readonly string[],
  { training, generator }: Pick<Config, 'training' | 'generator'>,
): string[] {
  seals.mend()
  const snapshots =
    training.snapshot === 'last' ? [] : snapshotSteps(training.snapshot, trainedGenerator({ generator }).steps)
  const needed = damaged.filter((file) => !isSpare(run, seals, file, snapshots))
  for (const file of needed) {
    const [, folder, number, inFold = ''] = /^(folds|inner)\/(\d+)\/(.+)$/.exec(file) ?? []
    if (folder === 'folds') undoInFold(run.fold(Number(number)), seals, inFold)
    else if (folder === 'inner') undo(run.inner(Number(number)), seals, inFold)
    else undo(run, seals, file)
  }
  const others = needed.filter((file) => !isSaid(file))
  const spare = damaged.filter((file) => !needed.includes(file))
  // Said once: whoever removes them then hears no more of it.
  seals.forget(...spare.map((file) => path.join(run.root, file)))
  const list = (files: readonly string[]) =>
    files.slice(0, 5).join(', ') + (files.length > 5 ? ` and ${files.length - 5} more` : '')
  return [
    ...(others.length > 0 ? [`missing or damaged since the run was stopped, and made anew: ${list(others)}`] : []),
    ...(spare.length > 0
      ? [
          `missing or damaged, and of no further use, for their GAN has been trained: ${list(spare)}; remove them if you like`,
        ]
      : []),
  ]
}

/** Stages that are to be done again where a file is no longer there. */
export function stagesBehind(file: string): readonly StageName[] {
  return madeBy.find(([pattern]) => pattern.test(file))?.[1] ?? []
}

function undo(directory: RunDirectory, seals: Seals, file: string): void {
  const stages = stagesBehind(file)
  for (const stage of stages) seals.distrust(directory.stage(stage))
  // A generator that is called fills the pools itself.
  if (/^pool\/synthetic-/.test(file)) seals.distrust(directory.stage('call-generator'))
  // Given images go through a pool of each draw.
  if (stages.includes('read-synthetic')) seals.distrust(directory.stage('fill-pool'))
  // A trial is the head and the block beside it.
  if (/^trials\/.*\.safetensors$/.test(file)) {
    seals.distrust(path.join(directory.root, file.replace(/safetensors$/, 'json')))
  }
}

/** A finished fold has removed its pools and features: where one of its files is made anew, so is all that followed its GAN. */
function undoInFold(fold: RunDirectory, seals: Seals, file: string): void {
  undo(fold, seals, file)
  const finished = seals.recorded(fold.foldOutcome) !== undefined
  if (!finished) return
  seals.distrust(fold.foldOutcome)
  for (const stage of notKeptByFold) seals.distrust(fold.stage(stage))
  // Their blocks, where they have any, are gone too.
  for (const { name } of listDirectory(fold.trials)) seals.distrust(path.join(fold.trials, name))
}

/**
 * Pictures of a GAN's training, and checkpoints before its last but `snapshots` that have still to be chosen from, and the one that
 * was chosen: nothing reads them again, and only training would make them.
 */
function isSpare(run: RunDirectory, seals: Seals, file: string, snapshots: readonly number[]): boolean {
  if (!/(^|\/)gan\//.test(file)) return false
  const place = path.join(run.root, file)
  const step = checkpointStep(file)
  const folder = path.dirname(place)
  if (snapshots.includes(step) && chosenSteps(run, seals, file)?.includes(step) !== false) return false
  const later = listDirectory(folder).some(
    ({ name }) => checkpointStep(name) > step && seals.holds(path.join(folder, name)),
  )
  return file.endsWith('.png') || (step >= 0 && later)
}

/** Steps of the snapshots that were chosen in the run or the fold that a file is of; undefined where none was yet. */
function chosenSteps(run: RunDirectory, seals: Seals, file: string): number[] | undefined {
  const [, fold] = /^folds\/(\d+)\//.exec(file) ?? []
  const directory = fold === undefined ? run : run.fold(Number(fold))
  return finishedStage<readonly ChosenSnapshot[]>({ directory, seals }, 'choose-snapshot')?.map(({ step }) => step)
}

/** -1 for what is no checkpoint. */
function checkpointStep(file: string): number {
  return Number(/checkpoint-(\d+)\.safetensors$/.exec(file)?.[1] ?? -1)
}

/** Told of where they are read. */
function isSaid(file: string): boolean {
  return /^((private\/)?config\.yaml|external\/.*)$/.test(file)
}
