/**
 * Mutates films and reads them, in a process of its own whose memory its parent may judge. Runs the built code.
 * Arguments: seconds, seed, then files: DICOM golden JSON or films. Prints one JSON line: what was tried and what was found.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { drawnFilms, mutate } from '../../scripts/attack/damaged-films.mjs'

const dist = new URL('../../dist/', import.meta.url)
const { decodeFilm } = await import(new URL('image/film.js', dist).href)
const { Rng } = await import(new URL('base/random.js', dist).href)

const [seconds, seed, ...files] = process.argv.slice(2)
const films = files.flatMap((file) => {
  if (path.extname(file) === '.json') return drawnFilms(file)
  return [{ name: path.basename(file), bytes: new Uint8Array(readFileSync(file)) }]
})

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
