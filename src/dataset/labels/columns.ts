/** Which columns of a spreadsheet hold the key, the label and the patient: as the user says, or by their usual names. */
import { nearest, UserError } from '../../base/errors.js'
import { firstFew } from '../reader.js'

const usual = {
  label: /^(label|class|diagnosis|diagnose|finding|befund|target|category|klasse)$/,
  patient: /^(patient|patientid|patid|patientkey|mrn)$/,
  file: /^(file|filename|filepath|path|image|imagename|imagefile|film|name|datei|dateiname)$/,
  AccessionNumber: /^(accession|accessionnumber|accessionno|accnumber|accno|acc)$/,
  PatientID: /^(patient|patientid|patid|pid|mrn)$/,
  StudyInstanceUID: /^(studyinstanceuid|studyuid)$/,
  SeriesInstanceUID: /^(seriesinstanceuid|seriesuid)$/,
  SOPInstanceUID: /^(sopinstanceuid|sopuid|instanceuid|imageuid)$/,
} as const

/** The position of the column that a user names. */
export function columnNamed(header: readonly string[], name: string, option: string): number {
  const at = header.findIndex((each) => squashed(each) === squashed(name))
  if (at >= 0) return at
  const like = nearest(name, header)
  throw new UserError(
    `${option} ${name}: the table has no such column (its columns: ${firstFew(header, 12)})${like ? `; is '${like}' meant?` : ''}`,
  )
}

/** The column that is usually called so; undefined where none is, or several are. */
export function usualColumn(header: readonly string[], what: string): number | undefined {
  const own = header.findIndex((each) => squashed(each) === squashed(what))
  if (own >= 0) return own
  const pattern = Object.hasOwn(usual, what) ? usual[what as keyof typeof usual] : undefined
  const found = header.flatMap((each, i) => (pattern?.test(squashed(each)) ? [i] : []))
  return found.length === 1 ? found[0] : undefined
}

/** The same, or an error that says which option names the column. */
export function neededColumn(header: readonly string[], what: string, option: string, meaning: string): number {
  const at = usualColumn(header, what)
  if (at !== undefined) return at
  throw new UserError(
    `which column of the table ${meaning}? Name it with ${option} (its columns: ${firstFew(header, 12)})`,
  )
}

function squashed(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}
