/** The parts of a multipart body (RFC 2046), whatever they are called: each holds a film. */

/** Past so many bytes no more headers of a part are looked for. */
const longestHead = 2 ** 14

/** Undefined where the body is not of that form, or has more than `most` parts and one. */
export function partsOf(type: string, body: Uint8Array, most: number): Uint8Array[] | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  const parts: Uint8Array[] = []
  // The first delimiter may begin the body, without a line before it.
  let at = bytes.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2)) ? -2 : bytes.indexOf(delimiter)
  while (at !== -1 && parts.length <= most) {
    const line = at + delimiter.length
    if (bytes.toString('latin1', line, line + 2) === '--') return parts
    const head = bytes.subarray(line, line + longestHead).indexOf('\r\n\r\n')
    // What stands before the empty line are headers, or nothing; blanks may follow the delimiter.
    if (head === -1 || !/^[ \t]*(\r\n|$)/.test(bytes.toString('latin1', line, line + head + 2))) return undefined
    const start = line + head + 4
    // A part without bytes ends with the line that ends its head.
    const end = bytes.indexOf(delimiter, start - 2)
    if (end === -1) return undefined
    parts.push(new Uint8Array(bytes.subarray(start, Math.max(start, end))))
    at = end
  }
  return at === -1 ? undefined : parts
}
