/** What the similarity of pairs says of the synthetic images of a class, in words that the report and the command share. */

import { pValue, signedInterval } from '../base/format.js'
import type { Result } from '../record/result.js'

type Likeness = Pick<Result['quality'][number]['msSsim'], 'real' | 'synthetic' | 'difference'>

/**
 * Whether synthetic images are more alike among themselves than real ones: by the interval of the difference, since two
 * intervals that overlap may well differ. `images`: what they are called. Undefined with too few to pair.
 */
export function likenessInWords(likeness: Likeness, images: string): string | undefined {
  const found = differenceOf(likeness)
  if (!found) return undefined
  const { value, low, high, p } = found
  const shown = `difference ${signedInterval(value, low, high)}${p === null ? '' : `, ${pValue(p)}`}`
  if (low > 0) return `more alike than real ${images} (${shown}): a sign of mode collapse`
  if (high < 0) return `less alike than real ${images} (${shown}): noise or artefacts would show so`
  return `not shown to be more or less alike than real ${images} (${shown})`
}

/** Version 0.1 left the two intervals alone; of independent sets their half-widths add up as squares. */
function differenceOf({ real, synthetic, difference }: Likeness) {
  if (difference) {
    const { value, low, high, p } = difference
    return value === null || low === null || high === null ? undefined : { value, low, high, p }
  }
  if (real.mean === null || real.high === null || synthetic.mean === null || synthetic.high === null) return undefined
  const value = synthetic.mean - real.mean
  const margin = Math.hypot(real.high - real.mean, synthetic.high - synthetic.mean)
  return { value, low: value - margin, high: value + margin, p: null }
}
