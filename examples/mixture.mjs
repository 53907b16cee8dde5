// A generator for kopt in plain Node. Every image is the mean of its class plus a random mixture of what sets single films
// apart from it, so that mean and covariance of a class stay: no network, and a beginning to write your own from.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const { classes, width, height, channels, seed } = JSON.parse(readFileSync(0, 'utf8'))
const mixed = 8

let state = seed
function uniform() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t ^= t + Math.imul(t ^ (t >>> 7), 61 | t)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

for (const { name, films, images, wanted } of classes) {
  const known = readdirSync(films).map((file) => readPng(path.join(films, file)))
  const mean = known[0].map((_, p) => known.reduce((sum, film) => sum + film[p], 0) / known.length)
  for (let i = 1; i <= wanted; i++) {
    const parts = Array.from({ length: mixed }, () => [known[Math.floor(uniform() * known.length)], normal()])
    const valueAt = (m, p) =>
      parts.reduce((sum, [film, weight]) => sum + (weight * (film[p] - m)) / Math.sqrt(mixed), m)
    writePng(path.join(images, `${String(i).padStart(6, '0')}.png`), Uint8ClampedArray.from(mean, valueAt))
  }
  console.log(`${name}: ${wanted} images from ${known.length} films`)
}

/** Values row by row, 0 to 255. The rows of the films have no filter: each is a zero and its values. */
function readPng(file) {
  const bytes = readFileSync(file)
  const packed = []
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      packed.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  return Float64Array.from(inflateSync(Buffer.concat(packed)).filter((_, i) => i % (width * channels + 1) > 0))
}

function writePng(file, values) {
  const row = width * channels
  const rows = Buffer.alloc(height * (row + 1))
  for (let y = 0; y < height; y++) rows.set(values.subarray(y * row, (y + 1) * row), y * (row + 1) + 1)
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, channels === 1 ? 0 : 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  writeFileSync(file, Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]))
}

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(named.length + 8)
  out.writeUInt32BE(data.length, 0)
  out.set(named, 4)
  out.writeUInt32BE(crc32(named), named.length + 4)
  return out
}
