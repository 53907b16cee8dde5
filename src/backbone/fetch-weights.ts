/** The weights of a known source from its makers, over https, checked where they publish a sum. Only on request. */

import { download } from '../base/download.js'
import { UserError } from '../base/errors.js'
import { count, duration } from '../base/format.js'
import { gitBlobName, hashBytes } from '../base/hash.js'
import { Meter } from '../base/meter.js'
import { knownValue } from '../base/own-value.js'
import { type Checksum, knownSources } from './registry.js'

/** Between two lines about a download. */
const tellEveryMs = 2000

/** Says what it is about to do, then does it. `file` stands for the download in messages. */
export async function fetchWeights(
  name: string,
  note: (text: string) => void,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; file: string }> {
  const { about, licence, place, download: source } = knownValue(knownSources, name)
  if (!source)
    throw new UserError(`${name} can't be downloaded; bring ${place}, then kopt backbone add ${name} --from FILE`)
  const { address, checksum, maxBytes } = source
  note(`${about}; licence: ${licence}`)
  note(`downloading ${address} (at most ${megabytes(maxBytes)} MB)`)
  let bytes: Uint8Array
  try {
    bytes = await download(address, {
      maxBytes,
      signal,
      onBytes: downloadProgress(maxBytes, note),
    })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const otherwise = `Without a network: get the file on another computer (${address}), carry it over, then kopt backbone add ${name} --from FILE`
    throw new UserError(error.message, { lines: [otherwise], cause: error })
  }
  note(verified(name, bytes, checksum))
  return { bytes, file: new URL(address).pathname.split('/').at(-1) as string }
}

/** Says how much has come, and how long the rest will take where the server says how much there is. */
function downloadProgress(maxBytes: number, note: (text: string) => void) {
  let meter: Meter | undefined
  return (done: number, total: number | undefined) => {
    meter ??= new Meter(total ?? maxBytes)
    meter.reach(done)
    const pace = meter.due(tellEveryMs)
    if (!pace) return
    const left = done === total ? '' : `, ${duration(pace.secondsLeft)} left`
    note(`${megabytes(done)} MB${total === undefined ? '' : ` of ${megabytes(total)} MB${left}`}`)
  }
}

function megabytes(bytes: number): string {
  return count(bytes / 2 ** 20)
}

/** What the check says. Throws where the file is another than expected. */
export function verified(name: string, bytes: Uint8Array, checksum: Checksum): string {
  const sum = compare(bytes, checksum)
  if (sum === null) {
    return `its makers publish no checksum, so it could not be verified; SHA-256 ${hashBytes(bytes)}: compare it with that of others`
  }
  const { kind, found, expected } = sum
  if (found !== expected) {
    throw new UserError(
      `the file for ${name} is not the known one: its ${kind} is ${found} instead of ${expected}; nothing was kept. Try again, or bring the file with --from`,
    )
  }
  return `verified: its ${kind} ${expected.length < 40 ? 'begins with' : 'is'} ${expected}`
}

/** Whether a file that somebody brought is the known one; false too where that can't be told. */
export function isKnownFile(bytes: Uint8Array, checksum: Checksum): boolean {
  const sum = compare(bytes, checksum)
  return sum !== null && sum.found === sum.expected
}

function compare(bytes: Uint8Array, checksum: Checksum) {
  if (checksum === null) return null
  if ('gitBlob' in checksum) {
    const kind = "content name in its makers' repository"
    return { kind, found: gitBlobName(bytes), expected: checksum.gitBlob }
  }
  const expected = checksum.sha256
  return { kind: 'SHA-256', found: hashBytes(bytes).slice(0, expected.length), expected }
}
