/**
 * How good the synthetic images of one class are, and whether they are copies, from their features and those of the real
 * images: the figures of `metrics/`, each with what real images alone would give, for none of them means much by itself.
 *
 * KID is unbiased, so all synthetic images serve up to a bound. FID, recall and coverage depend on how many images there
 * are: `equalCounts` measures them (and precision and density with them) on as many synthetic images as there are real ones.
 */
import { rowCount, rows } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import { type CopyEvidence, copyEvidence } from '../metrics/authenticity.js'
import type { FeatureMatrix } from '../metrics/feature-matrix.js'
import { fid, fidOfHalves } from '../metrics/fid.js'
import { kid } from '../metrics/kid.js'
import { manifoldNeighbours, precisionRecall } from '../metrics/precision-recall.js'
import type { FeatureQuality } from '../record/feature-quality.js'

/** Synthetic images whose KID is measured, at most: the first of the pool. Pairs grow with the square. */
export const kidImages = 1000

export interface ClassFeatures {
  /** The images that the generator learned from. */
  readonly real: FeatureMatrix
  /** Patient of each; default: each image its own. */
  readonly patients?: readonly string[]
  /** Real images that the generator has not seen: the tuning films of a run, never a test set. */
  readonly heldOut?: FeatureMatrix
  readonly synthetic: FeatureMatrix
}

export interface MeasureOptions {
  /** FID, precision, recall, density and coverage on as many synthetic images as real ones, KID on at most `kidImages`. */
  readonly equalCounts: boolean
  /** Draws the halves of the real images. */
  readonly rng: Rng
}

/** Every figure of one class; the evidence of copying also image by image. */
export function measureFeatures(
  { real, patients, heldOut, synthetic }: ClassFeatures,
  { equalCounts, rng }: MeasureOptions,
): { quality: FeatureQuality; evidence: CopyEvidence } {
  const [m, n] = [rowCount(real), rowCount(synthetic)]
  const forKid = equalCounts ? Math.min(n, kidImages) : n
  const forManifolds = equalCounts ? Math.min(n, Math.max(m, manifoldNeighbours + 1)) : n
  const matched = rows(synthetic, 0, forManifolds)
  const unseen = heldOut !== undefined && rowCount(heldOut) > 0 ? heldOut : undefined
  const evidence = copyEvidence(real, synthetic, { patients, heldOut: unseen })
  const quality: FeatureQuality = {
    n: { real: m, heldOut: unseen ? rowCount(unseen) : 0, synthetic: n, kid: forKid, manifolds: forManifolds },
    kid: kid(real, rows(synthetic, 0, forKid), { patients }),
    fid: fid(real, matched),
    ...precisionRecall(real, matched),
    copies: evidence.summary,
    reference: {
      kid: unseen ? kid(real, unseen, { patients }) : null,
      fid: fidOfHalves(real, rng, { patients }),
      authenticity: unseen ? copyEvidence(real, unseen, { patients }).summary.authenticity : null,
    },
  }
  return { quality, evidence }
}
