/**
 * What the figures of one class warn of. A check that finds nothing has found nothing: that there are no copies is never
 * among the cases.
 */
import { overlapOf } from '../metrics/overlap.js'
import type { FeatureQuality } from '../record/feature-quality.js'
import type { CopyCounts, CopyFinding, QualityFindings, QualityWarning } from '../record/findings.js'
import type { ImageCopies } from './copies.js'

/** Below this ratio synthetic images lie suspiciously close to the training images. */
const closeRatio = 0.8
/** More suspected copies than chance would bring in one of a hundred sets. */
export const suspiciousP = 0.01
/** Where the FID between two halves of the real images is at least one in so many of the FID, the sample is too small for it. */
const halvesInFid = 20
/** Counts that differ by more than this factor. */
const unequal = 1.2

/** `images`: what comparing the images themselves found, where there were images. */
export function findings(quality: FeatureQuality, images?: ImageCopies['summary']): QualityFindings {
  const { copies } = quality
  const unlikely = (p: number | null | undefined) => typeof p === 'number' && p < suspiciousP
  const many = unlikely(copies.suspectedP) || unlikely(images?.suspectedP)
  const close = copies.nearestRatio !== null && copies.nearestRatio < closeRatio
  return {
    suspicious: many || close,
    copies: copyFinding(quality, images, many, close),
    warnings: [...noOverlap(quality), ...smallSample(quality), ...unequalCounts(quality)],
  }
}

function overlap(quality: FeatureQuality) {
  return overlapOf({ ...quality, heldOutKid: quality.reference.kid })
}

function noOverlap(quality: FeatureQuality): QualityWarning[] {
  const { precision, coverage } = quality
  const found = overlap(quality)
  return found === 'none' || found === 'narrow' ? [{ kind: 'no-overlap', overlap: found, precision, coverage }] : []
}

function copyFinding(
  quality: FeatureQuality,
  images: ImageCopies['summary'] | undefined,
  many: boolean,
  close: boolean,
): CopyFinding {
  const { nearestRatio, reference, reason } = quality.copies
  const counts = copyCounts(quality, images)
  if (counts === null) return { kind: 'not-checked', reason: reason ?? null }
  if (many) return { kind: 'suspected', counts }
  if (close) return { kind: 'close', nearestRatio: nearestRatio as number, reference }
  return { kind: overlap(quality) === 'none' ? 'like-no-real' : 'none-found', counts }
}

function copyCounts({ n, copies }: FeatureQuality, images: ImageCopies['summary'] | undefined): CopyCounts | null {
  const { suspected, suspectedByChance } = copies
  if (suspected === null || suspectedByChance === null) return null
  const byImage = images && images.suspected !== null && images.suspectedByChance !== null
  return {
    byFeatures: { suspected, of: n.synthetic, byChance: suspectedByChance },
    images: byImage ? { suspected: images.suspected, of: images.compared, byChance: images.suspectedByChance } : null,
  }
}

function smallSample({ fid, reference }: FeatureQuality): QualityWarning[] {
  if (fid === null || reference.fid === null || reference.fid < fid / halvesInFid) return []
  return [{ kind: 'fid-of-small-sample', halves: reference.fid }]
}

/** Recall and coverage depend on the number of images. */
function unequalCounts({ n: { real, manifolds: synthetic } }: FeatureQuality): QualityWarning[] {
  if (Math.max(real, synthetic) <= unequal * Math.min(real, synthetic)) return []
  return [{ kind: 'unequal-counts', real, synthetic }]
}
