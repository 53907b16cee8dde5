/** What a viewer shows of drawn films, against the formulas of PS3.3 written out. */
import { describe, expect, it } from 'vitest'
import { parseVoiChoice } from '../../../src/image/dicom/voi.js'
import { readFilm } from '../../../src/image/film.js'
import { dicomFile, type FileForm, formOf, type Part, syntaxes } from '../../support/dicom-file.js'

const values = [0, 1, 99, 100, 101, 1000, 2047, 2048, 3000, 4094, 4095, 7]

interface Drawn {
  photometric?: string
  signed?: boolean
  stored?: readonly number[]
  more?: readonly Part[]
  form?: FileForm
}

function film({
  photometric = 'MONOCHROME2',
  signed = false,
  stored = values,
  more = [],
  form,
}: Drawn = {}): Uint8Array {
  const parts: Part[] = [
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', photometric],
    [0x0028_0010, 'US', 3],
    [0x0028_0011, 'US', 4],
    [0x0028_0100, 'US', 16],
    [0x0028_0101, 'US', 12],
    [0x0028_0102, 'US', 11],
    [0x0028_0103, 'US', signed ? 1 : 0],
    ...more,
    [0x7fe0_0010, 'OW', stored],
  ]
  return dicomFile(
    parts.toSorted(([a], [b]) => a - b),
    form,
  )
}

async function shown(drawn: Drawn, voi?: string): Promise<number[]> {
  const { stored, display } = await readFilm(film(drawn), { voi: voi === undefined ? undefined : parseVoiChoice(voi) })
  return Array.from(stored, (_, i) => display.levelAt(i))
}

function close(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 9)
  })
}

const window = (center: string, width: string, form?: string): Part[] => [
  [0x0028_1050, 'DS', center],
  [0x0028_1051, 'DS', width],
  ...((form === undefined ? [] : [[0x0028_1056, 'CS', form]]) as Part[]),
]
const held = (value: number) => Math.min(1, Math.max(0, value))
const table = (first: number, entries: readonly number[], bits = 16, vr = 'US'): Part[] => [
  [0x0028_3002, vr, [entries.length, first, bits]],
  [0x0028_3006, 'OW', entries],
]

describe('a window', () => {
  it('LINEAR (C.11.2.1.2.1)', async () => {
    const expected = values.map((x) => {
      if (x <= 1000 - 0.5 - (501 - 1) / 2) return 0
      return x > 1000 - 0.5 + (501 - 1) / 2 ? 1 : (x - (1000 - 0.5)) / (501 - 1) + 0.5
    })
    close(await shown({ more: window('1000', '501') }), expected)
  })

  it('of width 1 is a step', async () => {
    close(
      await shown({ more: window('100', '1') }),
      values.map((x) => (x <= 99.5 ? 0 : 1)),
    )
  })

  it('LINEAR_EXACT (C.11.2.1.3.2)', async () => {
    close(
      await shown({ more: window('1000', '2000', 'LINEAR_EXACT') }),
      values.map((x) => held((x - 1000) / 2000 + 0.5)),
    )
  })

  it('SIGMOID (C.11.2.1.3.1)', async () => {
    close(
      await shown({ more: window('1000', '700', 'SIGMOID') }),
      values.map((x) => 1 / (1 + Math.exp((-4 * (x - 1000)) / 700))),
    )
  })

  it('acts behind slope and intercept, and before MONOCHROME1 is turned over', async () => {
    const more: Part[] = [...window('400', '1001'), [0x0028_1052, 'DS', '-100'], [0x0028_1053, 'DS', '0.5']]
    const expected = values.map((x) => 1 - held((0.5 * x - 100 - 399.5) / 1000 + 0.5))
    close(await shown({ more, photometric: 'MONOCHROME1' }), expected)
  })

  it('is the first of several, unless another is chosen', async () => {
    const more = window('1000\\2000', '2001\\101')
    const through = (c: number, w: number) => values.map((x) => held((x - c + 0.5) / (w - 1) + 0.5))
    close(await shown({ more }), through(1000, 2001))
    close(await shown({ more }, 'window:2'), through(2000, 101))
    close(
      await shown({ more }, 'none'),
      values.map((x) => x / 4095),
    )
    await expect(shown({ more }, 'window:3')).rejects.toThrow('has 2 windows; there is no window:3')
  })
})

