/** A made file holds every element of the profile's table with a canary; nothing of it is left, and pixels stay as they were. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { joinBytes } from '../../../src/base/bytes.js'
import { cleanFile } from '../../../src/dataset/deidentify/clean-file.js'
import { profileTable } from '../../../src/dataset/deidentify/profile-table.js'
import { cutTime, pseudonymsOf, shiftDate, shiftDateTime } from '../../../src/dataset/deidentify/pseudonyms.js'
import { PatientKey } from '../../../src/dataset/patient-key.js'
import { loadRepresentations } from '../../../src/image/dicom/dictionary.js'
import { implicitLittle, readFragments } from '../../../src/image/dicom/element-reader.js'
import { encodeItems, type NewElement, textElement } from '../../../src/image/dicom/element-writer.js'
import { type DicomHeader, readDicomHeader } from '../../../src/image/dicom/header.js'
import { elements } from '../../../src/image/dicom/tags.js'
import { dicomFilm } from '../../support/dicom.js'
import { dicomFile, formOf, type Part, syntaxes } from '../../support/dicom-file.js'
import { needBeside } from '../../support/needs.js'

const key = new PatientKey(Uint8Array.from({ length: 32 }, (_, i) => i))
const other = new PatientKey(new Uint8Array(32))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')
const { rows } = profileTable()

/** A canary for each representation; dates and numbers that stand nowhere else. */
const canaries: Record<string, string> = {
  DA: '19871213',
  TM: '112233.445566',
  DT: '19871213112233.445566',
  UI: '1.2.276.0.7777.42',
  AS: '042Y',
  DS: '8765.4321',
  IS: '87654321',
  UR: 'http://canary.example/x',
}
const canary = (vr: string) =>
  canaries[vr] ?? (vr === 'CS' ? 'CANARY' : vr === 'PN' ? 'Canary^Bird' : 'Canary was here')
const binary = new Set(['OB', 'OW', 'OF', 'UN'])

function every(tag: number, vr: string): NewElement {
  if (vr === 'SQ')
    return {
      tag,
      vr,
      value: [[textElement(0x0008_0104, 'LO', canary('LO')), textElement(0x0008_1155, 'UI', canary('UI'))]],
    }
  if (vr === 'US') return { tag, vr, value: Uint8Array.of(0x43, 0x61) }
  return binary.has(vr)
    ? { tag, vr, value: new TextEncoder().encode(canary('LO').padEnd(16)) }
    : textElement(tag, vr, canary(vr))
}

function everything(): Uint8Array {
  const own = new Set([0x0008_0016, 0x0008_0018, 0x0008_0060])
  const more = [...rows]
    .filter(([tag]) => tag >>> 16 >= 8 && tag >>> 16 < 0xfffa && !own.has(tag))
    .map(([tag, { vr }]) => every(tag, vr))
  return dicomFilm(
    { 524312: ['UI', canary('UI')], 524384: ['CS', 'CR'], 524400: ['LO', 'Maker of Canary devices'] },
    {
      more: [
        ...more,
        textElement(0x0009_0010, 'LO', canary('LO')),
        textElement(0x0009_1001, 'LO', canary('LO')),
        { tag: 0x6000_3000, vr: 'OW', value: Uint8Array.of(1, 2) },
        textElement(0x6000_0022, 'LO', canary('LO')),
        textElement(0x5000_0022, 'LO', canary('LO')),
        // not in the table, yet a name and a date
        textElement(0x0072_006e, 'PN', canary('PN')),
        textElement(0x0018_9999, 'DT', canary('DT')),
        // a sequence of a kind that nobody knows: its items hold a name
        {
          tag: 0x0018_9998,
          vr: 'UN',
          value: joinBytes(encodeItems([[textElement(0x0010_0010, 'PN', canary('PN'))]], implicitLittle)),
        },
      ],
    },
  )
}

const pixelsOf = ({ dataSet }: DicomHeader) => dataSet.rawBytes(elements.PixelData)

