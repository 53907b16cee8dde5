import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditCohorts, fullWhite } from '../../src/dataset/audit.js'
import { inspectFile } from '../../src/dataset/inspection.js'
import { loadPixels } from '../../src/dataset/load.js'
import { openDataset } from '../../src/dataset/open.js'
import { encodePng } from '../../src/image/codec.js'
import { toPixels } from '../../src/image/resize.js'
import { classFolders, noise, temporaryFolder, writeFiles } from './films-on-disk.js'

const auditOf = (dataset: string, options = {}) =>
  auditCohorts({ internal: openDataset(dataset), external: {} }, options)
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  )
const five = { normal: 5, sinusitis: 5 }

describe('the audit', () => {
  it('returns each film with its facts', async () => {
    const root = await classFolders(five)
    let progress = 0
    const { internal, colour } = await auditOf(root, { onProgress: (more: number) => (progress += more) })
    expect(progress).toBe(10)
    expect([internal.maxValue, internal.colour, colour]).toEqual([255, false, false])
    expect(internal.cohort.flow).toEqual({ found: 10, excluded: [], analysed: 10 })
    expect(internal.cohort.films[0]).toMatchObject({ id: 'film-0001', width: 6, height: 5, channels: 1, bitDepth: 8 })
    expect(new Set(internal.cohort.films.map((film) => film.pixelHash)).size).toBe(10)
  })

  it('names every unreadable file at once', async () => {
    const root = await classFolders(five)
    const whole = await encodePng(noise(99, { width: 60, height: 60 }))
    await writeFiles(root, {
      'normal/empty.png': '',
      'normal/text.png': 'no image',
      'sinusitis/half.png': whole.subarray(0, 1500),
      'sinusitis/slices.dcm': 'x',
    })
    expect((await refusalOf(auditOf(root))).split('\n')).toEqual([
      "UserError: the films can't be used as they are, 4 problems:",
      '  - normal/empty.png is empty (0 bytes); replace the file, or leave such files out with --skip-unreadable',
      '  - normal/text.png is not an image (its content is text)',
      '  - sinusitis/half.png is a PNG that ends early (truncated)',
      '  - sinusitis/slices.dcm is not an image (its content is text)',
    ])
  })

  it('goes on without unreadable files on request, counted in the flow', async () => {
    const root = await classFolders(five)
    await writeFiles(root, { 'normal/empty.png': '', 'normal/notes.txt': 'x' })
    const { cohort } = (await auditOf(root, { skipUnreadable: true })).internal
    expect(cohort.films).toHaveLength(10)
    expect(cohort.flow).toEqual({
      found: 12,
      excluded: [
        { reason: 'not an image', count: 1 },
        { reason: 'unreadable', count: 1 },
      ],
      analysed: 10,
    })
    expect(cohort.warnings).toContain('1 unreadable file left out')
  })

  it('finds the same image under two labels, two patients and in two datasets, whatever the file', async () => {
    const rows = [
      'a.png,x,1',
      'b.png,x,2',
      'c.png,x,3',
      'd.png,y,4',
      'e.png,y,5',
      'f.png,y,6',
      'g.png,y,7',
      'h.png,x,8',
    ]
    const files = { 'a.png': 1, 'b.png': 2, 'c.png': 3, 'd.png': 4, 'e.png': 5, 'f.png': 6, 'g.png': 1, 'h.png': 2 }
    const root = await writeFiles(temporaryFolder(), {
      ...files,
      'manifest.csv': `file,label,patient\n${rows.join('\n')}\n`,
    })
    const other = await classFolders({ x: 2, y: 1 })
    await writeFiles(other, { 'y/copy.png': 3 })
    const cohorts = {
      internal: openDataset(root, { name: 'ours' }),
      external: { theirs: openDataset(other, { name: 'theirs' }) },
    }
    expect(await refusalOf(auditCohorts(cohorts))).toBe(
      "UserError: the films can't be used as they are: 3 images occur in two datasets: ours: a.png = theirs: x/x001.png, " +
        'ours: b.png = theirs: y/y000.png, ours: c.png = theirs: y/copy.png; a test film must not be trained on: remove one of each',
    )
    expect((await refusalOf(auditCohorts({ ...cohorts, external: {} }))).split('\n').slice(1)).toEqual([
      '  - 1 image occurs under two labels: a.png = g.png; keep the true one of each',
      '  - 1 image occurs under two patients: b.png = h.png; remove one of each, or give both the same patient',
    ])
  })

  it('uses an image that stands twice for one patient and class once, and says so', async () => {
    const root = await classFolders(five)
    await writeFiles(root, { 'normal/n000 copy.png': 0 })
    const { cohort } = (await auditOf(root)).internal
    expect(cohort.films).toHaveLength(10)
    expect(cohort.flow.excluded).toEqual([{ reason: 'the same image as another film', count: 1 }])
    expect(cohort.warnings.map(String)).toContain(
      '1 film of one patient and class occurs twice and is used once: normal/n000 copy.png = normal/n000.png',
    )
  })

  it('compares regions, not files', async () => {
    const rows = ['a.png,x,"0,0,2,2"', 'a.png,y,"2,2,2,2"', 'b.png,x,', 'c.png,x,', 'd.png,y,', 'e.png,y,']
    const files = { 'a.png': 1, 'b.png': 2, 'c.png': 3, 'd.png': 4, 'e.png': 5 }
    const root = await writeFiles(temporaryFolder(), {
      ...files,
      'manifest.csv': `file,label,roi\n${rows.join('\n')}\n`,
    })
    const { films } = (await auditOf(root)).internal.cohort
    expect(films.slice(0, 2).map(({ width, height }) => [width, height])).toEqual([
      [2, 2],
      [2, 2],
    ])
    await writeFiles(root, { 'manifest.csv': `file,label,roi\n${rows.join('\n').replace('2,2,2,2', '5,4,2,2')}\n` })
    expect(await refusalOf(auditOf(root))).toMatch(/a\.png has a region of 2 x 2 at \(5, 4\) outside its 6 x 5 pixels/)
  })

  it('finds a class with too few patients', async () => {
    const root = await classFolders({ normal: 2, sinusitis: 8 })
    expect(await refusalOf(auditOf(root))).toMatch(/the class 'normal' has 2 patients, .* needs at least 3/)
  })

  it('finds patients on both sides of a given split, without naming them', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.png`, i]))
    const rows = Object.keys(files).map(
      (file, i) => `${file},${i % 2 ? 'x' : 'y'},secret${i === 11 ? 0 : i},${['train', 'val', 'test'][i % 3]}`,
    )
    const root = await writeFiles(temporaryFolder(), {
      ...files,
      'manifest.csv': `file,label,patient,split\n${rows.join('\n')}\n`,
    })
    const message = await refusalOf(auditOf(root))
    expect(message).toMatch(/1 patient of .* has films in two sets of its own split: 0\.png and 11\.png; move them/)
    expect(message).not.toContain('secret')
  })

  it('stops on request', async () => {
    const root = await classFolders(five)
    expect(await refusalOf(auditOf(root, { signal: AbortSignal.abort() }))).toBe('Interrupted: interrupted')
  })
})

it('takes the smallest usual depth that holds the largest grey value as full white', () => {
  expect([0, 255, 256, 1023, 1024, 4095, 4096, 16384, 65535].map(fullWhite)).toEqual([
    255, 255, 1023, 1023, 4095, 4095, 16383, 65535, 65535,
  ])
})

describe('loading', () => {
  it('gives pixels in the order of films, 8-bit and 12-bit films side by side', async () => {
    const deep = noise(50, { bitDepth: 16 })
    const root = await writeFiles(await classFolders({ normal: 3, sinusitis: 2 }), {
      'sinusitis/deep.png': await encodePng(deep),
    })
    const { cohort, maxValue } = (await auditOf(root)).internal
    expect(maxValue).toBe(4095)
    const target = { height: 8, width: 8, channels: 1, maxValue } as const
    const pixels = await loadPixels(cohort.films, target)
    expect(pixels.shape).toEqual([6, 8, 8, 1])
    expect(pixels.data.subarray(0, 64)).toEqual(toPixels(noise(0), { ...target, maxValue: 255 }))
    expect(pixels.data.subarray(3 * 64, 4 * 64)).toEqual(toPixels(deep, target))
  })

  it('names a file that can no longer be read', async () => {
    const root = await classFolders(five)
    const { films } = openDataset(root)
    await writeFiles(root, { 'normal/n002.png': '' })
    const target = { height: 8, width: 8, channels: 1, maxValue: 255 } as const
    expect(await refusalOf(loadPixels(films, target))).toBe('UserError: normal/n002.png is empty (0 bytes)')
  })
})

describe('inspection', () => {
  it('of a file tells its values and their hash', async () => {
    const data = Uint16Array.of(0, 1000, 2000, 65535)
    const png = await encodePng({ width: 2, height: 2, channels: 1, bitDepth: 16, data })
    const file = path.join(await writeFiles(temporaryFolder(), { 'a.dat': png }), 'a.dat')
    // numpy.array([0, 1000, 2000, 65535], '<i4'): mean(), std(), hashlib.sha256(tobytes())
    expect(await inspectFile(file)).toEqual({
      file,
      format: 'png',
      rows: 2,
      columns: 2,
      frames: 1,
      channels: 1,
      bitsStored: 16,
      stored: {
        min: 0,
        max: 65535,
        mean: 17133.75,
        std: expect.closeTo(27953.419597, 5),
        sha256: '907ed5c38296d7e2f4b021e053879f0904e5ae98c59197d5501f584f4d64de01',
      },
      // the same, each divided by 257
      display: { min: 0, max: 255, mean: expect.closeTo(66.66829, 4), std: expect.closeTo(108.7682, 4) },
      done: [],
      notes: [],
    })
  })
})
