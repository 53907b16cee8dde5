/**
 * Who the patients of DICOM files are. A PatientID counts within the hospital that gave it (IssuerOfPatientID, PS3.3,
 * C.7.1.1): equal ids of two issuers are two patients. An id without an issuer is the patient to whom the one issuer named
 * beside it gave that id; archives often name it in a part of the files alone. What stays in doubt is said, with birth dates
 * as witnesses: two patients taken for one only cost films, one patient taken for two stands on both sides of a split.
 */
import { groupBy } from '../base/group-by.js'
import type { DicomFacts, DicomHeader } from '../image/dicom/header.js'

export type PatientFacts = Pick<DicomFacts, 'patientId' | 'issuerOfPatientId' | 'patientBirthDate'>

/** What a header says of the patient, without the bytes that it holds on to. */
export function patientFactsOf({ facts }: DicomHeader): PatientFacts {
  const { patientId, issuerOfPatientId, patientBirthDate } = facts
  return { patientId, issuerOfPatientId, patientBirthDate }
}

export interface DicomPatients {
  /** The patient of each file, in the files' order; undefined where it has no PatientID. */
  readonly patients: readonly (string | undefined)[]
  /** What of it is uncertain: completes "3 films", without names. */
  readonly doubts: readonly { readonly text: string; readonly files: readonly number[] }[]
}

/** The patients of files that belong together; undefined: no DICOM file. */
export function dicomPatients(files: readonly (PatientFacts | undefined)[]): DicomPatients {
  const issuers = new Map<string, Set<string>>()
  for (const { patientId, issuerOfPatientId } of files.filter((file) => file !== undefined)) {
    if (patientId === undefined || issuerOfPatientId === undefined) continue
    issuers.set(patientId, (issuers.get(patientId) ?? new Set()).add(issuerOfPatientId))
  }
  const joined: number[] = []
  const open: number[] = []
  const patients = files.map((file, i) => {
    if (file?.patientId === undefined) return undefined
    const { patientId, issuerOfPatientId } = file
    const named = [...(issuers.get(patientId) ?? [])]
    if (issuerOfPatientId === undefined && named.length > 0) (named.length === 1 ? joined : open).push(i)
    const issuer = issuerOfPatientId ?? (named.length === 1 ? named[0] : undefined)
    return issuer === undefined ? patientId : `${patientId} (${issuer})`
  })
  const known = patients.flatMap((patient, i) => (patient === undefined ? [] : [i]))
  const born = [...groupBy(known, (i) => patients[i] as string).values()].filter((own) => {
    const dates = own.flatMap((i) => files[i]?.patientBirthDate ?? [])
    return new Set(dates).size > 1
  })
  const doubts = [
    {
      text: 'without the issuer that other films name for the same PatientID: taken for the same patient',
      files: joined,
    },
    {
      text: 'without an issuer, though others give two for the same PatientID: taken for a third patient',
      files: open,
    },
    { text: 'with one PatientID and different birth dates: taken for one patient', files: born.flat() },
  ]
  return { patients, doubts: doubts.filter((doubt) => doubt.files.length > 0) }
}
