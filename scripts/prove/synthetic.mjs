/**
 * What is handed over as synthetic films, made elsewhere: real ones that nobody has seen, which must help, and what cannot. Each
 * answers pixels by class, in the order of the classes.
 */
import path from 'node:path'
import { makeDirectory, writeAtomic } from '../../dist/base/files.js'
import { ndarray, rowSize, takeRows } from '../../dist/base/ndarray.js'
import { phantomCohort } from '../../dist/dataset/phantom.js'
import { encodePng } from '../../dist/image/codec.js'
import { toPixels } from '../../dist/image/resize.js'

/** By name, with its words and whether it takes unseen films. */
export const handedOver = {
  unseen: { words: 'unused real films', takesUnseen: true, make: unseen },
  shuffled: { words: 'unused real films, classes shuffled', takesUnseen: true, make: shuffled },
  noise: { words: 'grey noise', takesUnseen: false, make: noise },
  duplicates: { words: 'the training films again', takesUnseen: false, make: duplicates },
  phantoms: { words: 'drawn films of another body part', takesUnseen: false, make: phantoms },
}

/** Writes them as a folder with one folder per class. */
export async function handOver(source, folder, draw) {
  const byClass = handedOver[source].make(draw)
  for (const [c, images] of byClass.entries()) {
    const target = path.join(folder, draw.classes[c])
    makeDirectory(target)
    const [count, height, width, channels] = images.shape
    const size = rowSize(images)
    for (let row = 0; row < count; row++) {
      const data = images.data.slice(row * size, (row + 1) * size)
      const png = await encodePng({ data, width, height, channels, bitDepth: 8 })
      writeAtomic(path.join(target, `${String(row + 1).padStart(5, '0')}.png`), png)
    }
  }
}

function rowsOf(films, label) {
  return films.filter((film) => film.label === label).map(({ row }) => row)
}

function unseen({ classes, sets, pixels }) {
  return classes.map((label) => takeRows(pixels, rowsOf(sets.unseen, label)))
}

/** As many of each class, whatever they show. */
function shuffled({ classes, sets, pixels, rng }) {
  const rows = rng.shuffle(sets.unseen.map(({ row }) => row))
  return classes.map((label) => takeRows(pixels, rows.splice(0, rowsOf(sets.unseen, label).length)))
}

/** Every pixel drawn for itself, with mean and deviation of the training films. */
function noise({ classes, sets, pixels, wanted, rng }) {
  const { data } = takeRows(
    pixels,
    sets.train.map(({ row }) => row),
  )
  const mean = data.reduce((sum, grey) => sum + grey, 0) / data.length
  const deviation = Math.sqrt(data.reduce((sum, grey) => sum + (grey - mean) ** 2, 0) / data.length)
  const image = pixels.shape.slice(1)
  return classes.map((label, c) => {
    const greys = rng.split(label).normals(wanted[c] * image.reduce((a, b) => a * b))
    return ndarray(
      'uint8',
      [wanted[c], ...image],
      Uint8Array.from(greys, (grey) => Math.min(255, Math.max(0, mean + deviation * grey))),
    )
  })
}

function duplicates({ classes, sets, pixels, wanted }) {
  return classes.map((label, c) => {
    const rows = rowsOf(sets.train, label)
    return takeRows(
      pixels,
      Array.from({ length: wanted[c] }, (_, i) => rows[i % rows.length]),
    )
  })
}

/** Paranasal sinuses: of the healthy for the healthy class, of the inflamed for the diseased. */
function phantoms({ classes, positive, pixels, wanted, rng }) {
  const [height, width, channels] = pixels.shape.slice(1)
  return classes.map((label, c) => {
    const films = []
    for (let batch = 0; films.length < wanted[c]; batch++) {
      const cohort = phantomCohort({ seed: rng.at(batch).uint32(), patients: 50, hospital: 'a' })
      films.push(...cohort.filter((film) => (film.label === 'healthy') === (label !== positive)))
    }
    const rasters = films.slice(0, wanted[c])
    const data = rasters.flatMap(({ raster }) => [...toPixels(raster, { height, width, channels, maxValue: 255 })])
    return ndarray('uint8', [rasters.length, height, width, channels], Uint8Array.from(data))
  })
}
