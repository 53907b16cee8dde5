/** What the judge runs: the model, opened once. It is given pixels alone, never a file of anyone. */
import { serveJobs } from '../base/child-process.js'
import { UserError } from '../base/errors.js'
import { readBytes } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import type { PixelTarget } from '../image/resize.js'
import { type FilmPixels, type Judgement, judgementsOf } from '../prediction/judgement.js'
import { type ModelChoice, type OpenModel, openModel } from '../prediction/open-model.js'

/** What is to be known of a model. */
export interface ModelFacts extends Pick<OpenModel, 'arm' | 'k' | 'cutoff'> {
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly cropped: boolean
  readonly target: PixelTarget
  /** Of the classifier's file. */
  readonly sha256: string
  /** Of the file of another arm's head. */
  readonly headSha256: string | null
}

export interface JudgeJob {
  readonly choice: ModelChoice
  /** The model as it was when it was first opened; absent: it is now. */
  readonly expected?: ModelFacts
  readonly films: readonly FilmPixels[]
}

export interface JudgeResult {
  readonly facts: ModelFacts
  readonly judgements: readonly Judgement[]
  /** Of this process. */
  readonly memoryBytes: number
}

let opened: { readonly model: OpenModel; readonly facts: ModelFacts } | undefined

serveJobs<JudgeJob, JudgeResult>(async ({ choice, expected, films }) => {
  opened ??= await open(choice)
  const { model, facts } = opened
  if (expected && (facts.sha256 !== expected.sha256 || facts.headSha256 !== expected.headSha256)) {
    opened = undefined
    await model.classifier.close()
    throw new UserError('the model is another one than at the start')
  }
  const judgements = await judgementsOf(model, films)
  return { facts, judgements, memoryBytes: process.memoryUsage.rss() }
})

async function open(choice: ModelChoice): Promise<NonNullable<typeof opened>> {
  const model = await openModel(choice)
  const { arm, k, cutoff, file, headFile, classifier } = model
  const { classes, positive, cropped } = classifier.info
  const headSha256 = headFile === undefined ? null : hashBytes(readBytes(headFile))
  const sha256 = hashBytes(readBytes(file))
  const { target } = classifier
  return { model, facts: { arm, k, cutoff, classes, positive, cropped, target, sha256, headSha256 } }
}
