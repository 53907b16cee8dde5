/**
 * The films of a data set, each once, as a study draws from them: a file of each that a manifest can name, its pixels on the
 * common path of the runs, and its features, by which every head is held against all films that it has not seen.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { openBackbone } from '../../dist/backbone/backbone.js'
import { UserError } from '../../dist/base/errors.js'
import { makeDirectory, readJson, writeAtomic, writeJson } from '../../dist/base/files.js'
import { encodeNpy, readNpy } from '../../dist/base/npy.js'
import { examineFilm, fullWhite } from '../../dist/dataset/audit.js'
import { loadPixels, readRaster } from '../../dist/dataset/load.js'
import { openDataset } from '../../dist/dataset/open.js'
import { encodePng } from '../../dist/image/codec.js'

/** @returns SHA-256 (hex) of a file, or of the lines `HASH  NAME` of a folder's files, sorted by name */
async function checksum(place) {
  if (!statSync(place).isDirectory()) return fileHash(place)
  const names = readdirSync(place, { recursive: true })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => statSync(path.join(place, name)).isFile())
    .sort()
  const lines = createHash('sha256')
  for (const name of names) lines.update(`${await fileHash(path.join(place, name))}  ${name}\n`)
  return lines.digest('hex')
}

async function fileHash(file) {
  const hash = createHash('sha256')
  for await (const bytes of createReadStream(file)) hash.update(bytes)
  return hash.digest('hex')
}

/** Where the data set of a study lies. Throws a `UserError` where it is missing, or another one. */
async function placeOfData({ name, data }, folder) {
  const place = path.join(folder, data.films)
  if (!existsSync(place))
    throw new UserError(
      `${place} is missing, and the study ${name} is made of it; get it: ${data.get} (--data DIR says where data sets lie)`,
    )
  const found = await checksum(place)
  if (found === data.sha256) return place
  throw new UserError(
    `${place} is not the data set that the study ${name} was made for: its SHA-256 is ${found}, not ${data.sha256}; get that one (${data.get}), or write a study of its own for this one`,
  )
}

/**
 * Makes the films of a study ready in a folder, once. An image that stands there twice counts once, one that stands under two
 * labels not at all.
 *
 * @param config configuration of the study's runs
 */
export async function filmsOf(study, config, { dataFolder, folder, say }) {
  if (existsSync(listOf(folder))) return
  const place = await placeOfData(study, dataFolder)
  say(`reading ${place}`)
  makeDirectory(folder)
  await makeFilms(study, config, place, folder)
}

/** Written last. */
function listOf(folder) {
  return path.join(folder, 'films.json')
}

/** Such films: `films` (file, label, patient, each with its row), `pixels` uint8 [N, h, w, c], `features` by pixel path. */
export function openFilms(folder) {
  const { films, classes } = readJson(listOf(folder))
  const matrix = (name, type) => readNpy(path.join(folder, `${name}.npy`), type)
  return {
    classes,
    films: films.map((film, row) => ({ ...film, row })),
    pixels: () => matrix('pixels', 'uint8'),
    features: (pixelPath) => matrix(`features-${pixelPath}`, 'float32'),
  }
}

async function makeFilms({ data }, config, place, folder) {
  const found = openDataset(place, { patientFrom: data.patientFrom })
  const { classes } = found
  if (classes.length !== 2 || !classes.includes(data.positive))
    throw new UserError(
      `${place} has the classes ${classes.join(', ')}; a study compares two, one of them ${data.positive} (data.positive)`,
    )
  const films = eachOnce(await examined(found.films))
  const named = []
  for (const [row, film] of films.entries()) named.push(await asFile(film, path.join(folder, `${row}.png`)))
  const widest = Math.max(
    ...films.map(({ bitDepth, white, largest }) => (bitDepth === 16 && white === undefined ? largest : 0)),
  )
  const channels =
    config.image.channels === 'auto' ? (films.some((film) => film.channels === 3) ? 3 : 1) : config.image.channels
  const [height, width] = config.image.size
  const target = { height, width, channels, maxValue: fullWhite(widest) }
  const pixels = await loadPixels(films, target)
  writeAtomic(path.join(folder, 'pixels.npy'), encodeNpy(pixels))
  await makeFeatures(films, pixels, target, config, folder)
  writeJson(listOf(folder), { classes, films: named })
}

async function examined(films) {
  const readable = []
  for (const film of films) {
    const seen = await examineFilm(film)
    if ('problem' in seen) throw new UserError(`${seen.problem}; a study takes data sets without such files`)
    readable.push(seen.film)
  }
  return readable
}

function eachOnce(films) {
  const labels = new Map()
  for (const { pixelHash, label } of films) labels.set(pixelHash, new Set([...(labels.get(pixelHash) ?? []), label]))
  const seen = new Set()
  return films.filter(({ pixelHash }) => {
    if (labels.get(pixelHash).size > 1 || seen.has(pixelHash)) return false
    seen.add(pixelHash)
    return true
  })
}

/** A film as a manifest can name it; one of an array is written as a file. */
async function asFile(film, file) {
  const { label, patient, frame } = film
  if (film.array === undefined) return { file: film.file, label, patient, ...(frame && { frame }) }
  writeAtomic(file, await encodePng(await readRaster(film)))
  return { file, label, patient }
}

/** Of all films, on both pixel paths of a run. */
async function makeFeatures(films, pixels, target, { backbone: { name, inputSize } }, folder) {
  const backbone = await openBackbone(name, { threads: 1, inputSize: inputSize ?? undefined })
  try {
    const [height, width] = backbone.contract.inputSize
    const native = await loadPixels(films, { ...target, height, width })
    for (const [pixelPath, images] of Object.entries({ common: pixels, native })) {
      const features = await backbone.extract(images)
      writeAtomic(path.join(folder, `features-${pixelPath}.npy`), encodeNpy(features))
    }
  } finally {
    await backbone.close()
  }
}
