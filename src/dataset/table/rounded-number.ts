/**
 * Numbers that a spreadsheet rounded: long ids shown as 1.23E+15 in any country's form, and digits after the fifteenth that
 * became zeros. Such an id is lost for good, and two ids may have become one.
 */

const mark = "[.,·٫⋅'’٬]"
const power = new RegExp(
  String.raw`^[+-]?\p{Nd}+${mark}\p{Nd}+\s?[eE]\s?[+−-]?\p{Nd}{1,3}$|^[+-]?\p{Nd}+\s?[eE]\s?\+\p{Nd}{1,3}$`,
  'u',
)
const written = new RegExp(
  String.raw`^[+-]?\p{Nd}+(${mark}\p{Nd}+)?\s?[×x*·]\s?10\s?(\^\s?)?[+⁺]?[\p{Nd}⁰¹²³⁴-⁹]{1,3}$`,
  'u',
)

/** Whether a cell is a number in powers of ten. */
export function isPowerOfTen(cell: string): boolean {
  const text = cell.replaceAll('\u00a0', ' ').trim()
  return text.length < 60 && (power.test(text) || written.test(text))
}

/** Whether a cell has more digits than a spreadsheet keeps, the surplus all zeros. */
export function hasZeroTail(cell: string): boolean {
  return /^\d{15}0+$/.test(cell)
}

/** The positions of ids that a spreadsheet rounded: powers of ten; long ids that end in zeros, where several are and none is otherwise. */
export function roundedIds(ids: readonly string[]): number[] {
  const long = new Set(ids.filter((id) => /^\d{16,}$/.test(id)))
  const tails = long.size > 1 && [...long].every(hasZeroTail)
  return ids.flatMap((id, i) => (isPowerOfTen(id) || (tails && hasZeroTail(id)) ? [i] : []))
}
