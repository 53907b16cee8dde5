/**
 * A run on DICOM files whose headers hold what must never leave: none of it stands in the run folder, in what is printed, in
 * events, tables, the model or the report. Paths are private to the run's folder and are named so that they hold none.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { phantomCohort } from '../../src/dataset/phantom.js'
import { writeFiles } from '../dataset/films-on-disk.js'
import { dicomFilm } from '../support/dicom.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { tinyFinishedRun } from '../support/tiny-finished-run.js'

const canaries = [
  'Canarybird',
  'Yellowfeather',
  '19310704',
  'KNR-4711',
  'AUFTRAG77',
  'Ward Nightingale',
  'Strasse am Kanarienhof',
]

async function films(cwd: string, patients: number): Promise<void> {
  const files: Record<string, Uint8Array> = {}
  for (const [i, film] of phantomCohort({ seed: 3, patients, hospital: 'a' }).entries()) {
    const { width, height, data } = film.raster
    files[`films/${film.label}/IM${i}`] = dicomFilm(
      {
        524312: ['UI', `1.2.3.${i + 1}`],
        524368: ['SH', `AUFTRAG77-${i}`],
        524416: ['LO', 'Ward Nightingale'],
        1048592: ['PN', 'Canarybird^Yellowfeather'],
        1048608: ['LO', `KNR-4711-${film.patient}`],
        1048624: ['DA', '19310704'],
        1052736: ['LO', 'Strasse am Kanarienhof'],
        2625616: ['DS', '2048'],
        2625617: ['DS', '4096'],
      },
      { rows: height, columns: width, value: (p) => data[p] * 16 },
    )
  }
  await writeFiles(cwd, files)
}

function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
}

const small = [
  'gan.steps=2',
  'gan.width=0.125',
  'gan.batchSize=8',
  'gan.checkpointEvery=2',
  'gan.gridEvery=2',
  'search.multiples=whole',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'image.size=[16,16]',
  'backbone.inputSize=[32,32]',
  'compute.threads=1',
  'compute.processes=1',
]

describe('what DICOM says of a patient', () => {
  it('stands nowhere in a run, its output, its report or what is predicted from it', async () => {
    const cwd = temporaryFolder()
    await films(cwd, 24)
    const said: string[] = []
    const call = (...words: string[]) => {
      const answer = kopt(words, { cwd })
      said.push(answer.stdout, answer.stderr)
      expect(answer.code, answer.stderr).toBe(0)
    }
    call(
      'run',
      'films',
      '--preset',
      'quick',
      '--positive',
      'sinusitis',
      '--out',
      'run',
      ...small.flatMap((set) => ['--set', set]),
    )
    call('resume', 'run')
    call('inspect', 'films', '--json')
    call('predict', 'run', path.join('films', 'healthy', readdirSync(path.join(cwd, 'films', 'healthy'))[0]), '--json')
    call('report', 'run', '--share')
    call('features', 'films', '--out', 'features.npy')
    const table = readFileSync(path.join(cwd, 'run', 'private', 'films.csv'), 'utf8')
    expect(table.split('\n')[1]).toMatch(/,patient-\d{4},p-[0-9a-f]{24},/)
    const places = [...everyFile(path.join(cwd, 'run')), path.join(cwd, 'features.csv')]
    expect(places.length).toBeGreaterThan(20)
    const texts = [
      ...places.map((file) => [file, readFileSync(file).toString('latin1')] as const),
      ['what is printed', said.join('\n')] as const,
    ]
    for (const [place, text] of texts) {
      for (const secret of canaries) {
        const utf16 = [...secret].join('\0')
        expect(text.includes(secret) || text.includes(utf16), `${secret} in ${place}`).toBe(false)
      }
    }
    expect(
      texts
        .filter(([place, text]) => !place.includes(`${path.sep}private${path.sep}`) && text.includes('healthy/IM'))
        .map(([place]) => path.basename(place))
        .filter((name) => name !== 'features.csv' && name !== 'what is printed'),
    ).toEqual([])
  }, 240_000)
})

describe('a finished run outside of private/', () => {
  it('holds no path, no name of a file and no patient, in any byte of any file', async () => {
    const { folder, run, films, external, backbone } = await tinyFinishedRun()
    const home = path.join(folder, 'home')
    for (const words of [
      ['resume', run],
      ['report', run, '--share'],
    ]) {
      const { code, stderr } = kopt(words, { cwd: folder, env: { HOME: home } })
      expect(code, stderr).toBe(0)
    }
    const patients = readFileSync(path.join(run, 'private', 'films.csv'), 'utf8').match(/p-[0-9a-f]{24}/g) ?? []
    const names = [films, external].flatMap((set) => everyFile(set).filter((file) => file.endsWith('.png')))
    const secrets = [
      ...[folder, home, homedir(), path.dirname(backbone), process.cwd()].filter((place) => place.length > 5),
      ...new Set(patients),
      ...new Set(names.map((file) => path.basename(file))),
    ]
    expect(secrets.length).toBeGreaterThan(30)
    const open = everyFile(run).filter((file) => !file.startsWith(path.join(run, 'private') + path.sep))
    expect(open.length).toBeGreaterThan(60)
    const found = open.flatMap((file) => {
      const text = readFileSync(file).toString('latin1')
      return secrets
        .filter((secret) => text.includes(secret))
        .map((secret) => `${secret} in ${path.relative(run, file)}`)
    })
    expect(found).toEqual([])
    expect(readFileSync(path.join(run, 'config.yaml'), 'utf8')).toMatch(/^dataset: hospital-a$/m)
    expect(readFileSync(path.join(run, 'private', 'config.yaml'), 'utf8')).toContain(`dataset: ${films}`)
    const told = readFileSync(path.join(run, 'WHAT-MAY-LEAVE.txt'), 'utf8')
    for (const name of readdirSync(run)) {
      const known = told.includes(name) || /^(split\.csv|figures|scores|tables|WHAT-MAY-LEAVE\.txt)$/.test(name)
      expect(known, `${name} in WHAT-MAY-LEAVE.txt`).toBe(true)
    }
    if (process.platform !== 'win32') expect(statSync(path.join(run, 'private')).mode & 0o777).toBe(0o700)
  }, 240_000)
})
