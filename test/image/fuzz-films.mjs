/**
 * Mutates films and reads them, in a process of its own whose memory its parent may judge. Runs the built code.
 * Arguments: seconds, seed, then files: DICOM golden JSON or films. Prints one JSON line: what was tried and what was found.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'

const dist = new URL('../../dist/', import.meta.url)
const { decodeFilm } = await import(new URL('image/film.js', dist).href)
const { Rng } = await import(new URL('base/random.js', dist).href)

const [seconds, seed, ...files] = process.argv.slice(2)
const films = files.flatMap((file) => {
  if (path.extname(file) !== '.json') return [{ name: path.basename(file), bytes: new Uint8Array(readFileSync(file)) }]
  return JSON.parse(readFileSync(file, 'utf8')).cases.map(({ name, file: text }) => ({
    name,
    bytes: new Uint8Array(Buffer.from(text, 'base64')),
  }))
})

/** Numbers that lengths and counts break at. */
const telling = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
]

function mutate(bytes, rng) {
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

const found = []
const told = new Map()
let tried = 0
let read = 0
let slowest = 0
const end = performance.now() + 1000 * Number(seconds)
for (let round = 0; performance.now() < end; round++) {
  const rng = new Rng(Number(seed)).split(String(round))
  const film = films[Math.floor(rng.uniform() * films.length)]
  const bytes = mutate(film.bytes, rng)
  const before = performance.now()
  tried++
  try {
    const { raster } = await decodeFilm(bytes)
    if (raster.data.length !== raster.width * raster.height * raster.channels)
      throw new Error('a raster of the wrong size')
    read++
  } catch (error) {
    if (error.name !== 'ImageProblem') found.push({ round, film: film.name, error: String(error.stack).slice(0, 600) })
    else told.set(error.message.replaceAll(/[\d.]+/g, '#').slice(0, 60), (told.get(error.message) ?? 0) + 1)
    if (!/^(is|has|holds|contradicts|refers) /.test(error.message))
      found.push({ round, film: film.name, sentence: error.message })
  }
  const took = performance.now() - before
  if (took > slowest) slowest = took
  if (took > 30_000) found.push({ round, film: film.name, milliseconds: took })
  if (found.length > 20) break
}
const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
process.stdout.write(
  `${JSON.stringify({ tried, read, sentences: told.size, slowest: Math.round(slowest), mebibytes, found })}\n`,
)
process.exit(0)
