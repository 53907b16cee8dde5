import { expect, it } from 'vitest'
import { auditCohorts } from '../../src/dataset/audit.js'
import { notesOfFilms } from '../../src/dataset/film-notes.js'
import { openDataset } from '../../src/dataset/open.js'
import { shownWarning } from '../../src/dataset/warning.js'
import { dicomFilm } from '../support/dicom.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

it('what DICOM films say wrongly is a warning of the dataset, without their names for what a run keeps', async () => {
  const folder = temporaryFolder()
  const film = (uid: string, slope: string) =>
    dicomFilm(
      { 524312: ['UI', uid], 1048608: ['LO', uid], 2625618: ['DS', '0'], 2625619: ['DS', slope] },
      { value: (i) => (i * i * 37 + i * 101 * Number(uid.at(-1))) % 3989 },
    )
  const films = ['1', '2', '3', '4', '5', '6'].map(
    (n) =>
      [
        `${Number(n) % 2 === 0 ? 'a' : 'b'}/${n}.dcm`,
        film(`1.2.${n}`, n === '1' ? '0,5' : n === '2' ? '0' : '1'),
      ] as const,
  )
  await writeFiles(folder, Object.fromEntries(films))
  const internal = openDataset(folder)
  const { warnings } = (await auditCohorts({ internal, external: {} }, { forSplit: false })).internal.cohort
  const shown = warnings.map(shownWarning)
  expect(shown).toContain("1 film: RescaleSlope '0,5' is not written as a number: read as 0.5")
  expect(shown).toContain('1 film: RescaleSlope 0 would make the film one grey: left aside')
  expect(warnings.map(String).join()).toContain('left aside: a/2.dcm')
})

it('notes are grouped, the commonest first, and beyond eight counted together', () => {
  const films = Array.from({ length: 12 }, (_, i) => ({ name: `f${i}`, notes: ['common', `own ${i}`] }))
  const texts = notesOfFilms(films).map(shownWarning)
  expect(texts).toHaveLength(9)
  expect(texts[0]).toBe('12 films: common')
  expect(texts[8]).toBe('5 films with other notes (kopt inspect FILE shows them)')
})