describe('a file with every element of the table', () => {
  it.each([true, false])('holds no canary when it is clean (dates shifted: %s)', async (shiftDates) => {
    const source = everything()
    const { bytes, remarks } = await cleanFile(source, key, { shiftDates })
    for (const secret of [...Object.values(canaries), 'Canary', 'CANARY']) expect(text(bytes)).not.toContain(secret)
    const [before, after] = [readDicomHeader(source), readDicomHeader(bytes)]
    expect(pixelsOf(after)).toEqual(pixelsOf(before))
    expect(after.notes).toEqual([])
    expect(remarks).toContain('an overlay or a curve was removed')
    // the maker's name held the patient's
    expect(remarks.join()).toMatch(/stood in an element that the profile keeps/)
  })

  it('has each row treated as the table says', async () => {
    const after = readDicomHeader((await cleanFile(everything(), key, { shiftDates: false })).bytes).dataSet
    const wrong = [...rows].flatMap(([tag, { action, vr, name }]) => {
      if (tag >>> 16 < 8 || tag >>> 16 >= 0xfffa || [0x0010_0010, 0x0010_0020].includes(tag)) return []
      const there = after.has({ tag })
      const bytes = after.rawBytes({ tag }).length
      const marked = [0x0012_0063, 0x0012_0064].includes(tag)
      const right =
        action === 'X'
          ? !there || marked
          : action === 'Z' || action === 'X/Z'
            ? there && bytes === 0
            : action === 'U'
              ? there && bytes > 0
              : there && (bytes > 0 || vr === 'SQ')
      return right ? [] : [`${name} ${action}`]
    })
    expect(wrong).toEqual([])
  })

  it('says that it was cleaned, and by what', async () => {
    const { dataSet, meta } = readDicomHeader((await cleanFile(everything(), key)).bytes)
    expect(dataSet.text({ tag: 0x0012_0062, vr: 'CS' })).toBe('YES')
    expect(dataSet.text({ tag: 0x0012_0063, vr: 'LO' })).toMatch(/^kopt .*PS3\.15 .*Basic Profile$/)
    const codes = dataSet.items({ tag: 0x0012_0064 }).map((item) => item.text({ tag: 0x0008_0100, vr: 'SH' }))
    expect(codes).toEqual(['113100', '113107'])
    expect(dataSet.text({ tag: 0x0028_0303, vr: 'CS' })).toBe('MODIFIED')
    expect(meta.text({ tag: 0x0002_0003, vr: 'UI' })).toBe(dataSet.text(elements.SOPInstanceUID))
  })
})