describe('a look-up table', () => {
  const curve = Array.from({ length: 4096 }, (_, i) => Math.round(4095 * (i / 4095) ** 2))

  it('of the VOI goes before a window; the first of two', async () => {
    const second = curve.map((value) => 4095 - value)
    const items = { items: [table(0, curve, 12), table(0, second, 12)] }
    const more: Part[] = [...window('1000', '501'), [0x0028_3010, 'SQ', items]]
    close(
      await shown({ more }),
      values.map((x) => curve[x] / 4095),
    )
    close(
      await shown({ more }, 'lut:2'),
      values.map((x) => 1 - curve[x] / 4095),
    )
  })

  it.each([syntaxes.implicit, syntaxes.explicit, syntaxes.bigEndian])(
    'of signed values, held at both ends (%s)',
    async (syntax) => {
      const stored = values.map((x) => x - 2048)
      const part = table(-100, curve.slice(0, 300), 12, 'SS')
      const more: Part[] = [[0x0028_3010, 'SQ', { items: [part], open: true }]]
      const expected = stored.map((x) => curve[Math.min(299, Math.max(0, x + 100))] / 4095)
      close(await shown({ stored, signed: true, more, form: formOf(syntax) }), expected)
    },
  )

  it('of the modality goes before slope and intercept', async () => {
    const more: Part[] = [
      [0x0028_1052, 'DS', '5'],
      [0x0028_1053, 'DS', '7'],
      [0x0028_3000, 'SQ', { items: [table(0, curve)] }],
    ]
    // without a window: least to greatest
    close(
      await shown({ more }),
      values.map((x) => curve[x] / curve[4095]),
    )
  })

  it('that states fewer bits than its entries have is taken by these, one that states fewer entries by those', async () => {
    const wide: Part[] = [[0x0028_3010, 'SQ', { items: [table(0, curve, 8)] }]]
    close(
      await shown({ more: wide }),
      values.map((x) => curve[x] / 4095),
    )
    const long: Part[] = [
      [0x0028_3002, 'US', [2048, 0, 12]],
      [0x0028_3006, 'OW', curve],
    ]
    const { display, notes } = await readFilm(film({ more: [[0x0028_3010, 'SQ', { items: [long] }]] }))
    close(
      values.map((_, i) => display.levelAt(i)),
      values.map((x) => curve[Math.min(2047, x)] / 4095),
    )
    expect(notes).toContain('a look-up table states 2048 entries and holds more: the rest is left aside')
  })

  it('with too little data is a sentence', async () => {
    const short: Part[] = [
      [0x0028_3002, 'US', [4096, 0, 12]],
      [0x0028_3006, 'OW', [1, 2, 3]],
    ]
    await expect(shown({ more: [[0x0028_3010, 'SQ', { items: [short] }]] })).rejects.toThrow(
      'has a look-up table of 4096 entries with 6 bytes of data',
    )
  })
})

describe('padding', () => {
  it('is black and does not count for the range of values', async () => {
    const stored = [0, 100, 200, 300, 0, 400, 250, 0, 100, 100, 100, 100]
    const more: Part[] = [[0x0028_0120, 'US', 0]]
    close(
      await shown({ stored, more }),
      stored.map((x) => (x === 0 ? 0 : (x - 100) / 300)),
    )
    const turned = stored.map((x) => (x === 0 ? 0 : 1 - (x - 100) / 300))
    close(await shown({ stored, more, photometric: 'MONOCHROME1' }), turned)
  })

  it('may be a range', async () => {
    const more: Part[] = [
      [0x0028_0120, 'US', 4095],
      [0x0028_0121, 'US', 3000],
    ]
    close(
      await shown({ more }),
      values.map((x) => (x >= 3000 ? 0 : x / 2048)),
    )
  })
})

describe('a palette', () => {
  const stored = [0, 1, 2, 3, 3, 2, 1, 0, 5, 9, 0, 1]
  const channels = [
    [0, 10_000, 20_000, 65_535],
    [65_535, 40_000, 100, 0],
    [7, 8, 9, 10],
  ]

  it('gives colours, held at its end', async () => {
    const more = channels.flatMap((entries, c): Part[] => [
      [0x0028_1101 + c, 'US', [4, 0, 16]],
      [0x0028_1201 + c, 'OW', entries],
    ])
    const { display } = await readFilm(film({ photometric: 'PALETTE COLOR', stored, more }))
    const expected = stored.flatMap((index) => channels.map((entries) => entries[Math.min(3, index)] / 65_535))
    close(
      expected.map((_, i) => display.levelAt(i)),
      expected,
    )
  })

  it('may be written in segments (C.7.9.2.2)', async () => {
    // a discrete segment of two entries, a linear one of three, then the first segment once more
    const words = [0, 2, 100, 200, 1, 3, 500, 2, 1, 0, 0]
    const entries = [100, 200, 300, 400, 500, 100, 200]
    const more = [0, 1, 2].flatMap((c): Part[] => [
      [0x0028_1101 + c, 'US', [7, 0, 16]],
      [0x0028_1221 + c, 'OW', words],
    ])
    const { display } = await readFilm(film({ photometric: 'PALETTE COLOR', stored, more }))
    stored.forEach((index, i) => {
      expect(display.levelAt(3 * i) * 65_535).toBeCloseTo(entries[Math.min(6, index)], 6)
    })
  })
})

