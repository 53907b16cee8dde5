import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readDicomHeader } from '../../src/image/dicom/header.js'
import { writeFiles } from '../dataset/films-on-disk.js'
import { dicomFilm } from '../support/dicom.js'
import { kopt, koptFile, temporaryFolder } from '../support/kopt.js'

const film = (patient: string, uid: string) =>
  dicomFilm({
    524312: ['UI', uid],
    524320: ['DA', '20200105'],
    1048592: ['PN', 'Canarybird^Yellow'],
    1048608: ['LO', patient],
  })
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.dcm'))
    .sort()

describe('kopt deidentify', () => {
  it('writes a folder per patient under new names, lists what it could not clean, and goes on', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, {
      'export/CANARYBIRD_YELLOW/1': film('7', '1.2.1'),
      'export/CANARYBIRD_YELLOW/2': film('7', '1.2.2'),
      'export/again': film('7', '1.2.2'),
      'export/other': film('8', '1.2.3'),
      'export/cut': film('8', '1.2.4').subarray(0, -20),
      'export/photo.png': 1,
    })
    const { code, stdout, stderr } = kopt(['deidentify', 'export', '--out', 'clean', '--names', 'names.csv'], { cwd })
    expect([code, stdout]).toEqual([2, expect.stringMatching(/^4 files of 2 patients in clean, under the key /)])
    expect(stderr).toContain(
      '1 file not written:\n  - cut is a DICOM file that ends early (truncated) within its pixel data',
    )
    expect(stderr).toContain('1 file that is no DICOM left out: photo.png')
    expect(stderr).toContain('warning: 1 film: the same SOP instance as another file: again')
    const files = filesIn(path.join(cwd, 'clean'))
    expect(files).toHaveLength(4)
    for (const name of files) {
      expect(name).toMatch(/^p-[0-9a-f]{24}[\\/][0-9a-z]{12}(-2)?\.dcm$/)
      const bytes = new Uint8Array(readFileSync(path.join(cwd, 'clean', name)))
      expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/canarybird|yellow|20200105/i)
      expect(readDicomHeader(bytes).facts.patientId).toBe(name.slice(0, 26))
    }
    const names = readFileSync(path.join(cwd, 'names.csv'), 'utf8').trim().split('\n')
    expect(names).toHaveLength(5)
    expect(names[1]).toMatch(/^CANARYBIRD_YELLOW\/1,p-/)
  })

  it('has a row for every cleaned file in the table of names, however it ends', async () => {
    const cwd = temporaryFolder()
    const films = Array.from({ length: 400 }, (_, i) => [`export/${i}`, film(`${i}`, `1.2.${i + 1}`)] as const)
    await writeFiles(cwd, Object.fromEntries(films))
    const words = ['deidentify', 'export', '--out', 'clean', '--names', 'names.csv']
    const child = spawn(process.execPath, [koptFile, ...words], { cwd, stdio: ['ignore', 'pipe', 'ignore'] })
    const out = path.join(cwd, 'clean')
    const deadline = Date.now() + 30_000
    while (!existsSync(out) || filesIn(out).length < 20) {
      expect(Date.now()).toBeLessThan(deadline)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    child.kill('SIGKILL')
    // Closed when the process at work, which holds the other end too, is gone.
    child.stdout.resume()
    await once(child, 'close')
    const written = filesIn(out)
    expect(written.length).toBeLessThan(400)
    const names = readFileSync(path.join(cwd, 'names.csv'), 'utf8')
    for (const name of written) expect(names).toContain(`,${name.replaceAll(path.sep, '/')},p-`)
  })

  it('keeps patients of two issuers apart, and together those of which some files name no issuer', async () => {
    const cwd = temporaryFolder()
    const of = (uid: string, issuer: string) =>
      dicomFilm({
        524312: ['UI', uid],
        1048608: ['LO', '7'],
        1048609: ['LO', issuer],
      })
    await writeFiles(cwd, {
      'north/1': of('1.2.1', 'NORTHERN'),
      'north/2': of('1.2.2', ''),
      'both/1': of('1.2.1', 'NORTHERN'),
      'both/2': of('1.2.2', 'SOUTHERN'),
    })
    const clean = (folder: string) => kopt(['deidentify', folder, '--out', `${folder}-clean`], { cwd })
    const [north, both] = [clean('north'), clean('both')]
    expect([north.code, north.stdout]).toEqual([0, expect.stringMatching(/^2 files of 1 patient in /)])
    expect(north.stderr).toContain(
      'warning: 1 film: without the issuer that other films name for the same PatientID: taken for the same patient;',
    )
    expect([both.code, both.stdout]).toEqual([0, expect.stringMatching(/^2 files of 2 patients in /)])
    const patients = (folder: string) => new Set(filesIn(path.join(cwd, folder)).map((name) => name.slice(0, 26)))
    expect([...patients('north-clean')].every((patient) => patients('both-clean').has(patient))).toBe(true)
    for (const name of filesIn(path.join(cwd, 'both-clean')))
      expect(readFileSync(path.join(cwd, 'both-clean', name), 'latin1')).not.toMatch(/NORTHERN|SOUTHERN/)
  })

  it('writes the same again under the same key, other names under another, and no dates where asked', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, { 'export/1': film('7', '1.2.1') })
    const clean = (...words: string[]) => expect(kopt(['deidentify', 'export', ...words], { cwd }).code).toBe(0)
    clean('--out', 'one')
    clean('--out', 'two')
    clean('--out', 'three', '--key', 'partner-key')
    clean('--out', 'four', '--dates', 'remove')
    const [one, two, three, four] = ['one', 'two', 'three', 'four'].map((folder) => {
      const [name] = filesIn(path.join(cwd, folder))
      return { name, bytes: readFileSync(path.join(cwd, folder, name)) }
    })
    expect(one).toEqual(two)
    expect(three.name).not.toBe(one.name)
    const dateOf = (bytes: Buffer) => readDicomHeader(new Uint8Array(bytes)).facts.studyDate
    expect(dateOf(one.bytes)).toMatch(/^20(19|18|17|16|15|14)\d{4}$/)
    expect(dateOf(four.bytes)).toBeUndefined()
  })

  it.each([
    [['export', '--out', 'full'], /--out full holds something already \(a.txt\); name a new folder/],
    [['export', '--out', 'export/clean'], /lies within export; name a folder outside of it/],
    [['export', '--out', 'clean', '--names', 'clean/names.csv'], /lies within the cleaned folder, and would undo it/],
    [['nowhere', '--out', 'clean'], /nowhere is no folder/],
    [['full', '--out', 'clean'], /full holds no DICOM files; nothing was written/],
  ])('refuses %j', async (words, sentence) => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, { 'export/1': film('7', '1.2.1') })
    await writeFiles(cwd, { 'full/a.txt': 'x' })
    writeFileSync(path.join(cwd, 'names.csv'), '')
    const { code, stderr } = kopt(['deidentify', ...words], { cwd })
    expect([code, stderr]).toEqual([2, expect.stringMatching(sentence)])
    expect(readdirSync(cwd).sort()).toEqual(['export', 'full', 'names.csv'])
  })
})
