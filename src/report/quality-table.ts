/** Table `quality`: how good the synthetic films of each class are and whether they are copies, a row a class, with what real films alone give. */
import { type Cell, formatCsv } from '../base/csv.js'
import type { Result } from '../record/result.js'

type Measured = Result['quality'][number]
interface Estimate {
  readonly low: number | null
  readonly high: number | null
}

/** Columns that a figure stands in; one that is an estimate takes two more, for its limits. */
const columns: Readonly<Record<string, (one: Measured, result: Result) => Cell>> = {
  class: (one) => one.class,
  features: (one) => one.features,
  real: (one) => one.n?.real,
  held_out: (one) => one.n?.heldOut,
  synthetic: (one) => one.n?.synthetic,
  ...estimate(
    'kid',
    (one) => one.kid,
    (kid) => kid.value,
  ),
  ...estimate(
    'kid_held_out',
    (one) => one.reference?.kid,
    (kid) => kid.value,
  ),
  kid_images: (one) => one.n?.kid,
  fid: (one) => one.fid,
  fid_real_halves: (one) => one.reference?.fid,
  precision: (one) => one.precision,
  recall: (one) => one.recall,
  density: (one) => one.density,
  coverage: (one) => one.coverage,
  images_of_fid_to_coverage: (one) => one.n?.manifolds,
  ms_ssim: (one) => one.msSsim.metric,
  pairs: (one) => one.msSsim.pairs,
  ...similarity('ms_ssim_synthetic', 'synthetic'),
  ...similarity('ms_ssim_real', 'real'),
  ...estimate(
    'ms_ssim_difference',
    (one) => one.msSsim.difference,
    ({ value }) => value,
  ),
  ms_ssim_difference_p: (one) => one.msSsim.difference?.p,
  ...similarity('ms_ssim_synthetic_to_held_out', 'syntheticToHeldOut'),
  ...similarity('ms_ssim_real_to_held_out', 'realToHeldOut'),
  suspected: (one) => one.copies?.suspected,
  suspected_by_chance: (one) => one.copies?.suspectedByChance,
  suspected_p: (one) => one.copies?.suspectedP,
  suspected_by_image: (one) => one.copies?.images?.suspected,
  suspected_by_image_of: (one) => one.copies?.images?.compared,
  suspected_by_image_by_chance: (one) => one.copies?.images?.suspectedByChance,
  suspected_by_image_p: (one) => one.copies?.images?.suspectedP,
  excluded_copies: (one, result) => excluded(result, one)?.excluded,
  excluded_copies_of: (one, result) => excluded(result, one)?.checked,
  excluded_copies_by_chance: (one, result) => excluded(result, one)?.byChance,
  excluded_copies_p: (one, result) => excluded(result, one)?.p,
  nearest_ratio: (one) => one.copies?.nearestRatio,
  nearest_ratio_to: (one) => one.copies?.reference,
  authenticity: (one) => one.copies?.authenticity,
  authenticity_held_out: (one) => one.reference?.authenticity,
  suspicious: (one) => one.findings && (one.findings.suspicious ? 'yes' : 'no'),
  reason: (one) =>
    [one.reason, one.kid?.reason, one.copies?.reason].filter((reason) => reason !== undefined).join('; '),
}

export function qualityTable(result: Result): string {
  const rows = result.quality.map((one) => Object.values(columns).map((cell) => cell(one, result)))
  return formatCsv(Object.keys(columns), rows)
}

function excluded({ synthetic }: Result, { class: label }: Measured) {
  return synthetic?.excluded?.[label]
}

/** A figure and its 95 % limits. */
function estimate<T extends Estimate>(
  name: string,
  of: (one: Measured) => T | null | undefined,
  value: (estimate: T) => number | null,
): typeof columns {
  const cell = (figure: (estimate: T) => number | null) => (one: Measured) => {
    const found = of(one)
    return found ? figure(found) : null
  }
  return { [name]: cell(value), [`${name}_low`]: cell(({ low }) => low), [`${name}_high`]: cell(({ high }) => high) }
}

type Pairs = 'synthetic' | 'real' | 'syntheticToHeldOut' | 'realToHeldOut'

function similarity(name: string, pairs: Pairs): typeof columns {
  return estimate(
    name,
    (one) => one.msSsim[pairs],
    ({ mean }) => mean,
  )
}
