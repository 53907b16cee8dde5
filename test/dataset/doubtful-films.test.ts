import { describe, expect, it } from 'vitest'
import { examineCohorts } from '../../src/dataset/audit.js'
import { findFiles } from '../../src/dataset/labels/found-files.js'
import { openDataset } from '../../src/dataset/open.js'
import { encodeJpeg, encodePng } from '../../src/image/codec.js'
import type { Raster } from '../../src/image/raster.js'
import { dicomFilm } from '../support/dicom.js'
import { dicomFile } from '../support/dicom-file.js'
import { noise, temporaryFolder, writeFiles } from './films-on-disk.js'

const sopClass = 0x0008_0016
const modality = 0x0008_0060
const conversionType = 0x0008_0064
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7'

/** Warnings of a dataset with a class of these files and another of noise. */
async function examine(files: Record<string, Uint8Array | number>, skipUnreadable = false) {
  const root = await writeFiles(temporaryFolder(), { ...files, 'sick/x.png': 901, 'sick/y.png': 902 })
  const options = { forSplit: false, skipUnreadable }
  const { audited, problems } = await examineCohorts({ internal: openDataset(root), external: {} }, options)
  const { cohort } = audited.internal
  return { warnings: cohort.warnings.map(String), problems, flow: cohort.flow }
}

/** A DICOM film of its own; elements by tag. */
const film = (seed: number, texts: Parameters<typeof dicomFilm>[0] = {}) =>
  dicomFilm({ 1048608: ['LO', `p${seed}`], ...texts }, { value: (i) => (i * 37 + seed * 101) % 4096 })
const grey = (value: number, more: Partial<Raster> = {}): Raster => ({
  width: 9,
  height: 7,
  channels: 1,
  bitDepth: 8,
  data: new Uint8Array(63 * (more.channels ?? 1)).fill(value),
  ...more,
})

describe('films that hold one grey value', () => {
  it('are a warning, whatever their form: PNG, JPEG, colour, DICOM by its window', async () => {
    const blinded = dicomFilm({ 2625616: ['DS', '9000'], 2625617: ['DS', '2'] })
    const orange = new Uint8Array(63 * 3).map((_, i) => [250, 120, 10][i % 3])
    const { warnings, problems } = await examine({
      'normal/a.png': await encodePng(grey(0)),
      'normal/b.png': await encodeJpeg(grey(128), 90),
      'normal/c.png': await encodePng(grey(0, { channels: 3, data: orange })),
      'normal/d.dcm': blinded,
      'normal/good.png': 5,
    })
    expect(problems).toEqual([])
    expect(warnings).toContain(
      '4 of 7 films hold one grey value alone, as a failed export or a wrong window leaves it; leave them out (column exclude ' +
        'of a manifest): normal/a.png, normal/b.png, normal/c.png ... and 1 more',
    )
  })

  it('are not those with one other pixel', async () => {
    const { data } = noise(1)
    const spot = grey(7, { data: Uint8Array.from({ length: 63 }, (_, i) => (i === 62 ? data[0] | 8 : 7)) })
    expect((await examine({ 'normal/a.png': await encodePng(spot) })).warnings).toEqual([])
  })
})

describe('an archive’s export', () => {
  it('names screenshots and dose reports among films', async () => {
    const { warnings } = await examine({
      'normal/film1': film(1),
      'normal/film2': film(2),
      'normal/dose': film(3, { [sopClass]: ['UI', secondaryCapture], [modality]: ['CS', 'OT'] }),
      'normal/colour': film(4, { [sopClass]: ['UI', `${secondaryCapture}.4`], [modality]: ['CS', 'CR'] }),
      'normal/screen': film(5, { [conversionType]: ['CS', 'WSD'] }),
    })
    expect(warnings).toContain(
      '3 of 7 films are secondary captures (CR, OT): dose reports and screenshots look like this; leave them out (column ' +
        'exclude of a manifest): normal/colour, normal/dose, normal/screen',
    )
  })

  it('that somebody converted as a whole is none', async () => {
    const converted = (seed: number) => film(seed, { [sopClass]: ['UI', secondaryCapture] })
    const root = await writeFiles(temporaryFolder(), {
      'normal/a': converted(1),
      'normal/b': converted(2),
      'sick/c': converted(3),
    })
    const { audited } = await examineCohorts({ internal: openDataset(root), external: {} }, { forSplit: false })
    expect(audited.internal.cohort.warnings).toEqual([])
  })

  it('names modalities that are mixed, and takes computed and digital radiography for one', async () => {
    const of = (seed: number, name: string) => film(seed, { [modality]: ['CS', name] })
    const alike = { 'normal/a': of(1, 'CR'), 'normal/b': of(2, 'DX'), 'normal/c': of(3, 'RG') }
    expect((await examine(alike)).warnings.join()).not.toContain('modalities')
    const { warnings } = await examine({ ...alike, 'normal/localiser': of(4, 'CT'), 'normal/us': of(5, 'US') })
    expect(warnings.join()).toContain('the films are of several modalities (CR 1, DX 1, RG 1, CT 1, US 1): ')
  })

  it('has a table of contents that is no film, also where it can not be read', async () => {
    const cut = new Uint8Array([...new Uint8Array(128), ...Buffer.from('DICM')])
    const root = await writeFiles(temporaryFolder(), { DICOMDIR: cut, 'DICOM/IM1': film(1), 'DICOM/IM2': cut })
    const { films, others } = findFiles(root)
    expect([films.map(({ name }) => name), others]).toEqual([['DICOM/IM1', 'DICOM/IM2'], ['DICOMDIR']])
  })

  it('names objects without an image, and goes on without them where asked', async () => {
    const object = (sop: string, kind: string) =>
      dicomFile([
        [sopClass, 'UI', sop],
        [modality, 'CS', kind],
        [0x0010_0020, 'LO', 'p1'],
      ])
    const others = {
      'normal/SR1': object('1.2.840.10008.5.1.4.1.1.88.67', 'SR'),
      'normal/PR1': object('1.2.840.10008.5.1.4.1.1.11.1', 'PR'),
      'normal/KO1': object('1.2.840.10008.5.1.4.1.1.88.59', 'KO'),
      'normal/PDF': object('1.2.840.10008.5.1.4.1.1.104.1', 'DOC'),
      'normal/DICOMDIR': object('1.2.840.10008.1.3.10', ''),
      'normal/film1': film(1),
    }
    const { problems } = await examine(others)
    expect(problems).toHaveLength(4)
    expect(problems.every((text) => /holds no film|no image/.test(text))).toBe(true)
    expect((await examine(others, true)).flow).toEqual({
      found: 8,
      excluded: [
        { reason: 'not an image', count: 1 },
        { reason: 'DICOM object without an image', count: 4 },
      ],
      analysed: 3,
    })
  })
})
