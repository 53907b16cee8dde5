import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { auditCohorts, examineCohorts } from '../../src/dataset/audit.js'
import { loadPixels, readRaster } from '../../src/dataset/load.js'
import { openDataset } from '../../src/dataset/open.js'
import { dicomFile, formOf, type Part, syntaxes } from '../support/dicom-file.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

/** A drawn film of 4 x 3 pixels, 12 bit; `seed` makes it its own. */
function film(seed: number, patient: string | undefined, more: readonly Part[] = [], frames = 1): Part[] {
  const pixels = Array.from({ length: 12 * frames }, (_, i) => (i * 331 + seed * 97) % 4096)
  const parts: Part[] = [
    [0x0008_0060, 'CS', 'DX'],
    ...(patient === undefined ? [] : ([[0x0010_0020, 'LO', patient]] as Part[])),
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', 'MONOCHROME2'],
    [0x0028_0008, 'IS', String(frames)],
    [0x0028_0010, 'US', 3],
    [0x0028_0011, 'US', 4],
    [0x0028_0100, 'US', 16],
    [0x0028_0101, 'US', 12],
    [0x0028_0102, 'US', 11],
    [0x0028_0103, 'US', 0],
    ...more,
    [0x7fe0_0010, 'OW', pixels],
  ]
  return parts.toSorted(([a], [b]) => a - b)
}

const window = (center: string, width: string): Part[] => [
  [0x0028_1050, 'DS', center],
  [0x0028_1051, 'DS', width],
]

/** Six films of as many patients, names without extensions, in three encodings. */
async function twoClasses(patientOf: (i: number) => string | undefined, more: readonly Part[] = []): Promise<string> {
  const forms = [syntaxes.explicit, syntaxes.implicit, syntaxes.bigEndian].map(formOf)
  const files = Array.from({ length: 6 }, (_, i) => [
    `${i < 3 ? 'normal' : 'sick'}/IM${i}`,
    dicomFile(film(i, patientOf(i), more), i === 1 ? { ...forms[1], head: 'none' } : forms[i % 3]),
  ])
  return writeFiles(temporaryFolder(), Object.fromEntries(files))
}

