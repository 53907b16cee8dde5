import { describe, expect, it } from 'vitest'
import { version } from '../../../src/base/version.js'
import type { DataSet } from '../../../src/image/dicom/data-set.js'
import { readDicomHeader } from '../../../src/image/dicom/header.js'
import { measurementReport } from '../../../src/image/dicom/measurement-report.js'
import { dicomFile, type Part } from '../../support/dicom-file.js'

const film: Part[] = [
  [0x0008_0005, 'CS', 'ISO_IR 100'],
  [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1'],
  [0x0008_0018, 'UI', '1.2.3.4'],
  [0x0008_0020, 'DA', '20190203'],
  [0x0008_0030, 'TM', '101500'],
  [0x0008_0050, 'SH', '00004107'],
  [0x0008_0060, 'CS', 'CR'],
  // in Latin 1
  [0x0010_0010, 'PN', Uint8Array.from([0x4d, 0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x5e, 0x41])],
  [0x0010_0020, 'LO', '00017'],
  [0x0010_0030, 'DA', '19470101'],
  [0x0010_0040, 'CS', 'F'],
  [0x0020_000d, 'UI', '1.2.3'],
  [0x0020_000e, 'UI', '1.2.3.1'],
]
const model = { name: 'kopt classifier', version: '0.2.0, GCB+OMGDA, K 14, SHA-256 0123' }
const parts = [
  { frame: 1, probabilities: { healthy: 0.25, sinusitis: 0.75 } },
  { frame: 1, region: '10,20,100,120', probabilities: { healthy: 1 / 3, sinusitis: 2 / 3 } },
]

const morning = new Date(2026, 10, 30, 9, 5, 7)

function bytesOf(elements: Part[], of = { parts, model, now: morning }) {
  return measurementReport(readDicomHeader(dicomFile(elements)), of.parts, of.model, of.now)
}

function reportOf(...of: Parameters<typeof bytesOf>) {
  return readDicomHeader(bytesOf(...of))
}

const textOf = (of: DataSet, tag: number, vr = 'UT') => of.text({ tag, vr })

function codeOf(of: DataSet, tag: number): string | undefined {
  const [item] = of.items({ tag })
  return item && [0x0008_0100, 0x0008_0102, 0x0008_0104].map((part) => textOf(item, part, 'LO')).join(', ')
}

/** The content as dsrdump shows it. */
function contentLines(of: DataSet, depth = 0): string[] {
  const type = textOf(of, 0x0040_a040, 'CS')
  const [measured] = of.items({ tag: 0x0040_a300 })
  const [referred] = of.items({ tag: 0x0008_1199 })
  const value =
    codeOf(of, 0x0040_a168) ??
    textOf(of, 0x0040_a160) ??
    textOf(of, 0x0040_a124, 'UI') ??
    (measured && `${textOf(measured, 0x0040_a30a, 'DS')} (${codeOf(measured, 0x0040_08ea)})`) ??
    (referred && textOf(referred, 0x0008_1155, 'UI')) ??
    textOf(of, 0x0040_a050, 'CS')
  const words = [textOf(of, 0x0040_a010, 'CS'), type, codeOf(of, 0x0040_a043), '=', value]
  const line = words
    .filter((word) => word !== undefined)
    .join(' ')
    .replace(/2\.25\.\d{20,}/, 'UID')
    .replace(
      /NUM [0-9A-F]{12}, 99KOPT, Probability of (\w+)/,
      (_, name) => `NUM ${name.toUpperCase()}, 99KOPT, Probability of ${name}`,
    )
  return [
    `${'  '.repeat(depth)}${line}`,
    ...of.items({ tag: 0x0040_a730 }).flatMap((item) => contentLines(item, depth + 1)),
  ]
}

describe('a structured report of a film', () => {
  // Its form was read by dsrdump (DCMTK 3.6.7), pydicom 3.0.2 and highdicom 0.28.2 as a Measurement Report.
  it('is a measurement report with a group for each part that was judged', () => {
    expect(contentLines(reportOf(film).dataSet)).toEqual(
      `\
CONTAINER 126000, DCM, Imaging Measurement Report = SEPARATE
  HAS CONCEPT MOD CODE 121049, DCM, Language of Content Item and Descendants = en, RFC5646, English
  HAS OBS CONTEXT CODE 121005, DCM, Observer Type = 121007, DCM, Device
  HAS OBS CONTEXT UIDREF 121012, DCM, Device Observer UID = UID
  HAS OBS CONTEXT TEXT 121013, DCM, Device Observer Name = kopt
  HAS OBS CONTEXT TEXT 121015, DCM, Device Observer Model Name = kopt VERSION
  HAS CONCEPT MOD CODE 121058, DCM, Procedure reported = 168537006, SCT, Plain X-ray
  CONTAINS CONTAINER 111028, DCM, Image Library = SEPARATE
    CONTAINS CONTAINER 126200, DCM, Image Library Group = SEPARATE
      CONTAINS IMAGE = 1.2.3.4
  CONTAINS CONTAINER 126010, DCM, Imaging Measurements = SEPARATE
    CONTAINS CONTAINER 125007, DCM, Measurement Group = SEPARATE
      HAS OBS CONTEXT TEXT 112039, DCM, Tracking Identifier = Film
      HAS OBS CONTEXT UIDREF 112040, DCM, Tracking Unique Identifier = UID
      HAS CONCEPT MOD TEXT 111001, DCM, Algorithm Name = kopt classifier
      HAS CONCEPT MOD TEXT 111003, DCM, Algorithm Version = 0.2.0, GCB+OMGDA, K 14, SHA-256 0123
      CONTAINS IMAGE 121112, DCM, Source of Measurement = 1.2.3.4
      CONTAINS NUM HEALTHY, 99KOPT, Probability of healthy = 0.250000 (1, UCUM, no units)
      CONTAINS NUM SINUSITIS, 99KOPT, Probability of sinusitis = 0.750000 (1, UCUM, no units)
      CONTAINS TEXT 121106, DCM, Comment = RESEARCH USE ONLY. Not a diagnosis, not verified, not for decisions about a patient.
    CONTAINS CONTAINER 125007, DCM, Measurement Group = SEPARATE
      HAS OBS CONTEXT TEXT 112039, DCM, Tracking Identifier = Region 10,20,100,120
      HAS OBS CONTEXT UIDREF 112040, DCM, Tracking Unique Identifier = UID
      HAS CONCEPT MOD TEXT 111001, DCM, Algorithm Name = kopt classifier
      HAS CONCEPT MOD TEXT 111003, DCM, Algorithm Version = 0.2.0, GCB+OMGDA, K 14, SHA-256 0123
      CONTAINS IMAGE 121112, DCM, Source of Measurement = 1.2.3.4
      CONTAINS NUM HEALTHY, 99KOPT, Probability of healthy = 0.333333 (1, UCUM, no units)
      CONTAINS NUM SINUSITIS, 99KOPT, Probability of sinusitis = 0.666667 (1, UCUM, no units)
      CONTAINS TEXT 121106, DCM, Comment = RESEARCH USE ONLY. Not a diagnosis, not verified, not for decisions about a patient.`
        .replaceAll('VERSION', version)
        .split('\n'),
    )
  })

  it('belongs to the patient and the study of its film, in UTF-8, and is verified by nobody', () => {
    const { facts, dataSet, notes } = reportOf(film)
    expect(notes).toEqual([])
    expect(facts).toMatchObject({
      sopClassUid: '1.2.840.10008.5.1.4.1.1.88.33',
      modality: 'SR',
      patientId: '00017',
      patientBirthDate: '19470101',
      accessionNumber: '00004107',
      studyUid: '1.2.3',
      studyDate: '20190203',
    })
    expect(facts.sopInstanceUid).toMatch(/^2\.25\.\d+$/)
    expect(facts.seriesUid).toMatch(/^2\.25\.\d+$/)
    expect(textOf(dataSet, 0x0010_0010, 'PN')).toBe('Müller^A')
    expect(textOf(dataSet, 0x0008_103e, 'LO')).toContain('RESEARCH USE ONLY')
    expect(textOf(dataSet, 0x0040_a493, 'CS')).toBe('UNVERIFIED')
    expect([textOf(dataSet, 0x0008_0023, 'DA'), textOf(dataSet, 0x0008_0033, 'TM')]).toEqual(['20261130', '090507'])
    const [study] = dataSet.items({ tag: 0x0040_a375 })
    const [series] = study.items({ tag: 0x0008_1115 })
    const [image] = series.items({ tag: 0x0008_1199 })
    expect(textOf(study, 0x0020_000d, 'UI')).toBe('1.2.3')
    expect(textOf(series, 0x0020_000e, 'UI')).toBe('1.2.3.1')
    expect(textOf(image, 0x0008_1155, 'UI')).toBe('1.2.3.4')
  })

  it('is the same report, written again: one in the archive, and another one where anything is said otherwise', () => {
    expect(bytesOf(film)).toEqual(bytesOf(film))
    const uids = (...of: Parameters<typeof bytesOf>) => {
      const { sopInstanceUid, seriesUid } = reportOf(...of).facts
      return { sopInstanceUid, seriesUid }
    }
    const first = uids(film)
    expect(uids(film, { parts, model, now: new Date(2027, 0, 1) })).toEqual(first)
    const otherwise = [{ frame: 1, probabilities: { healthy: 0.26, sinusitis: 0.74 } }]
    const other = uids(film, { parts: otherwise, model, now: morning })
    expect(other.sopInstanceUid).not.toBe(first.sopInstanceUid)
    expect(other.seriesUid).toBe(first.seriesUid)
    const newer = uids(film, { parts, model: { ...model, version: '0.3.0' }, now: morning })
    expect(newer.sopInstanceUid).not.toBe(first.sopInstanceUid)
    expect(newer.seriesUid).not.toBe(first.seriesUid)
  })

  it('says which frame of several was judged', () => {
    const [frames] = contentFrames(reportOf([...film, [0x0028_0008, 'IS', '3']]).dataSet)
    expect(frames).toBe('1')
  })

  it('is none of a film that it could not refer to', () => {
    const bare = film.filter(([tag]) => tag !== 0x0020_000e)
    expect(() => reportOf(bare)).toThrow('has no SeriesInstanceUID, by which a report refers to a film')
  })
})

/** Frame numbers of all references to images in the measurement groups. */
function contentFrames(of: DataSet): string[] {
  const frames = of.items({ tag: 0x0008_1199 }).flatMap((item) => textOf(item, 0x0008_1160, 'IS') ?? [])
  return [...frames, ...of.items({ tag: 0x0040_a730 }).flatMap(contentFrames)]
}
