/** What is done to every sample of a frame: loops over arrays whose lengths the callers have checked. */

export type StoredData = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array

/** Single bits, the lowest first. */
export function bitsOf(bytes: Uint8Array, from: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => (bytes[(from + i) >> 3] >> ((from + i) & 7)) & 1)
}

/** Two pixels as Y Y Cb Cr (PS3.3, C.7.6.3.1.2) to three channels for each. */
export function unhalved(values: StoredData): Uint8Array {
  const out = new Uint8Array((values.length / 2) * 3)
  for (let i = 0, o = 0; i < values.length; i += 4, o += 6) {
    const [first, second, cb, cr] = [values[i], values[i + 1], values[i + 2], values[i + 3]]
    out.set([first, cb, cr, second, cb, cr], o)
  }
  return out
}

/** Plane by plane to pixel by pixel. */
export function interleaved(planes: StoredData, samples: number): StoredData {
  const out = planes.slice()
  const pixels = planes.length / samples
  for (let i = 0; i < pixels; i++) for (let c = 0; c < samples; c++) out[i * samples + c] = planes[c * pixels + i]
  return out
}

/** Words pixel by pixel from a plane for each byte of each sample, the high byte first. */
export function joinedPlanes(planes: Uint8Array, pixels: number, samples: number, size: number): StoredData {
  const form = size === 1 ? Uint8Array : size === 2 ? Uint16Array : Uint32Array
  const data = new form(pixels * samples)
  for (let c = 0; c < samples; c++) {
    for (let byte = 0; byte < size; byte++) {
      const plane = planes.subarray((c * size + byte) * pixels)
      for (let i = 0; i < pixels; i++) data[i * samples + c] += plane[i] * 256 ** (size - 1 - byte)
    }
  }
  return data
}

/** Writes the `bits` bits above the lowest `down` ones of every word, the topmost as the sign where values are signed. */
export function shiftDown(words: StoredData, out: StoredData, down: number, bits: number, signed: boolean): void {
  const left = 32 - bits
  for (let i = 0; i < out.length; i++) {
    const top = (words[i] >>> down) << left
    out[i] = signed ? top >> left : top >>> left
  }
}

/** YCbCr of full range (0 to `full`) to RGB of the same range, rounded (YBR_FULL: PS3.3, C.7.6.3.1.2). */
export function ybrToRgb(data: StoredData, full: number): StoredData {
  const out = data.slice()
  const half = (full + 1) / 2
  const held = (value: number) => Math.min(full, Math.max(0, Math.round(value)))
  for (let i = 0; i < data.length; i += 3) {
    const [y, cb, cr] = [data[i], data[i + 1] - half, data[i + 2] - half]
    out[i] = held(y + 1.402 * cr)
    out[i + 1] = held(y - 0.344136 * cb - 0.714136 * cr)
    out[i + 2] = held(y + 1.772 * cb)
  }
  return out
}

/** The same function, computed once for each value where values are of at most 16 bits. */
export function remembered(data: StoredData, levelOf: (value: number) => number): (value: number) => number {
  if (data.BYTES_PER_ELEMENT > 2) return levelOf
  const table = new Float64Array(65_536).fill(Number.NaN)
  return (value) => {
    const at = value & 0xffff
    if (Number.isNaN(table[at])) table[at] = levelOf(value)
    return table[at]
  }
}
