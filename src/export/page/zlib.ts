/** Stands for `node:zlib` in the page: a browser inflates by itself, but whoever calls this can't wait for it. */
import { Inflate } from 'fflate'
import { joinBytes } from '../../base/bytes.js'

/** Bytes that end early give what they hold. Throws where they are damaged, or hold more than `maxOutputLength`. */
export function inflateRawSync(
  bytes: Uint8Array,
  { maxOutputLength }: { readonly maxOutputLength: number },
): Uint8Array {
  const parts: Uint8Array[] = []
  let length = 0
  const inflate = new Inflate((part) => {
    length += part.length
    if (length > maxOutputLength) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' })
    parts.push(part)
  })
  // By parts, so that what is too large is known before it is all unpacked.
  for (let at = 0; at < bytes.length; at += partBytes) inflate.push(bytes.subarray(at, at + partBytes))
  return joinBytes(parts)
}

const partBytes = 2 ** 16
