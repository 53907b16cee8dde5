/** Films of every kind that is read, and what damage makes of them. */
import { readFileSync } from 'node:fs'

/** The drawn films of a golden file. */
export function drawnFilms(file) {
  return JSON.parse(readFileSync(file, 'utf8')).cases.map(({ name, file: text }) => ({
    name,
    bytes: new Uint8Array(Buffer.from(text, 'base64')),
  }))
}

/** Numbers that lengths and counts break at. */
const telling = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
]

/**
 * A film with one to four changes such as disks, transfers and other programs make.
 * @param rng `uniform()` gives the next number in [0, 1)
 */
export function mutate(bytes, rng) {
  let out = bytes.slice()
  const any = (count) => Math.floor(rng.uniform() * count)
  // half of the changes hit the first bytes, where headers are, a third what follows the pixel data's tag
  const tag = Buffer.from(out).indexOf(Buffer.from([0xe0, 0x7f, 0x10, 0x00]))
  const place = () => {
    const where = rng.uniform()
    const start = where > 0.66 && tag > 0 ? tag : 0
    const span =
      where < 0.5 ? Math.min(out.length, 1024) : where > 0.66 ? Math.min(out.length - start, 256) : out.length
    return start + any(span)
  }
  for (let changes = 1 + any(4); changes > 0 && out.length > 0; changes--) {
    const at = place()
    const view = new DataView(out.buffer, out.byteOffset, out.byteLength)
    switch (any(8)) {
      case 0:
        out[at] ^= 1 << any(8)
        break
      case 1:
        out[at] = any(256)
        break
      case 2:
        if (at + 2 <= out.length) view.setUint16(at, telling[any(telling.length)] & 0xffff, any(2) === 0)
        break
      case 3:
        if (at + 4 <= out.length) view.setUint32(at, telling[any(telling.length)], any(2) === 0)
        break
      case 4:
        out = out.slice(0, at)
        break
      case 5: {
        // a piece moves over another
        const from = place()
        out.copyWithin(at, from, from + any(64))
        break
      }
      case 6:
        out = new Uint8Array(Buffer.concat([out.subarray(0, at), out.subarray(Math.min(out.length, at + 1 + any(16)))]))
        break
      case 7:
        out = new Uint8Array(Buffer.concat([out.subarray(0, at), out.subarray(at, at + any(64)), out.subarray(at)]))
        break
    }
  }
  return out
}
