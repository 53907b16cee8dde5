/** One file from the network, on request alone: https, bounded in size, whole or not at all. */
import { UserError } from './errors.js'

/** Nothing came for so long: the network is as good as absent. */
const silenceMs = 30_000
const mostRedirections = 10

export interface DownloadOptions {
  readonly maxBytes: number
  /** Hears of bytes so far, and of all of them where the server says. */
  readonly onBytes?: (done: number, total: number | undefined) => void
  readonly signal?: AbortSignal
}

/** The bytes at an https address. Throws a `UserError` where they can't be had; redirections must stay on https. */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const { maxBytes, onBytes = () => {}, signal } = options
  const fail = (why: string, cause?: unknown) => new UserError(`${address} could not be downloaded: ${why}`, { cause })
  if (!address.startsWith('https://')) throw fail('only https addresses are taken')
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), silenceMs)
  try {
    const response = await follow(address, signal ? AbortSignal.any([signal, silence.signal]) : silence.signal, fail)
    if (!response.ok || !response.body) throw fail(`the server answers ${response.status} ${response.statusText}`)
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isFinite(length) ? length : undefined
    if (total !== undefined && total > maxBytes) throw fail(`it has ${total} bytes, more than the ${maxBytes} expected`)
    const parts: Uint8Array[] = []
    let done = 0
    for await (const part of response.body) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), silenceMs)
      done += part.length
      if (done > maxBytes) throw fail(`it has more than the ${maxBytes} bytes expected`)
      parts.push(part)
      onBytes(done, total)
    }
    return Buffer.concat(parts)
  } catch (error) {
    if (error instanceof UserError) throw error
    signal?.throwIfAborted()
    if (silence.signal.aborted) throw fail(`nothing came for ${silenceMs / 1000} seconds`, error)
    const { cause } = error as Error
    throw fail(cause instanceof Error ? cause.message : (error as Error).message, error)
  } finally {
    clearTimeout(timer)
  }
}

/** Follows redirections one by one: the whole way must be https, not its end alone. */
async function follow(address: string, signal: AbortSignal, fail: (why: string) => UserError): Promise<Response> {
  let here = address
  for (let hops = 0; hops <= mostRedirections; hops++) {
    const response = await fetch(here, { signal, redirect: 'manual' })
    const target = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || target === null) return response
    await response.body?.cancel()
    if (!URL.canParse(target, here)) throw fail(`it leads to '${target.slice(0, 200)}', which is no address`)
    const next = new URL(target, here)
    if (next.protocol !== 'https:') throw fail(`it leads to ${next.href.slice(0, 200)}, which is not https`)
    here = next.href
  }
  throw fail(`it leads on more than ${mostRedirections} times`)
}