it.each([
  ['that nothing describes', [], [0, 2, 100, 200], 'has PALETTE COLOR pixels, but no palette'],
  ['whose description ends early', [7, 0], [0, 2, 100, 200], 'has PALETTE COLOR pixels, but no palette'],
  ['with a discrete segment that ends early', [7, 0, 16], [0, 7, 100, 200], 'has a segmented palette that ends early'],
  [
    'with a linear segment that ends early',
    [7, 0, 16],
    [0, 2, 100, 200, 1, 5],
    'has a segmented palette that ends early',
  ],
])('a segmented palette %s is refused, not shown black', async (_, descriptor, words, why) => {
  const more = [0, 1, 2].flatMap((c): Part[] => [
    ...(descriptor.length > 0 ? [[0x0028_1101 + c, 'US', descriptor] as Part] : []),
    [0x0028_1221 + c, 'OW', words],
  ])
  const bytes = film({ photometric: 'PALETTE COLOR', stored: Array(12).fill(1), more })
  await expect(readFilm(bytes)).rejects.toThrow(why)
})

it('a segmented palette of thousands of millions of empty segments is refused at once', async () => {
  const empty = Array<number>(2 * 65_535).fill(0)
  const again = Array.from({ length: 100_000 }, () => [2, 65_535, 0, 0]).flat()
  const more = [0, 1, 2].flatMap((c): Part[] => [
    [0x0028_1101 + c, 'US', [7, 0, 16]],
    [0x0028_1221 + c, 'OW', [...empty, ...again]],
  ])
  const bytes = film({ photometric: 'PALETTE COLOR', stored: Array(12).fill(0), more })
  await expect(readFilm(bytes)).rejects.toThrow('has a damaged segmented palette')
})

describe('what holds no film is refused for what it is', () => {
  const object = (sopClass: string, modality: string) =>
    dicomFile([
      [0x0008_0016, 'UI', sopClass],
      [0x0008_0060, 'CS', modality],
    ])
  const packed = (syntax: string, fragments: readonly Uint8Array[], rows = 3): Uint8Array =>
    dicomFile(
      [
        [0x0028_0002, 'US', 1],
        [0x0028_0004, 'CS', 'MONOCHROME2'],
        [0x0028_0010, 'US', rows],
        [0x0028_0011, 'US', rows],
        [0x0028_0100, 'US', 16],
        [0x0028_0101, 'US', 12],
        [0x0028_0102, 'US', 11],
        [0x0028_0103, 'US', 0],
        [0x7fe0_0010, 'OB', { fragments }],
      ],
      formOf(syntax),
    )
  const j2k = '1.2.840.10008.1.2.4.90'
  const rle = new Uint8Array(128)
  rle.set([2, 0, 0, 0, 64, 0, 0, 0, 66, 0, 0, 0])

  it.each([
    ['a DICOMDIR', object('1.2.840.10008.1.3.10', 'CR'), 'is a DICOMDIR'],
    [
      'a structured report',
      object('1.2.840.10008.5.1.4.1.1.88.33', 'SR'),
      'is a structured report, which holds no film',
    ],
    ['a PDF', object('1.2.840.10008.5.1.4.1.1.104.1', 'DOC'), 'is an encapsulated document, which holds no film'],
    ['anything else', object('1.2.3', 'KO'), 'is a DICOM file without pixel data (Modality KO), which holds no film'],
    ['a video', packed('1.2.840.10008.1.2.4.102', [new Uint8Array(), new Uint8Array(8)]), 'is a DICOM video'],
    ['pixels on a server', packed('1.2.840.10008.1.2.4.94', [new Uint8Array()]), 'refers to pixels on a server'],
    ['no frames', packed(j2k, [new Uint8Array()]), 'is a DICOM file whose pixel data holds no frames'],
    [
      'a frame that is no codestream',
      packed(j2k, [new Uint8Array(), new Uint8Array(64)]),
      'holds a frame that is neither',
    ],
    ['an RLE bomb', packed(syntaxes.rle, [new Uint8Array(), rle], 7000), '128 bytes are too few for its pixels'],
    ['more pixels than any film', packed(j2k, [new Uint8Array()], 60_000), 'more than are read in a DICOM file'],
  ] as const)('%s', async (_, bytes, sentence) => {
    await expect(readFilm(bytes)).rejects.toThrow(sentence)
  })

  it('a codestream that announces another size', async () => {
    const siz = new Uint8Array(64)
    const view = new DataView(siz.buffer)
    view.setUint32(0, 0xff4f_ff51)
    for (const at of [8, 12, 24, 28]) view.setUint32(at, 60_000)
    view.setUint16(40, 1)
    siz.set([11, 1, 1], 42)
    await expect(readFilm(packed(j2k, [new Uint8Array(), siz]))).rejects.toThrow(
      'contradicts itself: 3 x 3 pixels in its header, 60000 x 60000 in its compressed frame',
    )
  })

  it('floating-point pixels', async () => {
    const bytes = dicomFile([
      [0x0028_0010, 'US', 1],
      [0x0028_0011, 'US', 1],
      [0x7fe0_0008, 'OF', [0.5]],
    ])
    await expect(readFilm(bytes)).rejects.toThrow('holds floating-point pixels')
  })
})
