/** Bytes as the texts that they may be, whatever a file says of its character set. */
import { characterSet, unreadable } from '../../image/dicom/character-sets.js'
import { hasEscape } from '../../image/dicom/iso-2022.js'

const codes =
  'utf-8 windows-1252 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 windows-1254 iso-8859-15 windows-1250 windows-1251 windows-1253 koi8-r windows-874 shift_jis euc-jp euc-kr gb18030 big5'.split(
    ' ',
  )

export interface Reading {
  readonly text: string
  /** Whether bytes that are something else would hardly read so: UTF-8 and escape sequences. */
  readonly certain: boolean
}

/** The texts of bytes in every code in which they are one. */
export function otherReadings(bytes: Uint8Array): Reading[] {
  const readings = bytes.some((byte) => byte >= 0x80)
    ? codes.map((code) => ({ text: new TextDecoder(code).decode(bytes), certain: code === 'utf-8' }))
    : []
  if (hasEscape(bytes)) readings.push({ text: characterSet([]).decode(bytes), certain: true })
  if (bytes.includes(0)) readings.push(...wideReadings(bytes))
  return readings.filter(({ text }) => !text.includes(unreadable))
}

/** Two bytes a letter, either byte first. */
function wideReadings(bytes: Uint8Array): Reading[] {
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2))
  return ['utf-16le', 'utf-16be'].map((code) => ({ text: new TextDecoder(code).decode(even), certain: true }))
}
