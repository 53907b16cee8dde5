import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignPatients } from '../../../src/dataset/patients/assign.js'
import type { FoundFilm } from '../../../src/dataset/reader.js'
import { splitFilms } from '../../../src/dataset/split.js'

interface Known extends FoundFilm {
  /** Who it is in truth. */
  readonly who: string
}

const filmAt = (name: string, label: string, who = ''): Known => ({ file: `/data/${name}`, name, label, who })
const inClass = (...names: string[]) => names.map((name) => filmAt(name, name.split('/')[0]))
const warningsOf = (films: readonly FoundFilm[], from?: string) => assignPatients(films, from).warnings.map(String)

/** What a warning says to type first, as a shell would pass it on, and what it says for another reading of the names. */
function advised(warning: string): { flag: string; other?: string } {
  const plain = (text?: string) => text?.replaceAll('"', '')
  const how = '("[^"]+"|[a-z]+(?::[a-z]+)?)'
  const [, flag, other] = new RegExp(`type --patient-from ${how}(?: \\(or ${how})?`).exec(warning) ?? []
  return { flag: plain(flag) as string, other: plain(other) }
}

/** Films of several patients in folders: class/patient/film. */
const nested = inClass(
  ...['normal', 'sick'].flatMap((label, c) =>
    [0, 1, 2, 3].flatMap((i) => ['frontal', 'lateral'].map((side) => `${label}/patient${c}0${i}/${side}.png`)),
  ),
)

describe('folders that look like patients', () => {
  it('are a warning with what to type, and a question that names every film of it', () => {
    const { patients, source, warnings, question } = assignPatients(nested)
    expect([source, new Set(patients).size]).toEqual(['image', 16])
    expect(warnings.map(String)).toEqual([
      'no patients are given, so each image counts as its own patient; but 8 folders hold several films each; if they are ' +
        'patients, type --patient-from folder: normal/patient000/frontal.png and normal/patient000/lateral.png',
    ])
    expect(question?.together.flat().sort()).toEqual(nested.map(({ name }) => name).sort())
    expect(question?.text).toBe(
      '8 folders hold several films each (normal/patient000/frontal.png and normal/patient000/lateral.png), and nobody says ' +
        'who the patients are; films of one patient must not stand on both sides of a split. If the folders are patients, ' +
        "type --patient-from folder; if each film is another patient's, type --patient-from image",
    )
  })

  it('are no question once they are answered', () => {
    for (const from of ['folder', 'image', '^[^/]+/([^/]+)']) {
      const { warnings, question } = assignPatients(nested, from)
      expect([warnings, question]).toEqual([[], undefined])
    }
    expect(assignPatients(nested, 'image').source).toBe('image')
  })

  it.each([
    ['films in the class folders', inClass('a/x.png', 'a/y.png', 'b/z.png')],
    ['one film a folder', inClass(...[1, 2, 3, 4].flatMap((i) => [`a/p${i}/x.png`, `b/p1${i}/x.png`]))],
    [
      'numbers that each class begins anew, a film each',
      inClass(...[1, 2, 3, 4].flatMap((i) => [`a/00${i}/film.png`, `b/00${i}/film.png`])),
    ],
    ['batches of many films', inClass(...Array.from({ length: 90 }, (_, i) => `a/batch_${i % 6}/${i}.png`))],
    ['years', inClass(...Array.from({ length: 24 }, (_, i) => `a/${2010 + (i % 6)}/${i}.png`))],
    ['dates', inClass(...Array.from({ length: 24 }, (_, i) => `a/2019-03-1${i % 6}/x${i}.png`))],
    [
      'folders with hundreds of films',
      inClass(...Array.from({ length: 900 }, (_, i) => `a/dir${i % 5}/${String(i).padStart(8, '0')}.png`)),
    ],
  ])('are none: %s', (_, films) => {
    expect(assignPatients(films)).toMatchObject({ source: 'image', warnings: [] })
    expect(assignPatients(films).question).toBeUndefined()
  })

  it('without numbers are a warning alone', () => {
    const names = ['anna', 'bert', 'cleo', 'dora']
    const films = inClass(...names.flatMap((who, i) => [1, 2].map((n) => `${i % 2 ? 'sick' : 'well'}/${who}/${n}.png`)))
    const { warnings, question } = assignPatients(films)
    expect(String(warnings)).toContain(
      '4 folders hold several films each; if they are patients, type --patient-from folder',
    )
    expect(question).toBeUndefined()
  })

  it('are looked for where an archive gives all films one PatientID or a manifest mixes depths', () => {
    const mixed = [...nested, ...inClass('normal/loose.png', 'sick/patient999/study1/a.png')]
    const { flag } = advised(warningsOf(mixed)[0])
    expect(flag).toBe('^[^/]+/([^/]+)')
    expect(new Set(assignPatients(mixed, flag).patients).size).toBe(10)
  })

  it('sides in folders of their own are a warning', () => {
    const films = inClass(
      ...['well', 'sick'].flatMap((label, c) =>
        [0, 1, 2].flatMap((i) => ['left', 'right'].map((side) => `${label}/${side}/p${c}${i}.png`)),
      ),
    )
    const [warning] = warningsOf(films)
    expect(warning).toContain('type --patient-from prefix: well/left/p00.png and well/right/p00.png')
    expect(new Set(assignPatients(films, 'prefix').patients).size).toBe(6)
  })
})

