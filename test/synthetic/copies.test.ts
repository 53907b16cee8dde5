import { beforeAll, describe, expect, it } from 'vitest'
import { openBackbone } from '../../src/backbone/backbone.js'
import { concatRows, type NDArray, ndarray, rows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { phantomCohort } from '../../src/dataset/phantom.js'
import { standardisation, standardised } from '../../src/head/head.js'
import { flipHorizontal, rotate } from '../../src/image/augment.js'
import { toPixels } from '../../src/image/resize.js'
import { copyEvidence } from '../../src/metrics/authenticity.js'
import { closestPairs, imageCopies } from '../../src/synthetic/copies.js'

type Images = NDArray<'uint8'>
const side = 56
const shape = [side, side, 1] as const

/** Phantom films of one class on the common pixel path, a patient each. */
function phantoms(seed: number, patients: number): Images {
  const films = phantomCohort({ seed, patients, hospital: 'a' }).filter((film) => film.label === 'healthy')
  const target = { height: side, width: side, channels: 1 as const, maxValue: 255 }
  const first = films.filter((film, i) => films.findIndex((other) => other.patient === film.patient) === i)
  const data = first.map((film) =>
    ndarray(
      'uint8',
      [1, side, side, 1],
      toPixels(film.raster, { ...target, maxValue: film.raster.bitDepth === 8 ? 255 : 65535 }),
    ),
  )
  return concatRows(data)
}

function at(image: Uint8Array, map: (x: number, y: number) => [number, number]): Uint8Array {
  const edge = (value: number) => Math.min(side - 1, Math.max(0, Math.round(value)))
  return image.map((_, i) => {
    const [x, y] = map(i % side, Math.floor(i / side))
    return image[edge(y) * side + edge(x)]
  })
}

const rng = new Rng(31)
const plants: Record<string, (image: Uint8Array, other: Uint8Array) => Uint8Array> = {
  'the film itself': (image) => image,
  'slight noise': (image) => image.map((value) => Math.min(255, Math.max(0, Math.round(value + 6 * rng.normal())))),
  'shifted by 2 pixels': (image) => at(image, (x, y) => [x - 2, y - 2]),
  flipped: (image) => flipHorizontal(image, shape),
  darkened: (image) => image.map((value) => 0.6 * value),
  'another gamma': (image) => image.map((value) => 255 * (value / 255) ** 1.5),
  'turned by 10 degrees': (image) => rotate(image, shape, 10),
  'zoomed by a fifth': (image) => at(image, (x, y) => [27.5 + (x - 27.5) / 1.2, 27.5 + (y - 27.5) / 1.2]),
  'a blend of two': (image, other) => image.map((value, i) => (value + other[i]) / 2),
}

/** Shares of planted copies that are found: by the image, by the features, by either. */
const found: Record<string, { image: number; features: number; either: number }> = {}
const planted = 12

beforeAll(async () => {
  const training = phantoms(1, 90)
  const backbone = await openBackbone('scattering', { threads: 2 })
  const features = async (images: Images) => backbone.extract(images)
  const own = await features(training)
  const by = standardisation(own)
  const scaled = (m: NDArray<'float32'>) => ndarray('float32', m.shape, standardised(m, by))
  for (const [name, change] of Object.entries(plants)) {
    const copies = ndarray(
      'uint8',
      [planted, side, side, 1],
      Uint8Array.from(
        Array.from({ length: planted }, (_, i) => [
          ...change(rows(training, i, i + 1).data, rows(training, i + 20, i + 21).data),
        ]).flat(),
      ),
    )
    const image = await imageCopies(training, copies)
    const evidence = copyEvidence(scaled(own), scaled(await features(copies)))
    const share = (marks: readonly boolean[]) => marks.filter(Boolean).length / planted
    found[name] = {
      image: share(image.suspected),
      features: share(evidence.suspected),
      either: share(image.suspected.map((mark, i) => mark || evidence.suspected[i])),
    }
  }
  await backbone.close()
}, 120_000)

describe('planted copies of training films', () => {
  it.each(['the film itself', 'slight noise', 'shifted by 2 pixels', 'flipped', 'darkened', 'another gamma'])(
    'are found: %s',
    (name) => {
      expect(found[name].image).toBeGreaterThanOrEqual(0.95)
    },
  )

  it('are mostly not found by this check where they are turned by 10 degrees or zoomed by a fifth', () => {
    expect(found['turned by 10 degrees'].either).toBeLessThan(0.5)
    expect(found['zoomed by a fifth'].either).toBeLessThan(0.5)
  })

  it('are not all found by features alone, which is why the images are compared too', () => {
    expect(Math.min(found.flipped.features, found.darkened.features)).toBeLessThan(0.95)
  })

  it('are not seen in other phantoms more often than chance allows', async () => {
    const { summary } = await imageCopies(phantoms(1, 90), phantoms(2, 90))
    expect(summary.suspectedP).toBeGreaterThan(0.01)
  })

  it('lead the closest pairs, with the film that they copy', async () => {
    const training = phantoms(3, 60)
    const copy = at(rows(training, 4, 5).data, (x, y) => [x + 1, y])
    const made = concatRows([rows(phantoms(4, 60), 0, 10), ndarray('uint8', [1, side, side, 1], copy)])
    const flat = (images: Images) => ndarray('float32', [images.shape[0], side * side], Float32Array.from(images.data))
    const pairs = closestPairs(copyEvidence(flat(training), flat(made)), await imageCopies(training, made), 2)
    expect(pairs[0]).toMatchObject({ synthetic: 10, training: 4, by: 'features' })
    expect(pairs).toHaveLength(4)
    expect(new Set(pairs.map(({ synthetic }) => synthetic)).size).toBe(4)
  })
})
