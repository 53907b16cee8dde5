/**
 * Joining by keys that a spreadsheet may have changed: it takes 00123 for the number 123, or writes 123.0, or 1.2E+11.
 * A key that fits as it is, is joined; one that fits but for such a change is joined where only one key on either side can
 * be meant, and said; all else is left open with its reason.
 */
import { groupBy } from '../../base/group-by.js'
import { hasZeroTail, isPowerOfTen } from '../table/rounded-number.js'

export type Change = 'zeros' | 'decimal' | 'case'

export type Match =
  | { readonly files: readonly number[]; readonly change?: Change; readonly present?: string }
  | { readonly open: 'nothing' | 'several' | 'digits lost' }

export interface KeyIndex {
  /** Files that have the key as it is. Several of them are one unit (a patient's films) only where `manyFiles`. */
  readonly exact: (key: string) => readonly number[]
  /** Whether a key may stand for several files. */
  readonly manyFiles: boolean
  /** Every file with the key that a change is undone on; undefined where it has none. */
  readonly keys: readonly (string | undefined)[]
}

/** Resolves the keys of a table's rows, in their order. An empty key fits nothing. */
export function resolveKeys(written: readonly string[], index: KeyIndex): Match[] {
  const present = groupBy(
    index.keys.flatMap((key, file) => (key === undefined ? [] : [{ key, file }])),
    ({ key }) => canonical(key),
  )
  const asked = groupBy([...new Set(written)], canonical)
  return written.map((key): Match => {
    const exact = key === '' ? [] : index.exact(key)
    if (exact.length === 1 || (exact.length > 1 && index.manyFiles)) return { files: exact }
    if (exact.length > 1) return { open: 'several' }
    if (key === '') return { open: 'nothing' }
    if (isPowerOfTen(key)) return { open: 'digits lost' }
    const alike = present.get(canonical(key)) ?? []
    const [first] = alike
    if (first === undefined) return { open: hasZeroTail(key) ? 'digits lost' : 'nothing' }
    const rivals = (asked.get(canonical(key)) ?? []).length
    const several = alike.some((other) => other.key !== first.key) || (alike.length > 1 && !index.manyFiles)
    if (several || rivals > 1) return { open: 'several' }
    return { files: alike.map(({ file }) => file), change: changeOf(key, first.key), present: first.key }
  })
}

/** What is left of a key when the changes of a spreadsheet are undone. */
function canonical(key: string): string {
  const text = key.normalize('NFC').trim().toLowerCase()
  return /^0*(\d+)([.,]0+)?$/.exec(text)?.[1] ?? text
}

function changeOf(written: string, present: string): Change {
  const key = written.trim()
  if (/[.,]/.test(key) !== /[.,]/.test(present.trim()) && canonical(key) !== key.toLowerCase()) return 'decimal'
  return /^\d/.test(key) ? 'zeros' : 'case'
}
