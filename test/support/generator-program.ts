/** Programs that take a generator's place, as small as they can be, on Node alone: what each does wrong is its test's own. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'

/** What every program knows: its job, a picture of noise as PNG, and how to do the job well. */
const prelude = `
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import zlib from 'node:zlib'
const job = JSON.parse(fs.readFileSync(0, 'utf8'))
const { classes, width, height, channels, seed } = job
function noise(of, shape = { width, height, channels, bits: 8 }) {
  const bytes = Buffer.alloc(shape.width * shape.height * shape.channels * (shape.bits / 8))
  let state = seed + 7919 * of
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    bytes[i] = state >> 16
  }
  return png(bytes, shape)
}
function png(bytes, { width, height, channels, bits }) {
  const row = bytes.length / height
  const rows = Array.from({ length: height }, (_, y) => [Buffer.from([0]), bytes.subarray(y * row, (y + 1) * row)]).flat()
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, bits, channels === 1 ? 0 : 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(zlib.crc32(named))
    return Buffer.concat([length, named, sum])
  }
  const chunks = [chunk('IHDR', header), chunk('IDAT', zlib.deflateSync(Buffer.concat(rows))), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([Buffer.from('\\x89PNG\\r\\n\\x1a\\n', 'latin1'), ...chunks])
}
const name = (i) => String(i).padStart(5, '0') + '.png'
function fill(countOf = ({ wanted }) => wanted, imageOf = (i, c) => noise(10_000 * c + i)) {
  classes.forEach((one, c) => {
    for (let i = 0; i < countOf(one); i++) fs.writeFileSync(path.join(one.images, name(i)), imageOf(i, c))
  })
}
`

/** Leaves the program in a folder, and answers the words that run it. */
export function generatorProgram(folder: string, body: string, file = 'program.mjs'): string[] {
  const place = path.join(folder, file)
  writeFileSync(place, `${prelude}\n${body}\n`)
  return [process.execPath, place]
}
