/** Requests to the studio's server. What goes wrong is a `RequestError`, whose message is the sentence to show. */
import type { FailureAnswer } from '../wire/failure.js'

export class RequestError extends Error {
  constructor(
    message: string,
    /** Of the answer; 0 where there was none. */
    readonly status: number,
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
): Promise<Answer> {
  const body = data === undefined ? {} : { body: JSON.stringify(data), headers: { 'content-type': 'application/json' } }
  const response = await asked(address, { method, ...body })
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
  throw new RequestError(await sentenceOf(response), response.status)
}

async function sentenceOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return (JSON.parse(text) as FailureAnswer).error.message
  } catch {
    return text.trim() || `The studio answered ${response.status} without a word.`
  }
}
