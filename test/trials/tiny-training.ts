/** A run that has come to its one training, of one step, which is posted in its folder. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { prepareData } from '../../src/experiment/stages/prepare-data.js'
import { PostedWork } from '../../src/record/posted-work.js'
import type { RunDirectory } from '../../src/record/run-directory.js'
import { tinyWork } from '../experiment/tiny-work.js'

// A child runs what was built.
const built = (name: string) => import(new URL(`../../dist/${name}.js`, import.meta.url).href)
const { postTrainings, trainGans } = (await built(
  'experiment/stages/train-gan',
)) as typeof import('../../src/experiment/stages/train-gan.js')
const { doWaiting } = (await built('trials/take-part')) as typeof import('../../src/trials/take-part.js')

/** @param more settings of the run */
export async function comeToTraining(more: readonly string[] = []) {
  const { context } = await tinyWork({ set: ['generator.kind=pca', ...more] })
  const prepared = await prepareData(context)
  postTrainings(context, prepared)
  const posted = new PostedWork(context.run)
  const [unit] = posted.board()
  const effects = { onEvent: () => {}, signal: new AbortController().signal }
  const lock = path.join(context.run.work, `${unit.id}.lock`)
  return {
    context,
    posted,
    unit,
    lock,
    /** By the run itself. */
    train: (signal?: AbortSignal) => trainGans({ ...context, signal }, prepared.search),
    /** As a process does that takes part. */
    doOne: () => doWaiting(context.run, posted, effects),
  }
}

/** What trainings leave. */
export const bytesOf = ({ gan }: RunDirectory) =>
  Object.fromEntries(readdirSync(gan).map((name) => [name, readFileSync(path.join(gan, name), 'base64')]))
