/**
 * What takes the place of what tells who someone is, the same for the same every time: UIDs, patient ids and the shift of
 * a patient's dates follow from the user's key, so that files cleaned today and next year still belong together.
 */
import type { PatientKey } from '../patient-key.js'

/** The shortest and the longest way that dates are moved back, in days. */
const shiftDays = { least: 30, most: 1830 }
/** UIDs of the standard itself (SOP classes, transfer syntaxes, coding schemes) identify nobody. */
const standardRoot = '1.2.840.10008.'

export interface Pseudonyms {
  /** In place of the patient's id and name. */
  readonly patient: string
  /** In place of a UID: '2.25.' and a UUID that follows from it (PS3.5, B.2). */
  uid(uid: string): string
  /** Days that this patient's dates are moved back. */
  readonly daysBack: number
  /** A short name for a file. */
  fileName(uid: string): string
}

/** @param patient the patient's id; or what else tells this patient from others, where there is none */
export function pseudonymsOf(key: PatientKey, patient: string): Pseudonyms {
  const bytes = key.digest('dates', patient.normalize('NFC').trim())
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  return {
    patient: key.nameOf(patient),
    daysBack: shiftDays.least + (number % (shiftDays.most - shiftDays.least)),
    uid: (uid) => (uid === '' || isStandardUid(uid) ? uid : `2.25.${uuidOf(key.digest('uid', uid))}`),
    fileName: (uid) => uuidOf(key.digest('file', uid)).toString(36).slice(0, 12).padStart(12, '0'),
  }
}

/** Whether a UID is the standard's own, of a class or a syntax. */
export function isStandardUid(uid: string): boolean {
  return uid.startsWith(standardRoot)
}

/** 128 bits as a UUID of version 8, free to the application (RFC 9562). */
function uuidOf(digest: Uint8Array): bigint {
  const bytes = digest.slice(0, 16)
  const number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  // version in the high half of byte 6, variant in the two highest bits of byte 8
  const free = number & ~((0xf0n << 72n) | (0xc0n << 56n))
  return free | (0x80n << 72n) | (0x80n << 56n)
}

/** A DICOM date (YYYYMMDD, or the older YYYY.MM.DD) moved back; undefined where it is none. */
export function shiftDate(text: string, daysBack: number): string | undefined {
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(text.trim()) ?? []
  if (day === undefined) return undefined
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)))
  // years below 100 would be taken for the twentieth century's
  date.setUTCFullYear(Number(year))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  date.setUTCDate(date.getUTCDate() - daysBack)
  return [
    String(date.getUTCFullYear()).padStart(4, '0'),
    String(date.getUTCMonth() + 1).padStart(2, '0'),
    String(date.getUTCDate()).padStart(2, '0'),
  ].join('')
}

/** A DICOM date and time: the date moved back, the time cut to its hour. Without a whole date it is none. */
export function shiftDateTime(text: string, daysBack: number): string | undefined {
  const [, date, hour = ''] = /^(\d{8})(\d{2})?[\d.]*(?:[+-]\d{4})?$/.exec(text.trim()) ?? []
  const shifted = date === undefined ? undefined : shiftDate(date, daysBack)
  return shifted === undefined ? undefined : shifted + (hour === '' ? '' : `${hour}0000`)
}

/**
 * A DICOM time cut to its hour: to the second, it would find the study again in any list of studies. The profile asks for
 * times that are transformed or aggregated (PS3.15, E.3.6).
 */
export function cutTime(text: string): string | undefined {
  const [, hour] = /^(\d{2})[\d:.]*$/.exec(text.trim()) ?? []
  return hour === undefined || Number(hour) > 23 ? undefined : `${hour}0000`
}
