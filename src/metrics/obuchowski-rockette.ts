/**
 * Treatments compared over readers and cases, both random (Obuchowski and Rockette 1995), with the degrees of freedom of
 * Hillis (2007). Here a reader is a repeat of the procedure with a GAN of its own, a treatment an arm.
 *
 *     F = MS_T / (MS_TR + R max(Cov2 - Cov3, 0)),  ddf = den^2 (I - 1)(R - 1) / MS_TR^2
 *
 * Cov2: same treatment, different readers; Cov3: both different.
 */
import { fUpperTail } from './distributions.js'
import { covarianceOf } from './estimate.js'

export interface ObuchowskiRockette {
  readonly f: number
  readonly numeratorDegreesOfFreedom: number
  readonly denominatorDegreesOfFreedom: number
  readonly p: number
}

/**
 * @param theta figure of each treatment by each reader: theta[i][r]; two or more of either
 * @param u influence of each case (or patient) on it: u[i][r][p], as `patientInfluence` or `jackknifeInfluence` gives
 */
export function obuchowskiRockette(
  theta: readonly (readonly number[])[],
  u: readonly (readonly Float64Array[])[],
): ObuchowskiRockette {
  const [treatments, readers] = [theta.length, theta[0].length]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const byTreatment = theta.map(mean)
  const byReader = theta[0].map((_, r) => mean(theta.map((row) => row[r])))
  const all = mean(byTreatment)
  const square = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0)
  const msT = (readers * square(byTreatment.map((value) => value - all))) / (treatments - 1)
  const residuals = theta.flatMap((row, i) => row.map((value, r) => value - byTreatment[i] - byReader[r] + all))
  const msTR = square(residuals) / ((treatments - 1) * (readers - 1))
  const same: number[] = []
  const different: number[] = []
  for (let r = 0; r < readers; r++)
    for (let s = 0; s < r; s++)
      for (let i = 0; i < treatments; i++)
        for (let j = 0; j < treatments; j++) (i === j ? same : different).push(covarianceOf(u[i][r], u[j][s]))
  const denominator = msTR + readers * Math.max(mean(same) - mean(different), 0)
  const degrees = treatments - 1
  const ddf = (denominator ** 2 * degrees * (readers - 1)) / msTR ** 2
  const f = msT / denominator
  return {
    f,
    numeratorDegreesOfFreedom: degrees,
    denominatorDegreesOfFreedom: ddf,
    p: fUpperTail(f, degrees, ddf),
  }
}
