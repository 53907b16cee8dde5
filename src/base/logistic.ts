/**
 * The logistic function and softplus in double precision. Neither overflows.
 *
 * The logistic function has two forms that differ by at most two units in the last place, at about half of all x below 0.
 * A caller stays with the form that it has, so that its results stay the same to the bit.
 */

/** 1 / (1 + e^-x): 0 below x = -709, where e^-x is infinite. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** The same, as e^x / (1 + e^x) below 0: the smallest probabilities keep their size, down to x = -745. */
export function logisticByTail(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))
}

/** log(1 + e^x); of a margin m the logistic loss is softplus(-m). */
export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))
}
