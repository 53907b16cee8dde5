/**
 * Numbers for people: the one place that rounds.
 * A number that isn't there is shown as an en dash; a limit that isn't reached is never rounded to it (no "p = 0", no false 1.000).
 */

/** What stands where a number could not be had. */
export const absent = '–'

type Maybe = number | null | undefined

function isNumber(value: Maybe): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** Fixed decimals with a true minus sign: `−0.021`. */
export function fixed(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return absent
  const text = Math.abs(value).toFixed(digits)
  return value < 0 && Number(text) !== 0 ? `−${text}` : text
}

/** At most so many decimals and no trailing zeros: `0.02`. */
export function short(value: Maybe, digits = 3): string {
  const text = fixed(value, digits)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** A number as a person gave it, with nothing rounded: `0.02`. */
export function asGiven(value: Maybe): string {
  return isNumber(value) ? String(value === 0 ? 0 : value).replace(/^-/, '−') : absent
}

/** So many leading figures, whatever the size: `12300`, `0.0123`. */
export function figures(value: Maybe, digits = 3): string {
  return isNumber(value) ? asGiven(Number(value.toPrecision(digits))) : absent
}

/** A proportion or an AUC, 0..1: `0.963`; below 1 never `1.000`, above 0 never `0.000`. */
export function proportion(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return absent
  const step = 10 ** -digits
  const text = fixed(value, digits)
  if (value < 1 && Number(text) >= 1) return `>${(1 - step).toFixed(digits)}`
  if (value > 0 && Number(text) === 0) return `<${step.toFixed(digits)}`
  return text
}

/** Limits of a proportion: `0.77-0.90`. */
export function limits(low: Maybe, high: Maybe, digits = 3): string {
  const [from, to] = [proportion(low, digits), proportion(high, digits)]
  return /[<>–−]/.test(from + to) ? `${from} to ${to}` : `${from}-${to}`
}

/** A proportion with its limits: `0.84 (0.77-0.90)`; without limits `0.84 (no interval)`. */
export function withInterval(value: Maybe, low: Maybe, high: Maybe, digits = 3): string {
  if (!isNumber(value)) return absent
  if (!isNumber(low) && !isNumber(high)) return `${proportion(value, digits)} (no interval)`
  return `${proportion(value, digits)} (${limits(low, high, digits)})`
}

/** An expected number of things, as one counts: one decimal below ten, whole from there on. */
export function expectedCount(value: number): string {
  return fixed(value, value < 10 ? 1 : 0)
}

/** A difference with its sign: `+0.021`, `−0.004`, `0.000`. */
export function signed(value: Maybe, digits = 3): string {
  if (!isNumber(value)) return absent
  const text = fixed(value, digits)
  return value > 0 && Number(text) !== 0 ? `+${text}` : text
}

/** Limits of a difference: `−0.010 to +0.052`. */
export function signedLimits(low: Maybe, high: Maybe, digits = 3): string {
  return `${signed(low, digits)} to ${signed(high, digits)}`
}

/** A difference with its limits: `+0.021 (−0.010 to +0.052)`. */
export function signedInterval(value: Maybe, low: Maybe, high: Maybe, digits = 3): string {
  if (!isNumber(value)) return absent
  if (!isNumber(low) && !isNumber(high)) return `${signed(value, digits)} (no interval)`
  return `${signed(value, digits)} (${signedLimits(low, high, digits)})`
}

/** A p-value without its letter: `< 0.001`, `0.018`, `0.31`, `> 0.99`. Three decimals below 0.1. */
export function pNumber(p: Maybe): string {
  if (!isNumber(p)) return absent
  if (p < 0.001) return '< 0.001'
  if (p < 0.1) return p.toFixed(3)
  return p > 0.99 ? '> 0.99' : p.toFixed(2)
}

/** A p-value in a sentence: `p < 0.001`, `p = 0.018`. */
export function pValue(p: Maybe): string {
  const text = pNumber(p)
  return /^[<>–]/.test(text) ? `p ${text}` : `p = ${text}`
}

/** Whole things with thousands set apart: `4,256`. */
export function count(value: Maybe): string {
  if (!isNumber(value)) return absent
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A count with its noun: `1 film`, `2 films`. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : plural}`
}

/** A share, 0..1, as percent: `83 %`; below 10 % with one decimal; `< 0.1 %` and `> 99.9 %` at the ends. */
export function percentage(share: Maybe): string {
  if (!isNumber(share)) return absent
  const percent = share * 100
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent < 100 && percent > 99.9) return '> 99.9 %'
  const digits = percent === 0 || (percent >= 9.95 && percent <= 99) || percent === 100 ? 0 : 1
  return `${percent.toFixed(digits)} %`
}

/** Seconds in words: `0.4 s`, `12 s`, `3 min 20 s`, `1 h 05 min`, `2 d 3 h`. */
export function duration(seconds: Maybe): string {
  if (!isNumber(seconds) || seconds < 0) return absent
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  if (rounded < 3600) return `${Math.floor(rounded / 60)} min${rounded % 60 ? ` ${rounded % 60} s` : ''}`
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
  const hours = Math.round(seconds / 3600)
  return `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** Bytes as `0.8 GB`, of 2^30 each. */
export function gigabytes(bytes: number): string {
  return `${fixed(bytes / 2 ** 30, 1)} GB`
}

/** Bytes as `9.4 MB`, of 2^20 each; a thousand of those and more in gigabytes. */
export function megabytes(bytes: number): string {
  const mega = bytes / 2 ** 20
  return mega < 1000 ? `${fixed(mega, mega < 10 ? 1 : 0)} MB` : gigabytes(bytes)
}

/** Date and time on this machine: `2026-11-30 02:10:44`. */
export function clockTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? absent : time.toLocaleString('sv-SE')
}

