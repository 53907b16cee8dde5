import { describe, expect, it } from 'vitest'
import { sniffContent } from '../../../src/image/content-kind.js'
import { elementNamed } from '../../../src/image/dicom/dictionary.js'
import { EndsEarly } from '../../../src/image/dicom/element-reader.js'
import { looksLikeDataSet, readDicomHeader } from '../../../src/image/dicom/header.js'
import { notesOfNumbers, numberIn } from '../../../src/image/dicom/number-text.js'
import { elements, parseTag } from '../../../src/image/dicom/tags.js'
import { ImageProblem } from '../../../src/image/raster.js'
import { dicomFile, type FileForm, formOf, type Part, syntaxes } from '../../support/dicom-file.js'

const film: readonly Part[] = [
  [0x0008_0005, 'CS', 'ISO_IR 100'],
  [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
  [0x0008_0050, 'SH', '0012345'],
  [0x0008_0060, 'CS', 'CR'],
  [0x0010_0010, 'PN', 'M\xfcller^Ren\xe9'],
  [0x0010_0020, 'LO', 'p-17'],
  [0x0018_5101, 'CS', 'PA'],
  [0x0028_0002, 'US', 1],
  [0x0028_0004, 'CS', 'MONOCHROME2'],
  [0x0028_0010, 'US', 2],
  [0x0028_0011, 'US', 3],
  [0x0028_0030, 'DS', '0.5\\0.25'],
  [0x0028_0100, 'US', 16],
  [0x0028_0101, 'US', 12],
  [0x0028_0103, 'US', 1],
  [0x0028_3010, 'SQ', { items: [[[0x0028_3002, 'US', [4, 0, 16]]], [[0x0028_3003, 'LO', 'second']]] }],
  [0x7fe0_0010, 'OW', [1, 2, 3, 4, 5, 6]],
]

const forms: Record<string, FileForm> = {
  'implicit little endian': formOf(syntaxes.implicit),
  'explicit little endian': formOf(syntaxes.explicit),
  'explicit big endian': formOf(syntaxes.bigEndian),
  deflated: formOf(syntaxes.deflated),
  'without preamble': { ...formOf(syntaxes.explicit), head: 'meta' },
  'implicit without meta': { ...formOf(syntaxes.implicit), head: 'none' },
  'explicit without meta': { ...formOf(syntaxes.explicit), head: 'none' },
  'big endian without meta': { ...formOf(syntaxes.bigEndian), head: 'none' },
  'implicit, though explicit is stated': { ...formOf(syntaxes.implicit), syntax: syntaxes.explicit },
  'explicit, though implicit is stated': { ...formOf(syntaxes.explicit), syntax: syntaxes.implicit },
}

describe.each(Object.entries(forms))('a header %s', (name, form) => {
  it.each([false, true])('gives the same facts (sequences open: %s)', (open) => {
    const parts = film.map(
      ([tag, vr, value]): Part =>
        typeof value === 'object' && 'items' in value ? [tag, vr, { ...value, open }] : [tag, vr, value],
    )
    const header = readDicomHeader(dicomFile(parts, form))
    expect(header.facts).toMatchObject({
      patientId: 'p-17',
      accessionNumber: '0012345',
      modality: 'CR',
      viewPosition: 'PA',
      rows: 2,
      columns: 3,
      frames: 1,
      pixelSpacing: [0.5, 0.25],
      bitsAllocated: 16,
      bitsStored: 12,
      signed: true,
    })
    expect(header.text(elements.PatientName)).toBe('Müller^René')
    const [first, second] = header.dataSet.items(elements.VOILUTSequence)
    expect(first.numbers(elements.LUTDescriptor)).toEqual([4, 0, 16])
    expect(second.text(elements.LUTExplanation)).toBe('second')
    expect(header.dataSet.element(elements.PixelData)?.claimed).toBe(12)
    expect(header.notes).toHaveLength(name.includes('stated') ? 1 : 0)
  })
})

describe('a data set without a prefix', () => {
  it('is known by its first elements', () => {
    for (const [name, form] of Object.entries(forms)) {
      if (name === 'deflated' || name.includes('stated')) continue
      const bytes = dicomFile(film, { ...form, head: form.head === 'meta' ? 'meta' : 'none' })
      expect(looksLikeDataSet(bytes.subarray(0, 132)), name).toBe(true)
    }
  })

  it('is not seen in other files', () => {
    const others = [
      'file,label\na.png,normal\n',
      '{"a": 1}',
      'PK\x03\x04',
      '\x89PNG\r\n\x1a\n',
      '\x08\0\0\0\0\0\0\0abc',
      '\0',
    ]
    for (const text of others) expect(looksLikeDataSet(Buffer.from(text.padEnd(132, '\0'), 'latin1'))).toBe(false)
  })
})

describe('a data set that begins in another group', () => {
  it.each(Object.entries(forms).filter(([name]) => /without meta/.test(name)))('is known %s', (_, form) => {
    for (const least of [0x0010, 0x0028]) {
      const bytes = dicomFile(
        film.filter(([tag]) => tag >>> 16 >= least),
        form,
      )
      expect(sniffContent(bytes), String(least)).toBe('dicom')
      expect(readDicomHeader(bytes).facts.columns).toBe(3)
    }
  })

  it('is known where its meta information begins without a length', () => {
    const bytes = dicomFile(film, { syntax: syntaxes.explicit, head: 'meta' }).subarray(12)
    expect(sniffContent(bytes)).toBe('dicom')
    expect(readDicomHeader(bytes).facts.columns).toBe(3)
  })
})

describe('an element of a representation that the standard does not have', () => {
  const around = (own: Buffer): Uint8Array => {
    const [before, after] = [film.slice(0, 6), film.slice(6)].map((parts) =>
      Buffer.from(dicomFile(parts, { explicit: true, head: 'none' })),
    )
    return new Uint8Array(Buffer.concat([before, own, after]))
  }
  const head = (vr: string, length: number, long: boolean): Buffer => {
    const out = Buffer.alloc(long ? 12 : 8)
    out.writeUInt16LE(0x0018, 0)
    out.writeUInt16LE(0x1020, 2)
    out.write(vr, 4, 'latin1')
    if (long) out.writeUInt32LE(length, 8)
    else out.writeUInt16LE(length, 6)
    return out
  }

  it.each(['ZZ', 'OX', 'UX', 'QQ', '??', '--', 'zz', 'lo', 'xs', 'A1', '\0\0', '  '])(
    '%j is stepped over, however its length is written',
    (vr) => {
      for (const long of [false, true]) {
        for (const length of [0, 8]) {
          const bytes = around(Buffer.concat([head(vr, length, long), Buffer.from('hello wo'.slice(0, length))]))
          const header = readDicomHeader(bytes)
          expect(header.facts, `${long} ${length}`).toMatchObject({ viewPosition: 'PA', columns: 3, bitsStored: 12 })
          expect(header.dataSet.element({ tag: 0x0018_1020 })).toMatchObject({ claimed: length })
        }
      }
    },
  )

  it('is stepped over where it was written without any', () => {
    const own = Buffer.alloc(8)
    own.writeUInt16LE(0x0018, 0)
    own.writeUInt16LE(0x1020, 2)
    // the letters of a length: BA
    own.writeUInt32LE(0x4142, 4)
    const header = readDicomHeader(around(Buffer.concat([own, Buffer.alloc(0x4142, 'x')])))
    expect(header.facts).toMatchObject({ viewPosition: 'PA', columns: 3 })
  })
})

describe('a number that is no text of one', () => {
  it.each([
    ['0.5', 0.5, undefined],
    ['+1.5E-2', 0.015, undefined],
    ['.5', 0.5, undefined],
    ['5.', 5, undefined],
    ['0,5', 0.5, '0.5'],
    ['-1024,0', -1024, '-1024'],
    ['-1024 HU', -1024, '-1024'],
    ['100%', 100, '100'],
  ])('%j is read', (text, value, how) => {
    expect(numberIn(text)).toEqual(how === undefined ? { value } : { value, how })
  })

  it.each(['abc', 'NaN', 'inf', '1..5', '1.000,5', '1,000,5', '0 .5', '0x1F', '', '-', '1e999', '--1', '1.5.2'])(
    '%j is not',
    (text) => {
      expect(numberIn(text)).toBeUndefined()
    },
  )

  it('is a note, without letters that may be a name', () => {
    expect(notesOfNumbers('WindowCenter', ['1,5', '1..5', 'Muster', '7', ''])).toEqual([
      "WindowCenter '1,5' is not written as a number: read as 1.5",
      "WindowCenter '1..5' is no number: left aside",
      'WindowCenter is no number: left aside',
    ])
    const spacing = film.map((part): Part => (part[0] === 0x0028_0030 ? [part[0], 'DS', '0,5\\0,25'] : part))
    const { facts, notes } = readDicomHeader(dicomFile(spacing))
    expect(facts.pixelSpacing).toEqual([0.5, 0.25])
    expect(notes).toHaveLength(2)
  })
})

describe('a text', () => {
  const nameIn = (characterSet: string, bytes: readonly number[]) =>
    readDicomHeader(
      dicomFile([
        [0x0008_0005, 'CS', characterSet],
        [0x0010_0010, 'PN', Uint8Array.from(bytes)],
      ]),
    ).text(elements.PatientName)

  it('is read in its character set', () => {
    // PS3.5, H.3.1 (ISO 2022 IR 87), I.2 (ISO 2022 IR 149), J.1 (ISO_IR 192), J.3 (GB18030)
    const yamada = [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42]
    expect(nameIn('\\ISO 2022 IR 87', yamada)).toBe('山田')
    expect(nameIn('ISO_IR 192', [...Buffer.from('王^小東')])).toBe('王^小東')
    expect(nameIn('GB18030', [0xcd, 0xf5])).toBe('王')
    expect(nameIn('ISO_IR 144', [0xbb, 0xee])).toBe('Лю')
    expect(nameIn('no such set', [0xe9, 0x20])).toBe('é')
  })

  it('of a number is written out', () => {
    expect(readDicomHeader(dicomFile(film)).text(elements.Rows)).toBe('2')
  })
})

describe('an element by name', () => {
  it('is found by keyword and by tag', async () => {
    expect(await elementNamed('AccessionNumber')).toEqual(elements.AccessionNumber)
    expect(await elementNamed('institutionname')).toMatchObject({ tag: 0x0008_0080, vr: 'LO' })
    expect(await elementNamed('(0008,0080)')).toMatchObject({ tag: 0x0008_0080, vr: 'LO' })
    expect(await elementNamed('0009,0010')).toEqual({ tag: 0x0009_0010, vr: 'UN' })
    expect(parseTag('00080050')).toBe(0x0008_0050)
  })

  it('that is none is refused with the nearest', async () => {
    await expect(elementNamed('AcessionNumber')).rejects.toThrow("is 'AccessionNumber' meant?")
  })
})

describe('hostile bytes', () => {
  const problemOf = (bytes: Uint8Array): string => {
    try {
      readDicomHeader(bytes)
      return 'none'
    } catch (error) {
      expect(error).toBeInstanceOf(ImageProblem)
      return (error as Error).message
    }
  }

  it('cut off anywhere before the pixel data end early, or are no DICOM file', () => {
    const whole = dicomFile(film)
    for (let length = 0; length < whole.length - 12; length++) {
      const message = problemOf(whole.subarray(0, length))
      // between two elements nothing shows that more was to come
      if (message !== 'none') expect(message).toMatch(/ends early|is not a DICOM file/)
    }
    expect(() => readDicomHeader(whole.subarray(0, 200))).toThrow(EndsEarly)
    expect(problemOf(whole.subarray(0, whole.length - 1))).toBe('none')
  })

  it('with a length of 4 GiB end early', () => {
    const bytes = dicomFile([
      [0x0008_0060, 'UN', Uint8Array.of(1, 2)],
      [0x0010_0020, 'LO', 'p'],
    ])
    bytes.set([0xfe, 0xff, 0xff, 0xff], bytes.length - 10 - 2 - 4)
    expect(problemOf(bytes)).toMatch(/ends early/)
  })

  it('with sequences nested beyond any use are refused, not followed', () => {
    let value: Part = [0x0008_0060, 'CS', 'CR']
    for (let depth = 0; depth < 300; depth++) value = [0x0040_0275, 'SQ', { items: [[value]], open: true }]
    expect(problemOf(dicomFile([value]))).toMatch(/nested over 32 deep/)
  })

  it('of countless empty elements are refused', () => {
    const many = Array.from({ length: 100_001 }, (_, i): Part => [0x0009_0000 + i, 'LO', ''])
    expect(problemOf(dicomFile(many))).toMatch(/over 100000 elements/)
  })

  it('of a deflated bomb are refused', () => {
    const zeros: Part = [0x7fe0_0010, 'OB', new Uint8Array(170 * 2 ** 20)]
    expect(problemOf(dicomFile([zeros], formOf(syntaxes.deflated)))).toMatch(/unpacks to more than 160 MiB/)
  })

  it('in an unknown transfer syntax are refused by its name', () => {
    const bytes = dicomFile(film, { ...formOf(syntaxes.explicit), syntax: '1.2.3' })
    expect(problemOf(bytes)).toBe(
      'is a DICOM file in an unknown transfer syntax (1.2.3); convert it: gdcmconv --raw IN OUT',
    )
  })
})
