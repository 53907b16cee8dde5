/**
 * How alike different films are, and how alike a film's copies: the figures behind the thresholds of
 * src/inspection/near-duplicates.ts. Run after a build: node scripts/calibrate-near-duplicates.mjs DATASET ...
 */
import sharp from 'sharp'
import { readRaster } from '../dist/dataset/load.js'
import { openDataset } from '../dist/dataset/open.js'
import { decodeImage, encodePng } from '../dist/image/codec.js'
import { detailCorrelation, fingerprint, hashDistance } from '../dist/image/fingerprint.js'
import { largestValue } from '../dist/image/raster.js'

const copies = {
  'JPEG, quality 50': (image) => image.jpeg({ quality: 50 }),
  'JPEG, quality 20': (image) => image.jpeg({ quality: 20 }),
  'half the size': (image, { width, height }) =>
    image.resize(Math.round(width / 2), Math.round(height / 2), { fit: 'fill' }),
  'twice the size': (image, { width, height }) => image.resize(2 * width, 2 * height, { fit: 'fill' }),
  'stretched by 0.7 x 0.8': (image, { width, height }) =>
    image.resize(Math.round(0.7 * width), Math.round(0.8 * height), { fit: 'fill' }),
  '15 % brighter': (image) => image.linear(1.15, 0),
  '20 % darker': (image) => image.linear(0.8, 0),
  'contrast 1.3': (image) => image.linear(1.3, -0.3 * 128),
  'half, brighter, JPEG 60': (image, { width, height }) =>
    image
      .resize(Math.round(width / 2), Math.round(height / 2), { fit: 'fill' })
      .linear(1.1, 0)
      .jpeg({ quality: 60 }),
  'cropped by 2 %': (image, { width, height }) => {
    const [left, top] = [Math.round(0.02 * width), Math.round(0.02 * height)]
    return image.extract({ left, top, width: width - 2 * left, height: height - 2 * top })
  },
}

const printOf = (raster) => fingerprint(raster, largestValue(raster))
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))]

for (const dataset of process.argv.slice(2)) {
  const { films } = openDataset(dataset)
  const rasters = []
  for (const film of films) rasters.push(await readRaster(film))
  const prints = rasters.map(printOf)
  const distances = []
  const correlations = []
  for (let i = 0; i < prints.length; i++) {
    for (let j = 0; j < i; j++) {
      distances.push(hashDistance(prints[i].hash, prints[j].hash))
      correlations.push(detailCorrelation(prints[i], prints[j]))
    }
  }
  console.log(`${dataset}: ${films.length} films, ${distances.length} pairs`)
  for (const bits of [6, 8, 10, 12])
    console.log(`  hashes within ${bits} bits: ${distances.filter((d) => d <= bits).length}`)
  const [most, high, middle] = [1, 0.999, 0.5].map((q) => quantile(correlations, q).toFixed(3))
  console.log(`  correlation of different films: largest ${most}, 99.9 % below ${high}, median ${middle}`)
  for (const [name, change] of Object.entries(copies)) {
    const found = []
    for (const [i, raster] of rasters.entries()) {
      const image = change(sharp(await encodePng(raster)), raster)
      const copy = printOf(
        await decodeImage(new Uint8Array(await image.toFormat(name.includes('JPEG') ? 'jpeg' : 'png').toBuffer())),
      )
      found.push([hashDistance(prints[i].hash, copy.hash), detailCorrelation(prints[i], copy)])
    }
    const farthest = Math.max(...found.map(([bits]) => bits))
    const least = Math.min(...found.map(([, correlation]) => correlation)).toFixed(3)
    const share = found.filter(([bits, correlation]) => bits <= 10 && correlation >= 0.8).length / found.length
    console.log(
      `  ${name.padEnd(24)} farthest hash ${farthest}, least correlation ${least}, found ${(100 * share).toFixed(1)} %`,
    )
  }
}
