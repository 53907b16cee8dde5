/** What became of a table and the films that it was joined to, in sentences. */
import { counted } from '../base/format.js'
import { shortened } from '../base/shortened.js'
import { type Shown, shown } from '../base/shown.js'
import { shownPath } from '../base/shown-path.js'
import type { Joining } from '../dataset/labels/join.js'
import { firstFew } from '../dataset/reader.js'
import { NoImage } from '../image/dicom/pixel-format.js'

/** What is in the manifest. */
export function joiningSummary({ manifest, films, classes, excluded, patients, patientSource }: Joining): Shown {
  const ofClasses = Object.entries(classes).map(([label, count]) => `${label} ${count}`)
  const source = { table: ' (from the table)', dicom: ' (from DICOM)' }
  const who = patientSource === null ? 'no patients known' : `${counted(patients, 'patient')}${source[patientSource]}`
  const out = excluded.map(({ reason, count }) => `${count} (${reason})`)
  const left = out.length === 0 ? '' : `; excluded there with their reasons: ${out.join(', ')}`
  return shown`${counted(films, 'film')} in ${shownPath(manifest)}: ${firstFew(ofClasses, 12)}; ${who}${left}`
}

const changeWords = {
  zeros: ['differs in leading zeros alone', 'differ in leading zeros alone'],
  decimal: ['was written as a decimal number', 'were written as decimal numbers'],
  case: ['differs in upper and lower case alone', 'differ in upper and lower case alone'],
} as const

/** What the user should know about the join, a line each. */
export function joiningRemarks(joining: Joining): string[] {
  const {
    changed,
    ambiguous,
    digitsLost,
    doubled,
    rowsWithoutFile,
    rowsWithoutLabel,
    rowsWithSeveral,
    filesWithoutRow,
    broken,
    notes,
    others,
    patientDoubts,
  } = joining
  const rows = (list: readonly { row: number; key: string }[]) =>
    firstFew(
      list.map(({ row, key }) => `${key === '' ? '(empty)' : shortened(key, 40)} in row ${row}`),
      8,
    )
  const lines = [...notes]
  const say = (list: readonly unknown[], noun: string, text: string) => {
    if (list.length > 0) lines.push(`${counted(list.length, noun)} ${text}`)
  }
  for (const change of ['zeros', 'decimal', 'case'] as const) {
    const changedKeys = changed.filter((each) => each.change === change)
    const pairs = firstFew(
      changedKeys.map(({ key, present, row }) => `${key} in row ${row} for ${present}`),
      4,
    )
    say(changedKeys, 'key', `of the table ${changeWords[change][changedKeys.length === 1 ? 0 : 1]}, joined: ${pairs}`)
  }
  say(ambiguous, 'row', `not joined, since several films or keys may be meant: ${rows(ambiguous)}`)
  say(
    digitsLost,
    'key',
    `not joined, since a spreadsheet rounded the number (format the column as text and export again): ${rows(digitsLost)}`,
  )
  const [same, contrary] = [doubled.filter((each) => each.agree), doubled.filter((each) => !each.agree)]
  const films = (list: typeof doubled) =>
    firstFew(
      list.map(({ name, rows: of }) => `${name} (rows ${of.join(', ')})`),
      8,
    )
  say(contrary, 'film', `left out, since several rows give different classes: ${films(contrary)}`)
  say(same, 'film', `named by several rows with the same class, used once: ${films(same)}`)
  say(rowsWithoutLabel, 'row', `without a class: ${rows(rowsWithoutLabel)}`)
  say(rowsWithSeveral, 'row', `left out, since the cell holds several classes: ${rows(rowsWithSeveral)}`)
  say(rowsWithoutFile, 'row', `without a film: ${rows(rowsWithoutFile)}`)
  say(filesWithoutRow, 'film', `without a row: ${firstFew(filesWithoutRow, 8)}`)
  const objects = broken.filter(({ reason }) => reason === NoImage.reason)
  const names = firstFew(
    objects.map(({ name }) => name),
    8,
  )
  say(objects, 'DICOM object', `without an image (report, presentation state and the like), left out: ${names}`)
  const damaged = broken.filter(({ reason }) => reason !== NoImage.reason)
  const unusable = firstFew(
    damaged.map(({ name, reason }) => `${name} (${reason})`),
    8,
  )
  say(damaged, 'file', `named as a film that ${damaged.length === 1 ? 'is none' : 'are none'}: ${unusable}`)
  for (const { text, names } of patientDoubts)
    say(names, 'film', `${text}; where that is wrong, name a column with --patient-column: ${firstFew(names, 8)}`)
  if (others > 0)
    lines.push(`${counted(others, 'file')} that ${others === 1 ? 'is no film' : 'are no films'}, left out`)
  if (lines.some((line) => line.includes(' more'))) lines.push('(all of them: --json)')
  return lines
}
