/** What a browser unpacks by itself. */

/** Base64 of gzip to bytes. */
export async function unpacked(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  // By parts of whole groups of four letters: the text may be tens of megabytes.
  const letters = 4 * 2 ** 18
  for (let at = 0; at < text.length; at += letters) {
    parts.push(Uint8Array.from(atob(text.slice(at, at + letters)), (letter) => letter.charCodeAt(0)))
  }
  const stream = new Blob(parts).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** So many bytes from the beginning of a zlib stream; undefined where it is damaged or holds fewer. Takes no memory beyond them. */
export async function inflated(packed: Uint8Array, expected: number): Promise<Uint8Array | undefined> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('deflate'))
  const reader = stream.getReader()
  const out = new Uint8Array(expected)
  let at = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return undefined
      out.set(value.subarray(0, expected - at), at)
      at += value.length
      if (at >= expected) return out
    }
  } catch {
    return undefined
  } finally {
    reader.cancel().catch(() => {})
  }
}