describe('pseudonyms', () => {
  const film = (patient: string, uid: string, date: string) =>
    dicomFilm({
      524312: ['UI', uid],
      524320: ['DA', date],
      524336: ['TM', '142233'],
      1048608: ['LO', patient],
      2097165: ['UI', '1.2.3.99'],
    })
  const cleaned = async (bytes: Uint8Array, by = key) => readDicomHeader((await cleanFile(bytes, by)).bytes)

  it('are the same for the same patient and study, and follow from the key', async () => {
    const films = [film('7', '1.2.1', '20200105'), film('7', '1.2.2', '20200301'), film('8', '1.2.3', '20200105')]
    const [a, b, c] = (await Promise.all(films.map((bytes) => cleaned(bytes)))).map(({ facts }) => facts)
    expect(a.patientId).toBe(key.nameOf('7'))
    expect([a.patientId, a.studyUid]).toEqual([b.patientId, b.studyUid])
    expect(a.sopInstanceUid).not.toBe(b.sopInstanceUid)
    expect(a.patientId).not.toBe(c.patientId)
    const days = (one = '', two = '') =>
      (Date.UTC(+two.slice(0, 4), +two.slice(4, 6) - 1, +two.slice(6)) -
        Date.UTC(+one.slice(0, 4), +one.slice(4, 6) - 1, +one.slice(6))) /
      86_400_000
    expect(days(a.studyDate, b.studyDate)).toBe(56)
    expect(days(a.studyDate, '20200105')).toBe(pseudonymsOf(key, '7').daysBack)
    const elsewhere = (await cleaned(film('7', '1.2.1', '20200105'), other)).facts
    expect(elsewhere.patientId).not.toBe(a.patientId)
    expect(elsewhere.studyUid).not.toBe(a.studyUid)
  })

  it('are UIDs of the form 2.25, of at most 64 characters, and leave those of the standard', () => {
    const { uid } = pseudonymsOf(key, 'x')
    expect(uid('1.2.3')).toMatch(/^2\.25\.[1-9]\d{30,38}$/)
    expect(uid('1.2.840.10008.5.1.4.1.1.1')).toBe('1.2.840.10008.5.1.4.1.1.1')
  })

  it('move dates across months and years, cut times to the hour, and refuse what is no date', () => {
    expect(shiftDate('20200301', 1)).toBe('20200229')
    expect(shiftDate('2020.01.01', 366)).toBe('20181231')
    expect([shiftDate('20200231', 1), shiftDate('about 2020', 1), shiftDate('', 1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(shiftDateTime('20200301142233.5+0100', 1)).toBe('20200229140000')
    expect(shiftDateTime('20200301', 1)).toBe('20200229')
    expect([cutTime('142233.123'), cutTime('14:22'), cutTime('99'), cutTime('noon')]).toEqual([
      '140000',
      '140000',
      undefined,
      undefined,
    ])
  })
})

describe('an element that the table does not list', () => {
  const parts = (name: string): Part[] => [
    [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
    [0x0008_0018, 'UI', '1.2.3.4'],
    [0x0010_0010, 'PN', name],
    [0x0010_0020, 'LO', '70041993'],
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', 'MONOCHROME2'],
    [0x0028_0010, 'US', 1],
    [0x0028_0011, 'US', 2],
    [0x0028_0100, 'US', 8],
    [0x0028_0101, 'US', 8],
    [0x0028_0102, 'US', 7],
    [0x0028_0103, 'US', 0],
    [0x7fe0_0010, 'OB', Uint8Array.of(0, 1)],
  ]
  const cleaned = async (more: readonly Part[], syntax: string, shiftDates = true) => {
    const all = [...parts('Muster^Erika'), ...more].toSorted(([a], [b]) => a - b)
    const { bytes, remarks } = await cleanFile(dicomFile(all, formOf(syntax)), key, { shiftDates })
    return { ...readDicomHeader(bytes), remarks, all: text(bytes) }
  }

  it.each([
    [syntaxes.implicit, true],
    [syntaxes.implicit, false],
    [syntaxes.explicit, true],
    [syntaxes.explicit, false],
  ])(
    'has its dates moved, its times cut and its person names emptied (%s, dates shifted: %s)',
    async (syntax, shiftDates) => {
      const representations = await loadRepresentations()
      const values: Record<string, string> = {
        DA: '20200315',
        DT: '20200315142233.123456',
        TM: '142233.123456',
        PN: 'SECRET^NAME',
      }
      const tags = [...representations].filter(
        ([tag, vr]) => vr in values && !rows.has(tag) && tag >>> 16 >= 8 && (tag >>> 16) % 2 === 0,
      )
      expect(tags.length).toBeGreaterThan(15)
      const more = tags.map(([tag, vr]): Part => [tag, vr, values[vr]])
      const deep: Part = [0x0008_1032, 'SQ', { items: [[[0x0008_2218, 'SQ', { items: [more], open: true }]]] }]
      const { all, dataSet } = await cleaned([...more, deep], syntax, shiftDates)
      for (const secret of ['20200315', '142233', 'SECRET', 'NAME']) expect(all).not.toContain(secret)
      const [date] = tags.filter(([, vr]) => vr === 'DA')
      const moved = shiftDate('20200315', pseudonymsOf(key, '70041993').daysBack)
      expect(dataSet.text({ tag: date[0], vr: 'DA' })).toBe(shiftDates ? moved : '19000101')
    },
  )

  it.each([1, 8, 200])('has its items cleaned in implicit files, however long it is (%i items)', async (count) => {
    const item: Part[] = [
      [0x0008_0100, 'SH', '24672'],
      [0x0008_0102, 'SH', '99LOC'],
      [0x0008_0104, 'LO', 'CHEST Muster Erika'],
      [0x0008_0105, 'CS', 'LOCAL'],
    ]
    for (const open of [false, true]) {
      const sequence: Part = [0x0008_1032, 'SQ', { items: Array.from({ length: count }, () => item), open }]
      const { dataSet, all, remarks } = await cleaned([sequence], syntaxes.implicit)
      expect(all).not.toMatch(/muster|erika/i)
      const items = dataSet.items({ tag: 0x0008_1032 })
      expect(items).toHaveLength(count)
      // what tells nothing is kept
      expect(items.map((one) => one.text({ tag: 0x0008_0100, vr: 'SH' }))).toEqual(Array(count).fill('24672'))
      expect(remarks).toEqual([
        'the patient’s name or number stood in an element that the profile keeps; it was emptied: (0008,0104)',
      ])
    }
  })

  it('is emptied or removed, and this is said, where nobody can read it', async () => {
    const more: Part[] = [
      [0x0008_0005, 'CS', 'ISO_IR 192'],
      [0x0008_1031, 'UN', 'who knows'],
      [0x0018_1020, 'LO', 'R\xf6ntgen'],
      [0x0018_1401, 'LO', 'Medium 200'],
    ]
    const { dataSet, remarks } = await cleaned(more, syntaxes.explicit)
    expect(dataSet.has({ tag: 0x0008_1031 })).toBe(false)
    expect(dataSet.text({ tag: 0x0018_1020, vr: 'LO' })).toBeUndefined()
    expect(dataSet.text({ tag: 0x0018_1401, vr: 'LO' })).toBe('Medium 200')
    expect(remarks).toEqual([
      'an element that the standard does not know was removed: (0008,1031)',
      'what an element holds that the profile keeps can’t be read, so it was emptied: (0018,1020)',
    ])
  })

  it('is emptied unread where it is longer than any film has, and a patient of countless names is refused', async () => {
    const long = new Uint8Array(4_000_000).fill(0xe9)
    const { dataSet, remarks } = await cleaned([[0x0008_030e, 'UT', long]], syntaxes.explicit)
    expect(dataSet.rawBytes({ tag: 0x0008_030e })).toHaveLength(0)
    expect(remarks.join()).toContain('can’t be read')
    const item = (i: number): Part[] => [[0x0010_0020, 'LO', `id${i}x${i}`]]
    const others: Part = [0x0010_1002, 'SQ', { items: Array.from({ length: 20_000 }, (_, i) => item(i)) }]
    await expect(cleaned([others], syntaxes.explicit)).rejects.toThrow(
      'more names and numbers of patients than any film',
    )
    const name: Part = [0x0010_1001, 'PN', 'a '.repeat(5000)]
    await expect(cleaned([name], syntaxes.explicit)).rejects.toThrow('a name or number of a patient in 10000 bytes')
  })

  it('keeps what a film is shown by, although the patient is called so', async () => {
    const more: Part[] = [
      [0x0008_0005, 'CS', 'ISO_IR 100'],
      [0x0008_0060, 'CS', 'CR'],
      [0x0010_0010, 'PN', 'Mono^Iso^Cr'],
      [0x0010_0020, 'LO', '2048'],
      [0x0028_1050, 'DS', '2048'],
      [0x0028_1051, 'DS', '4096'],
    ]
    const own = parts('').filter(([tag]) => !more.some(([other]) => other === tag))
    const all = [...own, ...more].toSorted(([a], [b]) => a - b)
    const { bytes, remarks } = await cleanFile(dicomFile(all), key)
    const { facts, dataSet } = readDicomHeader(bytes)
    expect([facts.modality, facts.photometric, dataSet.text(elements.WindowCenter)]).toEqual([
      'CR',
      'MONOCHROME2',
      '2048',
    ])
    expect(remarks).toEqual([])
  })

  it('is taken out where sequences nest without end', async () => {
    let value: Part[] = [[0x0008_0104, 'LO', 'Muster']]
    for (let depth = 0; depth < 40; depth++) value = [[0x0008_1032, 'SQ', { items: [value] }]]
    const { all, remarks } = await cleaned(value, syntaxes.explicit)
    expect(all).not.toContain('Muster')
    expect(remarks.join()).toMatch(/can’t be read, so it was emptied: \(0008,1032\)/)
  })
})

describe('beside the pixels of the film', () => {
  const film = (more: Part[]): Part[] =>
    (
      [
        [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
        [0x0008_0018, 'UI', '1.2.3.4'],
        [0x0010_0010, 'PN', 'Muster^Erika'],
        [0x0010_0020, 'LO', 'PX987654'],
        [0x0028_0002, 'US', 1],
        [0x0028_0004, 'CS', 'MONOCHROME2'],
        [0x0028_0010, 'US', 2],
        [0x0028_0011, 'US', 4],
        [0x0028_0100, 'US', 8],
        ...more,
      ] as Part[]
    ).toSorted(([a], [b]) => a - b)
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
  const pixelsOf = ({ bytes, dataSet }: DicomHeader) => {
    const { start, end } = dataSet.element(elements.PixelData) ?? { start: 0, end: 0 }
    return [...bytes.subarray(start, end)]
  }

  it.each(['explicit', 'implicit'] as const)('nothing is left behind the last pixel (%s)', async (syntax) => {
    const longer = joinBytes([pixels, Buffer.from('MUSTER ERIKA PX987654 ')])
    const { bytes, remarks } = await cleanFile(
      dicomFile(film([[0x7fe0_0010, 'OB', longer]]), formOf(syntaxes[syntax])),
      key,
    )
    expect(text(bytes)).not.toMatch(/MUSTER|ERIKA|987654/)
    expect(pixelsOf(readDicomHeader(bytes))).toEqual([...pixels])
    expect(remarks).toEqual(['what stood behind the pixels in their element was removed'])
    const plain = await cleanFile(dicomFile(film([[0x7fe0_0010, 'OB', pixels]]), formOf(syntaxes[syntax])), key)
    expect(pixelsOf(readDicomHeader(plain.bytes))).toEqual([...pixels])
    expect(plain.remarks).toEqual([])
  })

  it.each(['explicit', 'implicit'] as const)('pixels in items of sequences are removed (%s)', async (syntax) => {
    const item: Part[] = [
      [0x0008_0104, 'LO', 'chest'],
      [0x7fe0_0010, 'OB', Buffer.from('MUSTER ERIKA')],
    ]
    const parts = film([
      [0x0008_1032, 'SQ', { items: [item] }],
      [0x7fe0_0010, 'OB', pixels],
    ])
    const { bytes } = await cleanFile(dicomFile(parts, formOf(syntaxes[syntax])), key)
    expect(text(bytes)).not.toMatch(/MUSTER|ERIKA/)
    expect(text(bytes)).toContain('chest')
    expect(pixelsOf(readDicomHeader(bytes))).toEqual([...pixels])
  })
})

describe('what is no clean film', () => {
  it.each([
    ['a JPEG', [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xfe], [0xff, 0xda, 0, 2]],
    ['a JPEG 2000', [0xff, 0x4f, 0xff, 0x51, 0, 4, 1, 2, 0xff, 0x64], [0xff, 0x90, 0, 2]],
  ])('is refused where %s holds the name in a comment', async (_, before, after) => {
    const withComment = (comment: string) => {
      const bytes = Buffer.from(comment, 'utf8')
      const frame = Uint8Array.from([...before, 0, bytes.length + 2, ...bytes, ...after])
      const padded = frame.length % 2 === 0 ? frame : Uint8Array.from([...frame, 0])
      return dicomFile(
        [
          [0x0008_0005, 'CS', 'ISO_IR 100'],
          [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
          [0x0008_0018, 'UI', '1.2.3.4'],
          [0x0010_0010, 'PN', 'M\xfcller^Zo\xeb'],
          [0x0010_0020, 'LO', '0070041993'],
          [0x7fe0_0010, 'OB', { fragments: [new Uint8Array(), padded] }],
        ],
        formOf('1.2.840.10008.1.2.4.50'),
      )
    }
    for (const comment of ['scan of MUELLER', 'Müller', 'no. 70041993'])
      await expect(cleanFile(withComment(comment), key), comment).rejects.toThrow(
        'in a comment of its compressed pixels',
      )
    expect((await cleanFile(withComment('made by a machine'), key)).remarks).toEqual([])
  })

  it('is refused where the name stands behind the end of a compressed image', async () => {
    const frame = joinBytes([Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9), Buffer.from('MUSTER')])
    const file = (fragment: Uint8Array) =>
      dicomFile(
        [
          [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
          [0x0008_0018, 'UI', '1.2.3.4'],
          [0x0010_0010, 'PN', 'Muster^Erika'],
          [0x0010_0020, 'LO', '0070041993'],
          [0x7fe0_0010, 'OB', { fragments: [new Uint8Array(), fragment] }],
        ],
        formOf('1.2.840.10008.1.2.4.50'),
      )
    await expect(cleanFile(file(frame), key)).rejects.toThrow('of its compressed pixels')
    expect((await cleanFile(file(frame.subarray(0, 10)), key)).remarks).toEqual([])
  })

  it.each([
    ['a report', { 524310: ['UI', '1.2.840.10008.5.1.4.1.1.88.11'] as const }, /a document or a report/],
    ['an encapsulated PDF', { 524310: ['UI', '1.2.840.10008.5.1.4.1.1.104.1'] as const }, /a document or a report/],
  ])('is refused: %s', async (_, texts, sentence) => {
    await expect(cleanFile(dicomFilm(texts), key)).rejects.toThrow(sentence)
  })

  it('is refused where its pixels end early', async () => {
    await expect(cleanFile(dicomFilm({}).subarray(0, -10), key)).rejects.toThrow(
      /ends early \(truncated\) within its pixel data/,
    )
  })

  it('is warned of where text may be burned in', async () => {
    const remarksOf = async (texts: Parameters<typeof dicomFilm>[0]) =>
      (await cleanFile(dicomFilm({ 1048608: ['LO', '1'], ...texts }), key)).remarks
    expect(await remarksOf({})).toEqual([])
    expect(await remarksOf({ 2622209: ['CS', 'YES'] })).toEqual(['text is burned into the pixels, says the file'])
    const capture = {
      524310: ['UI', '1.2.840.10008.5.1.4.1.1.7'],
      524384: ['CS', 'US'],
      524388: ['CS', 'WSD'],
    } as const
    expect(await remarksOf(capture)).toEqual([
      'text may be burned into the pixels: a secondary capture, converted (WSD), modality US',
    ])
    expect(await remarksOf({ ...capture, 2622209: ['CS', 'NO'] })).toEqual([])
  })
})

describe('real files', () => {
  it('keep their pixels byte for byte in every transfer syntax, and come out without their names', async (context) => {
    const folder = needBeside(context, 'shared/data/dicom', 'the set of real DICOM files')
    const files = ['original', 'derived'].flatMap((sub) =>
      readdirSync(path.join(folder, sub)).map((name) => path.join(folder, sub, name)),
    )
    const syntaxes = new Set<string>()
    for (const file of files) {
      const source = new Uint8Array(readFileSync(file))
      const [before, after] = [readDicomHeader(source), readDicomHeader((await cleanFile(source, key)).bytes)]
      syntaxes.add(after.transferSyntax.uid)
      expect(after.transferSyntax.uid, file).toBe(before.transferSyntax.uid)
      expect(Buffer.compare(pixelsOf(after), pixelsOf(before)), file).toBe(0)
      const pixels = after.dataSet.element(elements.PixelData)
      if (pixels?.open) expect(readFragments(after.bytes, pixels).whole, file).toBe(true)
      const header = text(after.bytes.subarray(0, pixels?.start))
      for (const name of before.dataSet.texts(elements.PatientName).flatMap((whole) => whole.split('^'))) {
        if (name.length > 3) expect(header.includes(name), `${file}: ${name}`).toBe(false)
      }
      expect(
        after.dataSet.tags().filter((tag) => (tag >>> 16) % 2 === 1),
        file,
      ).toEqual([])
      expect([after.facts.rows, after.facts.bitsStored, after.facts.photometric], file).toEqual([
        before.facts.rows,
        before.facts.bitsStored,
        before.facts.photometric,
      ])
    }
    expect(syntaxes.size).toBeGreaterThan(8)
  })
})