describe('a folder of DICOM files', () => {
  it('is known by content, and its headers tell the patients', async () => {
    const root = await twoClasses((i) => `p${i % 5}`)
    const cohort = openDataset(root)
    expect(cohort.patientSource).toBe('dicom')
    expect(cohort.films.map(({ patient }) => patient)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p0'])
    const { internal } = (await examineCohorts({ internal: cohort, external: {} })).audited
    expect(internal.cohort.films[0]).toMatchObject({
      format: 'dicom',
      white: 65_535,
      steps: ['stretched'],
      dicom: { modality: 'DX', patientId: 'p0' },
    })
  })

  it('tells patients of two issuers apart', async () => {
    const root = await writeFiles(temporaryFolder(), {
      'a/1': dicomFile(film(1, '7', [[0x0010_0021, 'LO', 'north']])),
      'b/2': dicomFile(film(2, '7', [[0x0010_0021, 'LO', 'south']])),
    })
    expect(openDataset(root).films.map(({ patient }) => patient)).toEqual(['7 (north)', '7 (south)'])
  })

  it('takes an id without issuer for that of the one issuer named beside it, and says so', async () => {
    const of = (seed: number, id: string, issuer?: string) =>
      dicomFile(film(seed, id, issuer === undefined ? [] : [[0x0010_0021, 'LO', issuer]]))
    const cohort = openDataset(
      await writeFiles(temporaryFolder(), {
        'a/1': of(1, '7', 'north'),
        'a/2': of(2, '7'),
        'a/3': of(3, '8', 'north'),
        'b/4': of(4, '8', 'south'),
        'b/5': of(5, '8'),
        'b/6': of(6, '9'),
      }),
    )
    expect(cohort.films.map(({ patient }) => patient)).toEqual([
      '7 (north)',
      '7 (north)',
      '8 (north)',
      '8 (south)',
      '8',
      '9',
    ])
    const remedy = '; where that is wrong, say who the patients are in a manifest, or by --patient-from'
    expect(cohort.warnings.map(String)).toEqual([
      `1 film without the issuer that other films name for the same PatientID: taken for the same patient${remedy}: a/2`,
      `1 film without an issuer, though others give two for the same PatientID: taken for a third patient${remedy}: b/5`,
    ])
  })

  it('says where one PatientID has two birth dates', async () => {
    const born = (seed: number, id: string, date: string) => dicomFile(film(seed, id, [[0x0010_0030, 'DA', date]]))
    const cohort = openDataset(
      await writeFiles(temporaryFolder(), {
        'a/1': born(1, '7', '19500101'),
        'b/2': born(2, '7', '19610203'),
        'b/3': born(3, '8', '19610203'),
      }),
    )
    expect(cohort.films.map(({ patientId }) => patientId)).toEqual(['patient-0001', 'patient-0001', 'patient-0002'])
    expect(cohort.warnings.map(String)).toEqual([
      '2 films with one PatientID and different birth dates: taken for one patient; where that is wrong, say who the patients are in a manifest, or by --patient-from: a/1, b/2',
    ])
  })

  it('whose headers do not tell patients apart says so', async () => {
    const same = openDataset(await twoClasses(() => 'ANONYMOUS'))
    expect([same.patientSource, same.warnings[0]]).toEqual([
      'image',
      'all films carry the same PatientID, which tells no patients apart, so each film counts as its own patient; say who the patients are in a manifest, or by --patient-from',
    ])
    const some = openDataset(await twoClasses((i) => (i < 2 ? undefined : `p${i}`)))
    expect(some.patientSource).toBe('dicom')
    expect(String(some.warnings[0])).toMatch(
      /^2 films without a PatientID in DICOM, each counts as a patient of its own: normal/,
    )
    const named = openDataset(await twoClasses(() => 'ANONYMOUS'), { patientFrom: '/(IM\\d)' })
    expect([named.patientSource, named.warnings]).toEqual(['name', []])
  })

  it('of shown films ends at full white by its own word, whatever other films hold', async () => {
    // through a window of LINEAR, 1000 wide about 2000.5: 2000 is the middle
    const dark = film(0, 'p', window('2000', '1001')).map(
      ([tag, vr, value]): Part => (tag === 0x7fe0_0010 ? [tag, vr, Array(12).fill(1625)] : [tag, vr, value]),
    )
    const root = await writeFiles(temporaryFolder(), { 'a/1': dicomFile(dark), 'b/2': dicomFile(film(2, 'q')) })
    const pixels = await loadPixels(openDataset(root).films.slice(0, 1), {
      height: 3,
      width: 4,
      channels: 1,
      maxValue: 1023,
    })
    // (1625 - 1999.5) / 1000 + 0.5 = 0.1255 of 255
    expect(new Set(pixels.data)).toEqual(new Set([32]))
  })
})

describe('a manifest of DICOM files', () => {
  it('chooses frames and views', async () => {
    const several = film(1, 'p', window('100\\2000', '201\\4001'), 3)
    const root = await writeFiles(temporaryFolder(), {
      'm.csv': 'file,label,frame,voi\ncine,a,,\ncine,b,2,\ncine,b,3,window:2\ncine,a,3,none\n',
      cine: dicomFile(several),
    })
    await expect(async () => openDataset(path.join(root, 'm.csv'))).rejects.toThrow(
      /'cine' is 'a' here, but 'b' in row 4/,
    )
    await writeFiles(root, { 'm.csv': 'file,label,frame,voi\ncine,a,,\ncine,b,2,\ncine,b,3,window:2\n' })
    const cohort = openDataset(path.join(root, 'm.csv'))
    expect(cohort.films.map(({ name }) => name)).toEqual(['cine', 'cine (frame 2)', 'cine (frame 3)'])
    const stored = (frame: number, i: number) => ((i + 12 * (frame - 1)) * 331 + 97) % 4096
    const linear = (value: number, center: number, width: number) =>
      Math.min(1, Math.max(0, (value - center + 0.5) / (width - 1) + 0.5))
    const views = [
      [1, 100, 201],
      [2, 100, 201],
      [3, 2000, 4001],
    ]
    for (const [at, [frame, center, width]] of views.entries()) {
      const { data } = await readRaster(cohort.films[at])
      const expected = Array.from(data, (_, i) => Math.round(65_535 * linear(stored(frame, i), center, width)))
      expect([...data]).toEqual(expected)
    }
  })

  it('names wrong frames and views by row and column', async () => {
    const root = await writeFiles(temporaryFolder(), {
      'm.csv': 'file,label,frame,voi\none,a,zero,\none,b,,middle\n',
      one: dicomFile(film(1, 'p')),
    })
    const message = await Promise.resolve()
      .then(() => openDataset(path.join(root, 'm.csv')))
      .catch((error) => error.message)
    expect(message).toContain("row 2, column frame: 'zero' is no frame; write 1, 2, 3 ...")
    expect(message).toContain("row 3, column voi: 'middle' is no view of a DICOM file; write lut:1, window:2 or none")
  })

  it('whose frame is not there is a problem of the audit, with the others gone on', async () => {
    const root = await writeFiles(temporaryFolder(), {
      'm.csv': 'file,label,frame\none,a,4\ntwo,b,\n',
      one: dicomFile(film(1, 'p')),
      two: dicomFile(film(2, 'q')),
    })
    const work = auditCohorts({ internal: openDataset(path.join(root, 'm.csv')), external: {} })
    await expect(work).rejects.toThrow('one (frame 4) has 1 frame; there is no frame 4')
  })
})
