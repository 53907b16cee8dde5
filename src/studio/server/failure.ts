/** What went wrong, as an answer: the sentence that the command line says. */
import type { Context } from 'hono'
import { UserError } from '../../base/errors.js'
import { isDiskFull } from '../../base/files.js'
import type { FailureAnswer } from '../wire/failure.js'
import { RefusedRequest } from './run-request.js'
import { ChangedMeanwhile, NotHere, OutOfReach } from './workplace.js'

/** Faults of kopt go to `note`, too: who has started the studio sees them where it was started. */
export function failureAnswer(error: Error, c: Context, note: (text: string) => void): Response {
  if (error instanceof UserError) {
    const problems = error instanceof RefusedRequest ? { problems: error.problems } : {}
    const answer: FailureAnswer = { error: { kind: 'user', message: error.message, ...problems } }
    return c.json(answer, statusOf(error))
  }
  note(`internal: ${error.stack ?? error.message}`)
  const message =
    'internal: something went wrong inside kopt; what happened stands where the studio was started. Please report it.'
  return c.json({ error: { kind: 'internal', message } } satisfies FailureAnswer, 500)
}

/** The page tries again by itself after 503 and 507: what was asked for may be had later. */
function statusOf(error: UserError): 400 | 404 | 409 | 503 | 507 {
  if (error instanceof NotHere) return 404
  if (error instanceof ChangedMeanwhile) return 409
  if (error instanceof OutOfReach) return 503
  return isDiskFull(error) ? 507 : 400
}
