/** The second step of the guide: who the patients are. */
import { UserError } from '../../base/errors.js'
import { count, counted } from '../../base/format.js'
import { shortened } from '../../base/shortened.js'
import { patientKeys } from '../../dataset/patients/keys.js'
import { type PatientWay, patientWays } from '../../dataset/patients/ways.js'
import type { Cohort } from '../../dataset/sample.js'
import type { Guide } from './guide.js'

const sources = {
  manifest: 'the manifest says who they are',
  dicom: "DICOM's PatientID says who they are",
  name: 'from the names of the films',
  folder: 'from the folders',
  image: 'each film is another patient',
} as const

/** What `--patient-from` is to be; undefined where the films themselves say it. */
export async function settlePatients(
  cohort: Cohort,
  given: string | undefined,
  guide: Guide,
): Promise<string | undefined> {
  guide.step('Who the patients are')
  if (given !== undefined) return given
  const { films, patientSource } = cohort
  if (patientSource !== 'image') {
    const patients = new Set(films.map(({ patient }) => patient)).size
    guide.say(`${counted(films.length, 'film')} of ${counted(patients, 'patient')}: ${sources[patientSource]}.`)
    return undefined
  }
  const ways = patientWays(films)
  guide.say(
    'All films of a patient must stay on one side: where one trains and another tests, the classifier is asked what it has seen before, and every figure comes out too good.',
  )
  return guide.decide({
    text: 'How are the films of one patient known?',
    choices: ways.map((way) => ({ value: way.patientFrom, words: inWords(way, films.length) })),
    proposal: ways[0]?.patientFrom,
    option: '--patient-from',
    given: undefined,
    orTyped: 'a regular expression whose first group is the patient',
    problemOf: (typed) => problemOf(cohort, typed),
  })
}

/** Why the films can't be told apart so. */
function problemOf({ films }: Cohort, patientFrom: string): string | undefined {
  try {
    patientKeys(films, patientFrom)
    return undefined
  } catch (error) {
    if (error instanceof UserError) return error.message
    throw error
  }
}

function inWords({ patientFrom, patients, most }: PatientWay, films: number): string {
  const many = `${counted(patients, 'patient')} with ${count(films)} films`
  const is = `most has ${shortened(most.patient, 60)}: ${counted(most.films, 'film')}, such as ${shortened(most.name, 60)}`
  switch (patientFrom) {
    case 'image':
      return 'each film is another patient'
    case 'prefix':
      return `by the beginning of the name: ${many} (${is})`
    case 'folder':
      return `by the folder: ${many} (${is})`
    case 'place:prefix':
      return `by the beginning of the name, numbered anew in every class or folder: ${many} (${is})`
    case 'place:folder':
      return `by the folder, numbered anew in every class: ${many} (${is})`
    default:
      return `by a part of the name: ${many} (${is}; as an expression: ${patientFrom})`
  }
}
