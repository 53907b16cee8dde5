/**
 * The patient's name and number written into every kept kind of element of a file, in each transfer syntax and character set;
 * none of it is left in any byte of the cleaned file.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { cleanFile } from '../../../src/dataset/deidentify/clean-file.js'
import { profileTable } from '../../../src/dataset/deidentify/profile-table.js'
import { PatientKey } from '../../../src/dataset/patient-key.js'
import { loadRepresentations } from '../../../src/image/dicom/dictionary.js'
import { readDicomHeader } from '../../../src/image/dicom/header.js'
import { elements } from '../../../src/image/dicom/tags.js'
import { dicomFile, formOf, type Part, syntaxes, type Value } from '../../support/dicom-file.js'

const key = new PatientKey(new Uint8Array(32))
const { cases }: { cases: { sets: string[]; vr: string; bytes: string; text: string }[] } = JSON.parse(
  readFileSync(new URL('../../golden/character-sets.json', import.meta.url), 'utf8'),
)
const names = cases.filter(({ vr }) => vr === 'PN')
const representations = await loadRepresentations()
const { rows } = profileTable()
const forms = [syntaxes.implicit, syntaxes.explicit, syntaxes.bigEndian, syntaxes.deflated, syntaxes.rle]

/** The parts of the picture, which are no place for a name, and what says how texts are written. */
const ofThePicture = new Set<number>(
  [
    elements.SpecificCharacterSet,
    elements.SOPClassUID,
    elements.SamplesPerPixel,
    elements.PhotometricInterpretation,
    elements.Rows,
    elements.Columns,
    elements.BitsAllocated,
    elements.BitsStored,
    elements.HighBit,
    elements.PixelRepresentation,
    elements.FloatPixelData,
    elements.DoubleFloatPixelData,
    elements.PixelData,
  ].map(({ tag }) => tag),
)
const keptTags = [...representations.keys()].filter(
  (tag) =>
    tag >>> 16 >= 8 &&
    (tag >>> 16) % 2 === 0 &&
    tag >>> 16 < 0xfffa &&
    ![0x50, 0x60].includes(tag >>> 24) &&
    !rows.has(tag) &&
    !ofThePicture.has(tag),
)
/** The first few kept elements of each representation. */
const fewTags = [...new Set(representations.values())].flatMap((vr) =>
  keptTags.filter((tag) => representations.get(tag) === vr).slice(0, 2),
)

const id = 'QX-0070041993'
const idForms = ['QX-0070041993', 'QX70041993', '70041993', '0070041993']

