import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignPatients } from '../../../src/dataset/patients/assign.js'
import type { FoundFilm } from '../../../src/dataset/reader.js'

interface Known extends FoundFilm {
  /** Who it is in truth. */
  readonly who: string
}

interface Where {
  readonly label: string
  readonly set: string
  readonly site: string
  /** The patient's name within its place. */
  readonly who: string
  /** Which of its films, from 0. */
  readonly n: number
}

const view = (n: number) => ['frontal', 'lateral'][n % 2]
const side = (n: number) => ['L', 'R'][n % 2]

/** Where a film lies; the part before `|` is its place, within which patients may have numbers of their own. */
const trees: Record<string, (film: Where) => string> = {
  'class/patient/view': ({ label, who, n }) => `${label}|${who}/${view(n)}${n >> 1}.png`,
  'class/view/patient': ({ label, who, n }) => `${label}|${view(n)}/${who}.png`,
  'class/view/patient_n': ({ label, who, n }) => `${label}|${view(n)}/${who}_${n >> 1}.png`,
  'view/class/patient': ({ label, who, n }) => `${view(n)}/${label}|${who}.png`,
  'class/view/patient/film': ({ label, who, n }) => `${label}|${view(n)}/${who}/${n >> 1}.png`,
  'class/patient/study/view': ({ label, who, n }) => `${label}|${who}/study${1 + (n >> 1)}/view1_${view(n)}.jpg`,
  'class/patient/view/film': ({ label, who, n }) => `${label}|${who}/${view(n)}/${n >> 1}.png`,
  'class/patient_view': ({ label, who, n }) => `${label}|${who}_${view(n)}${n >> 1 || ''}.png`,
  'class/patient_L': ({ label, who, n }) => `${label}|${who}_${side(n)}${n > 1 ? '_2' : ''}.png`,
  'class/site/patient/film': ({ label, site, who, n }) => `${label}/${site}|${who}/x${n}.png`,
  'set/class/patient/film': ({ set, label, who, n }) => `${set}/${label}|${who}/x${n}.png`,
  'set/class/view/patient': ({ set, label, who, n }) => `${set}/${label}|${view(n)}/${who}.png`,
  'set/class/patient_L': ({ set, label, who, n }) => `${set}/${label}|${who}_${side(n)}.png`,
  'site/patient/film, listed': ({ site, who, n }) => `${site}|${who}/${n}.png`,
  'site/patient_L, listed': ({ site, who, n }) => `${site}|${who}_${side(n)}.png`,
  'beginning/patient/study/film, listed': ({ who, n }) =>
    `files/p1${who.at(-1)}|p1${who.at(-1)}0000${who.replace(/\D/g, '').padStart(3, '0')}/s5000${n >> 1}/${n}f3a.jpg`,
}

const styles: Record<string, (i: number) => string> = {
  number: String,
  'padded number': (i) => String(i).padStart(4, '0'),
  'word and number': (i) => `patient${i}`,
  p: (i) => `p${String(i).padStart(3, '0')}`,
}

/** How patients of several places are numbered: the number within the place of the i-th of all patients. */
const numberings = {
  /** No number stands twice. */
  once: (i: number) => i,
  /** Each place begins from 0. */
  anew: (_: number, within: number) => within,
  /** Each place leaves some numbers out. */
  'anew with gaps': (i: number, within: number) => 3 * within + ((i * 7) % 3),
}

function cohort(
  tree: string,
  style: string,
  numbering: keyof typeof numberings,
  patients: number,
  films: number,
): Known[] {
  const within = new Map<string, number>()
  return Array.from({ length: patients }, (_, i) => {
    const where = { label: ['a', 'b'][i % 2], set: ['train', 'test'][(i >> 1) % 2], site: `site_${(i >> 1) % 3}` }
    const lies = (who: string, n: number) => trees[tree]({ ...where, who, n })
    const place = lies('', 0).split('|')[0]
    const number = within.get(place) ?? 0
    within.set(place, number + 1)
    const who = styles[style](numberings[numbering](i, number))
    return Array.from({ length: tree.endsWith('L, listed') || tree.endsWith('patient') ? 2 : films }, (_, n) => {
      const name = lies(who, n).replace('|', '/')
      return {
        name,
        file: `/data/${name}`,
        label: where.label,
        who: `${place.replace(/^(frontal|lateral)\//, '')}|${who}`,
      }
    })
  }).flat()
}

