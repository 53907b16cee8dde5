/**
 * The user's key, and what it makes of patient ids: where an id is written into a file, its keyed hash (HMAC-SHA-256)
 * stands in its place. The same key gives the same name to the same patient in every dataset, and without the key nobody
 * gets from a name to a patient, not even by trying all ids. The key is made once and kept with the user, never with data.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, readText, writeOwnersOnly } from '../base/files.js'
import { keyedHash, randomKey } from '../base/hash.js'
import { settingsFolder } from '../base/user-folders.js'

const keyBytes = 32
const form = 'a patient key is one line of 64 hexadecimal digits'
const pseudonym = /^p-[0-9a-f]{24}$/

export class PatientKey {
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** What stands for a patient in files: 'p-' and 24 hexadecimal digits. A name that is one already stays. */
  nameOf(patient: string): string {
    return pseudonym.test(patient)
      ? patient
      : `p-${hex(this.digest('patient', patient.normalize('NFC').trim())).slice(0, 24)}`
  }

  /** 32 bytes that follow from the key, a purpose and a text. */
  digest(purpose: string, text: string): Uint8Array {
    return keyedHash(this.#key, `kopt ${purpose}\0${text}`)
  }
}

/** Where the key lies: `KOPT_PATIENT_KEY_FILE`, else among the user's settings. */
export function patientKeyFile(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.KOPT_PATIENT_KEY_FILE
    ? path.resolve(env.KOPT_PATIENT_KEY_FILE)
    : path.join(settingsFolder(env), 'patient-key')
}

/** Reads the key, or makes it where there is none yet. Throws a `UserError` where it is damaged or can't be kept. */
export function openPatientKey(file: string = patientKeyFile()): PatientKey {
  try {
    if (!exists(file)) writeOwnersOnly(file, `${hex(randomKey(keyBytes))}\n`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new UserError(
      `no key for patient ids can be kept (${error.message}); name a file in KOPT_PATIENT_KEY_FILE, or keep the ids with --keep-patient-ids`,
      { cause: error },
    )
  }
  const text = readText(file, 4096).trim()
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new UserError(
      `${file} is no patient key: ${form}; restore it, or remove it and a new one is made (patients then have other names)`,
    )
  }
  return new PatientKey(
    Uint8Array.from({ length: keyBytes }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16)),
  )
}

/** What stands for a patient in a file that is written: the keyed hash, or the id itself where the user wants to keep it. */
export function patientNames({ keepPatientIds = false }: { keepPatientIds?: boolean }): (patient: string) => string {
  if (keepPatientIds) return (patient) => patient
  let key: PatientKey | undefined
  return (patient) => {
    key ??= openPatientKey()
    return key.nameOf(patient)
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