/** Steps and the like by rate: `1.4`, `23`. */
export function rate(value: Maybe): string {
  if (!isNumber(value)) return absent
  return value < 9.95 ? value.toFixed(1) : count(value)
}

/**
 * A set of numbers as ranges: `3 to 22`, `1, 3 to 8, 12`. `among`: the numbers that there are, ascending, which the range from
 * one to another then has all of; without them the whole ones.
 */
export function ranges(values: readonly number[], among?: readonly number[]): string {
  const after = (value: number) => (among ? among[among.indexOf(value) + 1] : value + 1)
  const runs: { first: number; last: number }[] = []
  for (const value of [...new Set(values)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && value === after(run.last)) run.last = value
    else runs.push({ first: value, last: value })
  }
  const parts = runs.flatMap(({ first, last }) => {
    if (last === first) return [String(first)]
    return last === after(first) ? [String(first), String(last)] : [`${first} to ${last}`]
  })
  return parts.length > 0 ? parts.join(', ') : absent
}

/** Words in a row: `a`, `a and b`, `a, b and c`. */
export function listing(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Texts that differ in their figures alone as one: `a design effect of 1.00` and `... of 1.52` as `... of 1.00 to 1.52`. */
export function merged(texts: readonly string[]): string[] {
  const figure = /\d+(?:\.\d+)?/g
  const groups = new Map<string, { words: string[]; figures: string[][] }>()
  for (const text of new Set(texts)) {
    const words = text.split(figure)
    const group = groups.get(words.join('\n')) ?? { words, figures: [] }
    group.figures.push(text.match(figure) ?? [])
    groups.set(words.join('\n'), group)
  }
  return [...groups.values()].map(({ words, figures }) =>
    words
      .map((part, i) => {
        const values = figures.map((row) => row[i] ?? '').toSorted((a, b) => Number(a) - Number(b))
        return part + (values[0] === values.at(-1) ? values[0] : `${values[0]} to ${values.at(-1)}`)
      })
      .join(''),
  )
}
