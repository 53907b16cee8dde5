/** What people read is rounded in one file. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const src = path.resolve(import.meta.dirname, '..', '..', 'src')

/** Figures that nobody reads as a sentence: a table for programs, code that is printed, labels that are compared. */
const others = [
  'generator/observers/curves.ts',
  'image/dicom/display.ts',
  // Decimal strings of a DICOM file.
  'image/dicom/measurement-report.ts',
  'report/figures/axis.ts',
  'tensor/print.ts',
]

/** Without doc comments, whose examples may round. */
function codeOf(file: string): string {
  return readFileSync(path.join(src, file), 'utf8').replaceAll(/^\s*\*.*$/gm, '')
}

it('is base/format.ts', () => {
  const rounds = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.ts') && file !== 'base/format.ts')
    .filter((file) => /\.(toFixed|toPrecision|toLocaleString)\(/.test(codeOf(file)))
  expect(rounds.filter((file) => !others.includes(file))).toEqual([])
})
