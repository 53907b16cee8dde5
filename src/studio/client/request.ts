/** Requests to the studio's server. What goes wrong is a `RequestError`, whose message is the sentence to show. */
import type { FailureAnswer } from '../wire/failure.js'
import type { RequestProblem } from '../wire/run-request.js'

export class RequestError extends Error {
  constructor(
    message: string,
    /** Of the answer; 0 where there was none. */
    readonly status: number,
    /** What is wrong with what was chosen, each at its place. */
    readonly problems?: readonly RequestProblem[],
  ) {
    super(message)
  }
}

const unreachable =
  'The studio does not answer: was it ended where it was started? Start it again there (kopt studio); this page goes on by itself.'

export async function get<Answer>(address: string, signal?: AbortSignal): Promise<Answer> {
  return (await asked(address, { signal })).json() as Promise<Answer>
}

/** Sends plain data. */
export async function send<Answer>(
  method: 'POST' | 'PUT' | 'DELETE',
  address: string,
  data?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const body = data === undefined ? {} : { body: JSON.stringify(data), headers: { 'content-type': 'application/json' } }
  const response = await asked(address, { method, signal, ...body })
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

/** Sends a file's bytes; its name stands in a header, since addresses hold none. */
export async function sendFile(address: string, file: Blob, name: string, signal?: AbortSignal): Promise<void> {
  await asked(address, { method: 'POST', body: file, headers: { 'kopt-name': encodeURIComponent(name) }, signal })
}

export async function asked(address: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(address, init)
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    throw new RequestError(unreachable, 0)
  }
  if (response.ok) return response
  throw await failureOf(response)
}

async function failureOf(response: Response): Promise<RequestError> {
  const { status } = response
  const text = await response.text()
  try {
    const { message, problems } = (JSON.parse(text) as FailureAnswer).error
    return new RequestError(message, status, problems)
  } catch {
    return new RequestError(text.trim() || `The studio answered ${status} without a word.`, status)
  }
}
