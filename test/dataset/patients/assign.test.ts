import { describe, expect, it } from 'vitest'
import { assignPatients } from '../../../src/dataset/patients/assign.js'
import { prefixOf } from '../../../src/dataset/patients/names.js'

const filmsOf = (...names: string[]) =>
  names.map((name) => ({ name, file: `/data/${name}`, label: name.split('/')[0] }))
const patientsBy = (patientFrom: string, ...names: string[]) => assignPatients(filmsOf(...names), patientFrom).patients
const refusalOf = (patientFrom: string, ...names: string[]) => {
  try {
    patientsBy(patientFrom, ...names)
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'no error'
}

describe('--patient-from prefix', () => {
  it.each([
    ['normal/p012_L.png', 'p012'],
    ['normal/p012-r.png', 'p012'],
    ['site_3_0007_left.jpeg', 'site_3_0007'],
    ['00001368_000.png', '00001368'],
    ['00001368', '00001368'],
    ['a b.png', 'a'],
  ])('reads %s as %s', (name, patient) => {
    expect(prefixOf(name)).toBe(patient)
  })

  it('joins films of one patient in different classes', () => {
    expect(patientsBy('prefix', 'normal/p1_L.png', 'ill/p1_R.png', 'ill/p2_L.png')).toEqual(['p1', 'p1', 'p2'])
  })
})

describe('--patient-from folder', () => {
  it('takes the folder that the film lies in', () => {
    expect(patientsBy('folder', 'normal/x/1.png', 'normal/x/2.png', 'ill/y/1.png')).toEqual(['x', 'x', 'y'])
  })

  it('refuses films that lie in the class folder itself', () => {
    expect(refusalOf('folder', 'normal/1.png', 'ill/y/1.png')).toMatch(
      /^UserError: --patient-from folder needs a folder per patient .* 1 film lies in the class folder itself: normal\/1\.png/,
    )
  })
})

describe('--patient-from with a regular expression', () => {
  it('takes its first group, looked for in the path within the dataset', () => {
    const { patients, source } = assignPatients(filmsOf('normal/NORMAL2-IM-0451-0001.jpeg'), '(IM-\\d+)-\\d+')
    expect([patients, source]).toEqual([['IM-0451'], 'name'])
  })

  it.each([
    ['that is none', '(p\\d', /is no regular expression/],
    ['without a group', 'foldr', /has no group .*is 'folder' meant\?/],
    ['that does not match every name', '(p\\d+)', /1 of 2 names do not match: x\/scan\.png/],
    ['of absurd length', `(${'a'.repeat(300)})`, /at most 200 are read/],
    ['that backtracks without end', '((?:a+)+)$', /takes too long on these names/],
  ])('is refused %s', (title, pattern, sentence) => {
    const second = title.includes('backtracks') ? `x/${'a'.repeat(60)}!` : 'x/scan.png'
    const message = refusalOf(pattern, 'x/p1.png', second)
    expect(message).toMatch(/^UserError: --patient-from/)
    expect(message).toMatch(sentence)
  })
})

describe('where nobody names patients', () => {
  const warningsOf = (...names: string[]) => assignPatients(filmsOf(...names)).warnings.map(String)

  it('each image is its own patient, and two regions of one image are one', () => {
    const { patients, source } = assignPatients(filmsOf('x/a.png', 'x/a.png', 'y/b.png'))
    expect(source).toBe('image')
    expect(new Set(patients).size).toBe(2)
  })

  it('names of left and right are a warning with what to type', () => {
    expect(warningsOf('normal/p1_L.png', 'ill/p1_R.png', 'ill/p2_L.png', 'ill/p2_R.png')).toEqual([
      'no patients are given, so each image counts as its own patient; but 4 names look like 2 patients with several films; ' +
        'if they are, type --patient-from prefix: normal/p1_L.png and ill/p1_R.png',
    ])
  })

  it('equal prefixes are a warning, with a pattern where the prefix is longer', () => {
    const short = ['00001_000.png', '00001_001.png', '00002_000.png', '00003_000.png', '00004_000.png']
    expect(warningsOf(...short)[0]).toMatch(/type --patient-from prefix: /)
    const long = short.map((name) => `x/site-${name.replace('_', '-')}`)
    const [warning] = warningsOf(...long)
    const pattern = /--patient-from "(.*)": /.exec(warning)?.[1] as string
    expect(new Set(patientsBy(pattern, ...long)).size).toBe(4)
  })

  it('running numbers behind one word are none', () => {
    expect(warningsOf(...Array.from({ length: 30 }, (_, i) => `x/img_${i}.png`))).toEqual([])
    expect(warningsOf('x/scan.png', 'y/other.png')).toEqual([])
  })
})