/** A film with these parts beside its own. */
function film(sets: readonly string[], name: Uint8Array, parts: readonly Part[], syntax: string): Uint8Array {
  const rle = new Uint8Array(64 + 4)
  rle.set([1, 0, 0, 0, 64])
  rle.set([3, 1, 2, 3], 64)
  const own: Part[] = [
    [0x0008_0005, 'CS', sets.join('\\')],
    [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
    [0x0008_0018, 'UI', '1.2.3.4'],
    [0x0010_0010, 'PN', name],
    [0x0010_0020, 'LO', id],
    [0x0010_0030, 'DA', '19501224'],
    [0x0028_0002, 'US', 1],
    [0x0028_0004, 'CS', 'MONOCHROME2'],
    [0x0028_0010, 'US', 2],
    [0x0028_0011, 'US', 2],
    [0x0028_0100, 'US', 8],
    [0x0028_0101, 'US', 8],
    [0x0028_0102, 'US', 7],
    [0x0028_0103, 'US', 0],
    [0x7fe0_0010, 'OB', syntax === syntaxes.rle ? { fragments: [new Uint8Array(), rle] } : Uint8Array.of(0, 1, 2, 3)],
  ]
  const taken = new Set(parts.map(([tag]) => tag))
  const all = [...own.filter(([tag]) => !taken.has(tag)), ...parts]
  return dicomFile(
    all.toSorted(([a], [b]) => a - b),
    formOf(syntax),
  )
}

const bytesOf = (text: string, code: BufferEncoding = 'latin1') => new Uint8Array(Buffer.from(text, code))
const joined = (...parts: readonly Uint8Array[]) => {
  const all = Buffer.concat(parts)
  return new Uint8Array(all.length % 2 === 0 ? all : Buffer.concat([all, Buffer.from(' ')]))
}

/** Everything after inflation, in which a text of any length would be seen. */
async function cleanedBytes(source: Uint8Array): Promise<Buffer> {
  const { bytes } = await cleanFile(source, key)
  const { bytes: body, meta } = readDicomHeader(bytes)
  return Buffer.concat([bytes, body, ...meta.tags().map((tag) => meta.rawBytes({ tag }))])
}

/** The parts of a name as bytes of the file and in other codes, such as are too long to stand anywhere by chance. */
function traces({ bytes, text }: { bytes: string; text: string }): Buffer[] {
  const split = (hex: string) =>
    Buffer.from(hex, 'hex')
      .toString('latin1')
      .split(/[\^=]/)
      .map((part) => Buffer.from(part, 'latin1'))
  const words = text.split(/[\^=]/).flatMap((word) => [word, word.toLowerCase(), word.toUpperCase()])
  const coded = words.flatMap((word) => (['utf8', 'utf16le'] as const).map((code) => Buffer.from(word, code)))
  return [...split(bytes), ...coded].filter((trace) => trace.length >= 3)
}

const label = ({ sets, text }: { sets: string[]; text: string }) => `${sets.join('\\')}: ${text}`

describe.each(forms)('in %s', (syntax) => {
  it.each(names.map((one) => [label(one), one] as const))('no part of a name is left (%s)', async (_, one) => {
    const name = bytesOf(one.bytes, 'hex')
    const [group] = Buffer.from(name)
      .toString('latin1')
      .split('=')
      .filter((part) => part !== '')
      .slice(-1)
    const part = bytesOf(group.split('^')[0])
    const text = joined(bytesOf('CHEST '), part, bytesOf(' PA'))
    const parts: Part[] = fewTags.flatMap((tag): Part[] => {
      const vr = representations.get(tag) as string
      if (vr === 'SQ') {
        const item: Part[] = [
          [0x0008_0100, 'SH', part],
          [0x0008_0104, 'LO', text],
          [0x0040_a043, 'SQ', { items: [[[0x0008_0104, 'LO', joined(name)]]], open: true }],
        ]
        return [[tag, vr, { items: [item], open: tag === fewTags[0] }]]
      }
      return [[tag, vr, wordsOfNumbers(vr, joined(name))]]
    })
    const out = await cleanedBytes(film(one.sets, name, parts, syntax))
    const left = traces(one).filter((trace) => out.includes(trace))
    expect(left.map((trace) => trace.toString('hex'))).toEqual([])
  })

  it('no number is left in any element that the profile does not list', async () => {
    const texts = [`CHEST ${idForms[0]}`, ...idForms.slice(1)]
    const parts = keptTags.flatMap((tag, i): Part[] => {
      const vr = representations.get(tag) as string
      const text = texts[i % texts.length]
      if (vr === 'SQ') return [[tag, vr, { items: [[[0x0008_0104, 'LO', text]]], open: i % 2 === 0 }]]
      if (vr === 'UI') return [[tag, vr, '1.2.276.70041993.5']]
      if (vr === 'UR') return [[tag, vr, `https://archive.example/?patient=${text}`]]
      if (vr === 'IS' || vr === 'DS') return [[tag, vr, '70041993']]
      return [[tag, vr, wordsOfNumbers(vr, joined(bytesOf(text)))]]
    })
    expect(parts.length).toBeGreaterThan(3000)
    const out = await cleanedBytes(film([''], bytesOf('Mustermann^Erika'), parts, syntax))
    const at = out.indexOf('70041993')
    expect(at < 0 ? '' : out.subarray(at - 40, at + 10).toString('latin1')).toBe('')
  })
})

/** A value as bytes, in whole numbers of its representation. */
function wordsOfNumbers(vr: string, bytes: Uint8Array): Value {
  const sizes: Record<string, number> = { UL: 4, SL: 4, FL: 4, OF: 4, OL: 4, AT: 4, FD: 8, OD: 8, OV: 8, SV: 8, UV: 8 }
  const size = sizes[vr] ?? 2
  const whole = new Uint8Array(Math.ceil(bytes.length / size) * size).fill(0x20)
  whole.set(bytes)
  return whole
}
