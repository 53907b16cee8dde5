import { readFileSync } from 'node:fs'
import path from 'node:path'
import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { ndarray } from '../../src/base/ndarray.js'
import { encodeNpy } from '../../src/base/npy.js'
import { examineCohorts } from '../../src/dataset/audit.js'
import { loadPixels, readRaster } from '../../src/dataset/load.js'
import { heldBytes } from '../../src/dataset/npz-arrays.js'
import { openDataset } from '../../src/dataset/open.js'
import { needBeside } from '../support/needs.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

/** .npy bytes of any element type, which `encodeNpy` does not write. */
function npy(descriptor: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`
  const head = Buffer.from(`${text.padEnd(117)}\n`)
  return new Uint8Array(Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY\x01\x00\x76\x00'), head, data]))
}

const images = (count: number, from = 0) =>
  encodeNpy(
    ndarray(
      'uint8',
      [count, 2, 3],
      Uint8Array.from({ length: count * 6 }, (_, i) => (from + i * 5 + (i >> 3)) % 256),
    ),
  )
const labels = (values: readonly number[]) => encodeNpy(ndarray('uint8', [values.length, 1], Uint8Array.from(values)))

async function archive(entries: Record<string, Uint8Array>): Promise<string> {
  const files = Object.fromEntries(Object.entries(entries).map(([name, bytes]) => [`${name}.npy`, bytes]))
  return path.join(await writeFiles(temporaryFolder(), { 'set.npz': zipSync(files) }), 'set.npz')
}

const problemOf = async (entries: Record<string, Uint8Array>): Promise<string> => {
  const file = await archive(entries)
  try {
    openDataset(file)
    return 'none'
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'FILE')
  }
}

describe('an npz dataset in the form of MedMNIST', () => {
  it('has films by row, classes by number, and its own split', async () => {
    const file = await archive({
      train_images: images(4),
      train_labels: labels([0, 1, 1, 0]),
      val_images: images(2, 100),
      val_labels: labels([0, 1]),
      test_images: images(2, 180),
      test_labels: labels([1, 0]),
    })
    const cohort = openDataset(file)
    expect(cohort.classes).toEqual(['0', '1'])
    expect(cohort.films.map(({ name, label, split }) => `${name} ${label} ${split}`)).toEqual([
      'train/00001 0 train',
      'train/00002 1 train',
      'train/00003 1 train',
      'train/00004 0 train',
      'val/00001 0 tuning',
      'val/00002 1 tuning',
      'test/00001 1 test',
      'test/00002 0 test',
    ])
    expect(cohort.warnings).toEqual([])
    expect(await readRaster(cohort.films[2])).toEqual({
      width: 3,
      height: 2,
      channels: 1,
      bitDepth: 8,
      data: Uint8Array.of(61, 66, 71, 76, 82, 87),
    })
  })

  it('reads 64-bit labels, colour, 16 bits, and one set alone', async () => {
    const colour = npy(
      '|u1',
      [2, 1, 2, 3],
      Uint8Array.from({ length: 12 }, (_, i) => i * 20),
    )
    const wide = npy('<u2', [1, 1, 2], Uint8Array.of(1, 2, 3, 4))
    const whole = npy('<i8', [2], new Uint8Array(new BigInt64Array([3n, 12n]).buffer))
    const cohort = openDataset(await archive({ train_images: colour, train_labels: whole }))
    expect(cohort.films.map(({ label, split }) => [label, split])).toEqual([
      ['3', undefined],
      ['12', undefined],
    ])
    expect([...(await readRaster(cohort.films[1])).data]).toEqual([120, 140, 160, 180, 200, 220])
    const other = await archive({ train_images: wide, train_labels: labels([1]) })
    expect(await readRaster({ file: other, array: 'train_images', frame: 1 })).toMatchObject({
      bitDepth: 16,
      data: Uint16Array.of(513, 1027),
    })
  })

  it('leaves an image that stands in two of its sets in the one that is tested on', async () => {
    const both = images(3)
    const file = await archive({
      train_images: both,
      train_labels: labels([0, 1, 0]),
      test_images: images(1),
      test_labels: labels([0]),
    })
    const { audited, problems } = await examineCohorts(
      { internal: openDataset(file), external: {} },
      { forSplit: false },
    )
    expect(problems).toEqual([])
    expect(audited.internal.cohort.films.map(({ name }) => name)).toEqual(['train/00002', 'train/00003', 'test/00001'])
    expect(audited.internal.cohort.flow.excluded).toEqual([{ reason: 'the same image as another film', count: 1 }])
  })

  it.each([
    ['other arrays', { x: images(1) }, 'FILE holds x; an npz dataset holds train_images and train_labels'],
    ['images alone', { train_images: images(1) }, 'FILE holds only one of train_images and train_labels'],
    [
      'too few labels',
      { train_images: images(2), train_labels: labels([1]) },
      'FILE has 2 train_images, but 1 train_labels',
    ],
    [
      'several labels an image',
      { train_images: images(2), train_labels: encodeNpy(ndarray('uint8', [2, 14], new Uint8Array(28))) },
      'train_labels of FILE gives 14 labels an image; one class an image is read',
    ],
    [
      'labels of numbers that are not whole',
      { train_images: images(1), train_labels: encodeNpy(ndarray('float32', [1], new Float32Array(1))) },
      "train_labels of FILE holds elements of type '<f4'",
    ],
  ])('refuses %s with a sentence', async (_, entries, sentence) => {
    expect(await problemOf(entries as Record<string, Uint8Array>)).toContain(sentence)
  })

  it('refuses a damaged archive with a sentence', async () => {
    const file = await archive({ train_images: images(2), train_labels: labels([0, 1]) })
    const bytes = readFileSync(file)
    for (const length of [4, 100, bytes.length - 30]) {
      const cut = path.join(await writeFiles(temporaryFolder(), { 'cut.npz': bytes.subarray(0, length) }), 'cut.npz')
      expect(() => openDataset(cut)).toThrow(`${cut} is not a whole zip archive: `)
    }
  })

  it('refuses an array whose bytes are damaged, and a bomb, before anything of its size is allocated', async () => {
    const file = await archive({ train_images: images(2), train_labels: labels([0, 1]) })
    const damaged = async (change: (bytes: Buffer, list: number) => void) => {
      const bytes = readFileSync(file)
      change(bytes, bytes.indexOf(Buffer.from('PK\x01\x02')))
      return path.join(await writeFiles(temporaryFolder(), { 'set.npz': new Uint8Array(bytes) }), 'set.npz')
    }
    const otherSum = await damaged((bytes, list) => bytes.writeUInt32LE(7, list + 16))
    const { problems } = await examineCohorts({ internal: openDataset(otherSum), external: {} }, { forSplit: false })
    expect(problems).toEqual([expect.stringContaining("'train_images.npy' is damaged (its check sum differs)")])
    const bomb = await damaged((bytes, list) => bytes.writeUInt32LE(2 ** 30, list + 24))
    expect(() => openDataset(bomb)).toThrow(/'train_images\.npy' claims 1073741824 bytes out of \d+/)
  })

  it('is unpacked once however its films are ordered, and its memory is given back', async () => {
    // three sets of 8 MB each, which deflate to little
    const large = (from: number) => {
      const data = new Uint8Array(400 * 20_000)
      for (let i = 0; i < 400; i++) data[i * 20_000] = (from + i) % 256
      return npy('|u1', [400, 100, 200], data)
    }
    const known = labels(Array.from({ length: 400 }, (_, i) => i % 2))
    const file = await archive({
      train_images: large(0),
      train_labels: known,
      val_images: large(1),
      val_labels: known,
      test_images: large(2),
      test_labels: known,
    })
    const { films } = openDataset(file)
    const others = heldBytes()
    const mixed = films.map((_, i) => films[(i * 401) % films.length])
    const start = performance.now()
    await readRaster(mixed[0])
    const first = performance.now() - start
    let most = 0
    const target = { height: 4, width: 4, channels: 1, maxValue: 255 } as const
    await loadPixels(mixed.slice(0, 120), target, () => (most = Math.max(most, heldBytes())))
    expect([most - others, heldBytes() - others]).toEqual([3 * 400 * 20_000, 0])
    // unpacked again for each film it would take 120 times as long as the first
    expect(performance.now() - start).toBeLessThan(60 * first)
  })

  it.each([
    ['more images than bytes', '|u1', [1000, 2, 3], 'train_images of FILE says 1000 x 2 x 3 elements of type '],
    ['fewer images than bytes', '|u1', [1, 1, 1], "'|u1', which is 1 bytes, but the archive holds 24 bytes of it"],
    ['a shape without end', '|u1', [2 ** 31, 2 ** 31, 2 ** 31], 'train_images of FILE says '],
    ['volumes', '|u1', [1, 2, 3, 4], 'train_images of FILE is of shape 1 x 2 x 3 x 4; number x height x width is read'],
    [
      'numbers with a point',
      '<f4',
      [1, 2, 3],
      "holds elements of type '<f4'; images of type uint8 and uint16 are read",
    ],
    ['objects', '|O', [3], 'train_images of FILE holds Python objects, which are never read'],
  ])('refuses %s before unpacking them', async (_, descriptor, shape, sentence) => {
    const bytes = new Uint8Array(24)
    expect(await problemOf({ train_images: npy(descriptor, shape, bytes), train_labels: labels([1]) })).toContain(
      sentence,
    )
  })

  it('refuses more images than it reads by what their headers say', async () => {
    const count = 2 ** 20
    const flood = npy('|u1', [count, 1, 1], new Uint8Array(count))
    expect(await problemOf({ train_images: flood, train_labels: npy('|u1', [count], new Uint8Array(count)) })).toBe(
      'FILE holds 1048576 images; at most 1000000 are read',
    )
  })

  it('opens the rebuilt PneumoniaMNIST with its counts', (context) => {
    const folder = needBeside(context, 'shared/data/pneumoniamnist', 'PneumoniaMNIST')
    const cohort = openDataset(path.join(folder, 'pneumoniamnist_rebuilt.npz'))
    const count = (split: string) => cohort.films.filter((film) => film.split === split).length
    expect([count('train'), count('tuning'), count('test')]).toEqual([4708, 524, 624])
    // numpy: (labels == 1).sum() over the three
    expect(cohort.films.filter((film) => film.label === '1')).toHaveLength(4273)
  })
})