describe('--patient-from folder', () => {
  const from = (films: readonly FoundFilm[]) => assignPatients(films, 'folder').patients

  it('is the patient’s folder, not that of the study', () => {
    const films = inClass(...['001', '002', '003'].flatMap((who) => ['s1', 's2'].map((s) => `a/x${who}/${s}/1.png`)))
    expect(from(films)).toEqual(['x001', 'x001', 'x002', 'x002', 'x003', 'x003'])
  })

  it('passes over folders that hold patients: sites, sets, and those that sort by the beginning of a name', () => {
    const tree = (before: (i: number) => string) =>
      [0, 1, 2, 3].map((i) => filmAt(`${before(i)}p1${i}000042/s1/x.png`, i < 2 ? 'a' : 'b'))
    const whole = ['p10000042', 'p11000042', 'p12000042', 'p13000042']
    expect(from(tree((i) => `files/p1${i}/`))).toEqual(whole)
    expect(from(tree((i) => `export/${i % 2 ? 'train' : 'valid'}/`))).toEqual(whole)
    expect(from(tree((i) => `site_${i}/`))).toEqual(whole)
    expect(from(tree((i) => (i < 2 ? 'a/' : 'b/')))).toEqual(whole)
  })

  it('says where folders of one patient have names of their own', () => {
    const films = inClass(...['p01', 'p02', 'p03', 'p04'].flatMap((who) => [`a/${who}_L/x.png`, `b/${who}_R/x.png`]))
    const [warning] = warningsOf(films, 'folder')
    expect(warning).toContain(
      'names of folders look like 4 patients with several folders, each taken for a patient of its own',
    )
    expect(new Set(assignPatients(films, advised(warning).flag).patients).size).toBe(4)
    expect(assignPatients(films).question?.together).toHaveLength(4)
  })

  it('is refused where it is the same folder for every film', () => {
    const films = [filmAt('export/x.png', 'a'), filmAt('export/y.png', 'b')]
    expect(() => from(films)).toThrow('--patient-from folder finds the same folder for every film: export')
  })

  it('says where numbers stand in several places, and what to type if they begin anew', () => {
    const films = inClass(
      ...['a', 'b'].flatMap((c) => [1, 2, 3, 4].flatMap((i) => [`${c}/${i}/x.png`, `${c}/${i}/y.png`])),
    )
    const [warning] = warningsOf(films, 'folder')
    expect(warning).toBe(
      '4 names stand in several classes, each taken for one patient; where each class numbers its patients anew, ' +
        'type --patient-from place:folder: 1, 2, 3 ... and 1 more',
    )
    expect(new Set(assignPatients(films, advised(warning).flag).patients).size).toBe(8)
    expect(advised(warningsOf(films)[0])).toEqual({ flag: 'place:folder', other: 'folder' })
  })
})