/** What a warning says to type: at once, or where its condition holds. */
function advised(films: readonly FoundFilm[]): { joined?: string; apart?: string } {
  const how = '("[^"]+"|[a-z]+(?::[a-z]+)?)'
  const text = assignPatients(films).warnings.map(String)[0] ?? ''
  const [, first, second] = new RegExp(`type --patient-from ${how}(?: \\(or ${how})?`).exec(text) ?? []
  const ways = [first, second].flatMap((way) => (way === undefined ? [] : [way.replaceAll('"', '')]))
  return { joined: ways.find((way) => !way.startsWith('place:')), apart: ways.find((way) => way.startsWith('place:')) }
}

/** Films of which are of one patient, in a form that can be compared. */
const partition = (keys: readonly string[]) => keys.map((key) => keys.indexOf(key))

describe.each(Object.keys(trees))('what is advised in a tree %s', (tree) => {
  it('when typed, neither joins films of different patients nor tears one apart', () => {
    const cases = fc.tuple(
      fc.constantFrom(...Object.keys(styles)),
      fc.constantFrom(...(Object.keys(numberings) as (keyof typeof numberings)[])),
      fc.integer({ min: 24, max: 60 }),
      fc.integer({ min: 2, max: 4 }),
    )
    fc.assert(
      fc.property(cases, ([style, numbering, patients, count]) => {
        const films = cohort(tree, style, numbering, patients, count)
        const { joined, apart } = advised(films)
        const way = numbering === 'once' ? joined : (apart ?? joined)
        expect(way).toBeDefined()
        expect(partition(assignPatients(films, way).patients)).toEqual(partition(films.map(({ who }) => who)))
      }),
      { numRuns: 30 },
    )
  })
})

describe('a patient with films in two classes', () => {
  const both = (place: (label: string, who: string, n: number) => string, who: (i: number) => string) =>
    Array.from({ length: 30 }, (_, i) =>
      ['a', 'b'].flatMap((label, c) =>
        (i % 3 === c ? [] : [0, 1]).map((n) => ({ name: place(label, who(i), n), file: '/x', label, who: who(i) })),
      ),
    ).flat()

  it.each([
    ['class/patient/view', (label: string, who: string, n: number) => `${label}/${who}/${view(n)}.png`],
    ['class/view/patient', (label: string, who: string, n: number) => `${label}/${view(n)}/${who}.png`],
    ['class/patient_view', (label: string, who: string, n: number) => `${label}/${who}_${view(n)}.png`],
  ])('is one in %s by what is advised, and long numbers are never parted unheard', (_, place) => {
    for (const who of [(i: number) => String(i), (i: number) => `p${i}`, (i: number) => String(7_000_123 + 13 * i)]) {
      const films = both(place, who)
      const { joined, apart } = advised(films)
      expect(partition(assignPatients(films, joined).patients)).toEqual(partition(films.map((film) => film.who)))
      const long = who(0).length > 6
      expect(apart === undefined).toBe(long)
      if (long)
        expect(assignPatients(films, `place:${joined}`).warnings.map(String)).toEqual([
          expect.stringMatching(/^10 long numbers stand in several classes, each taken for several patients;/),
        ])
    }
  })

  it('has its sides in one each, which speaks for one patient: nothing else is offered', () => {
    const films = Array.from({ length: 20 }, (_, i) =>
      ['a', 'b'].map((label, c) => ({ name: `${label}/${i}_${side(c)}.png`, file: '/x', label, who: String(i) })),
    ).flat()
    expect(advised(films)).toEqual({ joined: 'prefix', apart: undefined })
  })
})

describe('names that tell nothing alone', () => {
  const inClass = (...names: string[]) => names.map((name) => ({ name, file: '/x', label: name.split('/')[0] }))
  const numbers = Array.from({ length: 24 }, (_, i) => i)

  it('days are no patients', () => {
    const films = inClass(
      ...numbers.flatMap((i) => [`a/2019-03-${10 + (i % 20)}_${i}.png`, `b/201904${10 + (i % 20)}_${i}.png`]),
    )
    expect(assignPatients(films).warnings).toEqual([])
  })

  it('sides of some films do not join the others by their first word', () => {
    const films = inClass(...numbers.flatMap((i) => [`a/p${i}_L.png`, `a/p${i}_R.png`, `b/img_${i}.png`]))
    const { joined } = advised(films)
    expect(new Set(assignPatients(films, joined).patients).size).toBe(48)
  })

  it('each film has one where some names have no separator', () => {
    const films = inClass('b/scan.png', ...numbers.flatMap((i) => [`a/x-p${i}_1.png`, `a/x-p${i}_2.png`]))
    expect(new Set(assignPatients(films, advised(films).joined).patients).size).toBe(25)
  })
})
