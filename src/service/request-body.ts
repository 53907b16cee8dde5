/** The bytes of a request, as far as they are taken. */
import type { IncomingMessage } from 'node:http'
import { RequestProblem } from './problem.js'

/** Bytes that a request says it has; undefined where it does not say. */
export function declaredBytes(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length']
  return length === undefined ? undefined : Number(length)
}

export function tooLarge(mostBytes: number): RequestProblem {
  return new RequestProblem(
    'large',
    `the request is larger than the ${mostBytes / 2 ** 20} MiB that are taken (--max-size)`,
  )
}

/** Who waits for a request. */
export interface Arrival {
  readonly signal: AbortSignal
  readonly onBytes: (more: number) => void
}

/** Rejects with a `RequestProblem` where there are more bytes than `mostBytes`, and with the signal's reason once it fires. */
export function bodyOf(request: IncomingMessage, mostBytes: number, { signal, onBytes }: Arrival): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (action: () => void) => {
      request.off('data', onData).off('end', onEnd).off('error', onError)
      signal.removeEventListener('abort', onAbort)
      action()
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      onBytes(chunk.length)
      if (length > mostBytes) return settle(() => reject(tooLarge(mostBytes)))
      chunks.push(chunk)
    }
    const onEnd = () => settle(() => resolve(new Uint8Array(Buffer.concat(chunks))))
    const onError = () => settle(() => reject(new RequestProblem('malformed', 'the request broke off')))
    const onAbort = () => settle(() => reject(signal.reason))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort)
    request.on('data', onData).on('end', onEnd).on('error', onError)
  })
}
