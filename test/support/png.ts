/** PNG files of given rows, whose headers say what they are told to say. */

export interface PngHeader {
  readonly width: number
  readonly height: number
  /** Bits of a sample. */
  readonly depth: number
  /** 0: grey, 2: RGB, 6: RGBA. */
  readonly colour: number
}

/** `rows`: the deflated rows, sound or not; `more`: chunks before them. */
export function png(
  { width, height, depth, colour }: PngHeader,
  rows: Uint8Array,
  more: readonly (readonly [type: string, data: Uint8Array])[] = [],
): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([depth, colour], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const chunks = [['IHDR', header], ...more, ['IDAT', rows], ['IEND', Buffer.alloc(0)]] as const
  return new Uint8Array(Buffer.concat([signature, ...chunks.map(([type, data]) => chunk(type, data))]))
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
