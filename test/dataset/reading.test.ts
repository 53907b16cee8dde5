import { describe, expect, test } from 'vitest'
import type { AuditedFilm } from '../../src/dataset/audit.js'
import { readingOf } from '../../src/dataset/reading.js'
import { stepWords } from '../../src/image/grey-step.js'

const film = (own: Partial<AuditedFilm>): AuditedFilm => ({
  id: 'film-0001',
  file: '/films/a.dcm',
  name: 'a.dcm',
  label: 'ill',
  patient: 'p',
  patientId: 'patient-0001',
  width: 8,
  height: 8,
  channels: 1,
  bitDepth: 16,
  format: 'dicom',
  steps: [],
  notes: [],
  pixelHash: '',
  largest: 4095,
  flat: false,
  ...own,
})

describe('the reading of a cohort', () => {
  test('counts kinds of files, steps, makers, views and regions, the commonest first', () => {
    const header = { manufacturer: 'Maker', manufacturerModel: 'DX', viewPosition: 'PA' } as AuditedFilm['dicom']
    const films = [
      film({ format: 'png' }),
      film({ steps: ['windowed'], dicom: header }),
      film({ steps: ['windowed', 'inverted'], dicom: header, roi: { left: 0, top: 0, width: 4, height: 4 } }),
    ]
    expect(readingOf(films)).toEqual({
      formats: { dicom: 2, png: 1 },
      steps: [
        { step: 'windowed', films: 2, words: stepWords.windowed },
        { step: 'inverted', films: 1, words: stepWords.inverted },
      ],
      makers: { 'Maker DX': 2 },
      views: { PA: 2 },
      regions: 1,
      notes: [],
    })
  })

  test('leaves out what a note quotes from a file, and keeps the commonest twelve', () => {
    const notes = (i: number) => [`WindowCenter 'DOE^JANE ${i}' is no number: ignored`, `HighBit ${i} does not fit`]
    const { notes: kept } = readingOf(Array.from({ length: 20 }, (_, i) => film({ notes: notes(i) })))
    expect(kept).toHaveLength(12)
    expect(kept[0]).toEqual({ text: 'WindowCenter … is no number: ignored', films: 20 })
    expect(JSON.stringify(kept)).not.toContain('DOE')
  })

  test('does not depend on the order of films', () => {
    const films = ['b', 'a', 'c'].map((manufacturer) => film({ dicom: { manufacturer } as AuditedFilm['dicom'] }))
    expect(JSON.stringify(readingOf(films))).toBe(JSON.stringify(readingOf([...films].reverse())))
  })
})