describe('names that differ by their folder alone', () => {
  it('are no hint: numbered anew in each class, and in each set', () => {
    expect(warningsOf(inClass(...['a', 'b'].flatMap((c) => [0, 1, 2, 3, 4].map((i) => `${c}/${i}.png`))))).toEqual([])
    const kermany = ['train', 'test'].flatMap((set) =>
      Array.from({ length: 12 }, (_, i) =>
        filmAt(`${set}/NORMAL/IM-${String(i).padStart(4, '0')}-0001.jpeg`, 'NORMAL'),
      ),
    )
    expect(warningsOf(kermany)).toEqual([])
  })

  it('pairs in them are told apart by folder', () => {
    const films = inClass(
      ...['a', 'b'].flatMap((c) => [1, 2, 3, 4].flatMap((i) => [`${c}/${i}_L.png`, `${c}/${i}_R.png`])),
    )
    const [warning] = warningsOf(films)
    expect(warning).toContain('16 names look like 8 patients')
    expect(new Set(assignPatients(films, advised(warning).flag).patients).size).toBe(8)
  })

  it('are said where --patient-from prefix takes numbers of two classes for one patient', () => {
    const films = inClass('a/1.png', 'b/1.png', 'a/2.png', 'b/3.png')
    const [warning] = warningsOf(films, 'prefix')
    expect(warning).toMatch(/^1 number stands in several classes, each taken for one patient; .*: 1$/)
    expect(new Set(assignPatients(films, advised(warning).flag).patients).size).toBe(4)
  })
})

/** Patients of two classes, by number, each with some films; the first has two at least. */
const anyPatients = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 8, maxLength: 24 })
  .map((counts) =>
    counts.map((films, i) => ({ i, films: i === 0 ? Math.max(2, films) : films, label: i % 2 ? 'a' : 'b' })),
  )
const anyStyle = fc.constantFrom(
  (i: number) => `patient${String(i).padStart(5, '0')}`,
  (i: number) => `p${i}`,
  (i: number) => String(7_000_123 + 13 * i),
  (i: number) => `MRN-${1000 + 7 * i}`,
  (i: number) => `sub-${String(i).padStart(2, '0')}`,
  (i: number) => `${(i * 2_654_435_761).toString(16)}a7`,
)

type Patient = { i: number; films: number; label: string }
/** Where the films of a patient lie: each of these trees is found in the wild. */
const trees: Record<string, (who: string, patient: Patient, n: number) => string> = {
  'class/patient/film': (who, { label }, n) => `${label}/${who}/${n}.png`,
  'class/patient/study/film': (who, { label }, n) => `${label}/${who}/study${1 + (n >> 1)}/view${n % 2}_frontal.jpg`,
  'export/set/patient/study/film': (who, _, n) => `CheXpert-small/train/${who}/study${1 + n}/view1_frontal.jpg`,
  'files/beginning/patient/study/film': (who, { i }, n) => `files/${who.slice(0, -1)}/${who}/s5${i}00${n}/${n}f3a.dcm`,
  'patient/class/film': (who, { label }, n) => `${who}/${label}/img${n}.png`,
  'class/site/patient/film': (who, { label, i }, n) => `${label}/site_${i % 3}/${who}/x${n}.png`,
  'class/patient_side/film': (who, { label }, n) => `${label}/${who}_${n % 2 ? 'L' : 'R'}/film${n >> 1}.png`,
  'class/patient_date/film': (who, { label }, n) => `${label}/${who}_201${n}-03-04/${n}.png`,
  'class/patient_side': (who, { label }, n) => `${label}/${who}_${n}.png`,
}

describe.each(Object.keys(trees))('in a tree %s', (tree) => {
  it('patients with several films are noticed, and no split tears one apart that follows what is said', () => {
    fc.assert(
      fc.property(anyPatients, anyStyle, fc.nat(99), (patients, styled, seed) => {
        const films = patients.flatMap((patient) =>
          Array.from({ length: patient.films }, (_, n) => {
            const who = styled(patient.i)
            return filmAt(trees[tree](who, patient, n), patient.label, who)
          }),
        )
        const [warning] = warningsOf(films)
        expect(warning).toBeDefined()
        const { patients: found } = assignPatients(films, advised(warning).flag)
        const known = films.map((film, i) => ({ ...film, id: `${i}`, patient: found[i], patientId: found[i] }))
        const split = splitFilms(known, { fractions: [0.6, 0.2, 0.2], seed, by: 'patient' })
        const sides = Object.values(split).map((set) => new Set(set.map(({ who }) => who)))
        expect(sides.reduce((sum, side) => sum + side.size, 0)).toBe(patients.length)
      }),
      { numRuns: 40 },
    )
  })
})
