/** The model of a run, open, with what the run knows of films. */
import { nearest, UserError } from '../base/errors.js'
import { exists, isDirectory, listDirectory } from '../base/files.js'
import { placesOfFilms } from '../experiment/cohort/film-record.js'
import { openClassifier } from '../head/predict.js'
import { readStoredHead, type StoredHead } from '../head/stored-head.js'
import { openRunDirectory, type RunDirectory } from '../record/run-directory.js'
import { requireModel } from '../record/run-model.js'
import { requireWhole } from '../record/seals.js'
import { readResult } from '../record/stored-result.js'
import { physicalCores } from '../runtime/session.js'
import type { Judging } from './judgement.js'
import { likenessOf } from './likeness.js'

export const researchUse = 'research use only'

/** Which model. */
export interface ModelChoice {
  /** A run folder, or its `model/classifier.onnx`. */
  readonly model: string
  /** Another arm of the run; default: the one that was handed over. */
  readonly arm?: string
}

export interface OpenModel extends Judging {
  readonly arm: string
  readonly k: number
  /** Probability of the positive class from which the run called a film positive; null where it has none, or the model came without its run. */
  readonly cutoff: number | null
  /** The classifier's file. */
  readonly file: string
  /** The file of another arm's head. */
  readonly headFile?: string
}

/** To be closed by its classifier. Throws a `UserError` where there is no such model or arm. */
export async function openModel({ model, arm }: ModelChoice): Promise<OpenModel> {
  const run = isDirectory(model) ? openRunDirectory(model) : undefined
  if (!run && arm !== undefined) {
    throw new UserError(`--arm ${arm}: ${model} holds one arm alone; name the run folder to choose among its arms`)
  }
  const file = run ? requireModel(run, model) : model
  const head = run && arm !== undefined ? readHead(run, arm) : undefined
  const classifier = await openClassifier(file, { threads: physicalCores(), head })
  try {
    const named = head?.arm ?? classifier.info.arm
    return {
      classifier,
      seen: run && placesOfFilms(run),
      // Features of the arm without the common pixel path are other ones.
      likeness: run && !head?.native ? ifReadable(() => likenessOf(run)) : undefined,
      arm: named,
      k: head?.k ?? classifier.info.k,
      cutoff: (run && ifReadable(() => cutoffOf(run, named))) ?? null,
      file,
      ...(run && head && { headFile: run.head(head.arm) }),
    }
  } catch (error) {
    await classifier.close()
    throw error
  }
}

/** That of the films that the arm's cutoff was chosen on; a run whose result is gone has none. */
function cutoffOf(run: RunDirectory, arm: string): number | null {
  if (!exists(run.result)) return null
  const { arms } = readResult(run)
  return arms.find(({ name }) => name === arm)?.evaluations.internal?.cutoff ?? null
}

/** Of a run that another version has left, or whose other files are damaged, less is known; its model judges all the same. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function readHead(run: RunDirectory, arm: string): StoredHead {
  const file = run.head(arm)
  if (!exists(file)) {
    const arms = listDirectory(run.heads).map(({ name }) => name.replace(/\.json$/, ''))
    const like = nearest(arm, arms)
    throw new UserError(
      `--arm ${arm} is not in this run, which has ${arms.join(', ')}${like ? `; did you mean ${like}?` : ''}`,
    )
  }
  requireWhole(run, file)
  const head = readStoredHead(file)
  if (head.blocks !== undefined) {
    throw new UserError(
      `--arm ${arm}: the last block was trained with every head of this run, and ${run.classifier} holds the delivered arm's alone; leave --arm out`,
    )
  }
  return head
}
