/** What went wrong, as an answer: the sentence that the command line says. */
import type { Context } from 'hono'
import { UserError } from '../../base/errors.js'
import type { FailureAnswer } from '../wire/failure.js'
import { RefusedRequest } from './run-request.js'
import { ChangedMeanwhile, NotHere } from './workplace.js'

/** Faults of kopt go to `note`, too: who has started the studio sees them where it was started. */
export function failureAnswer(error: Error, c: Context, note: (text: string) => void): Response {
  if (error instanceof UserError) {
    const problems = error instanceof RefusedRequest ? { problems: error.problems } : {}
    const answer: FailureAnswer = { error: { kind: 'user', message: error.message, ...problems } }
    return c.json(answer, error instanceof NotHere ? 404 : error instanceof ChangedMeanwhile ? 409 : 400)
  }
  note(`internal: ${error.stack ?? error.message}`)
  const message =
    'internal: something went wrong inside kopt; what happened stands where the studio was started. Please report it.'
  return c.json({ error: { kind: 'internal', message } } satisfies FailureAnswer, 500)
}
