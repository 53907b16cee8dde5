/**
 * What the figures of one class warn of, in words that hold for the command line and the report alike. A check that finds
 * nothing has found nothing: that there are no copies is never said.
 */
import { overlapOf } from '../metrics/overlap.js'
import type { ImageCopies } from './copies.js'
import type { FeatureQuality } from './quality.js'

/** Below this ratio synthetic images lie suspiciously close to the training images. */
const closeRatio = 0.8
/** More suspected copies than chance would bring in one of a hundred sets. */
export const suspiciousP = 0.01

export interface Findings {
  /** Whether something about copies asks to be looked at. */
  readonly suspicious: boolean
  /** About copies: always something, if only that this check found none. */
  readonly copies: string
  /** What to bear in mind with the other figures. */
  readonly warnings: string[]
}

/** `images`: what comparing the images themselves found, where there were images. */
export function findings(quality: FeatureQuality, images?: ImageCopies['summary']): Findings {
  const { n, copies } = quality
  const unlikely = (p: number | null | undefined) => typeof p === 'number' && p < suspiciousP
  const many = unlikely(copies.suspectedP) || unlikely(images?.suspectedP)
  const close = copies.nearestRatio !== null && copies.nearestRatio < closeRatio
  return {
    suspicious: many || close,
    copies: copiesInWords(quality, images, many, close),
    warnings: [...noOverlap(quality), ...smallSample(quality), ...unequalCounts(n.real, n.manifolds)],
  }
}

function overlap(quality: FeatureQuality) {
  return overlapOf({ ...quality, heldOutKid: quality.reference.kid })
}

/** A generator that failed makes all other figures idle. */
function noOverlap(quality: FeatureQuality): string[] {
  const { precision, coverage } = quality
  const figures = `precision ${precision?.toFixed(3)}, coverage ${coverage?.toFixed(3)}`
  switch (overlap(quality)) {
    case 'none':
      return [`the generator failed: its images have nothing in common with the real ones (${figures})`]
    case 'narrow':
      return [`the generator failed: its images are like a few of the real ones only (${figures})`]
    default:
      return []
  }
}

function copiesInWords(
  quality: FeatureQuality,
  images: ImageCopies['summary'] | undefined,
  many: boolean,
  close: boolean,
): string {
  const { n, copies } = quality
  const { suspected, suspectedByChance, nearestRatio, reference } = copies
  if (suspected === null) return `not checked for copies: ${copies.reason}`
  const byFeatures = `${suspected} of ${n.synthetic} lie nearer to a training image than 99 % of training images lie to each other (${(suspectedByChance as number).toFixed(1)} would by chance)`
  const byImage =
    images && images.suspected !== null
      ? `, and ${images.suspected} of ${images.compared} look more like one (${(images.suspectedByChance as number).toFixed(1)} by chance)`
      : ''
  const counts = `${byFeatures}${byImage}`
  const others = reference === 'held-out' ? 'real images that were held out do' : 'training images lie to each other'
  if (many) return `copies suspected: ${counts}. Look at the closest pairs`
  if (close) {
    return `closer to the training images than ${others} (median distance ${(nearestRatio as number).toFixed(2)} of theirs): copying does this, and so does a lack of detail. Look at the closest pairs`
  }
  if (overlap(quality) === 'none')
    return `copies: nothing to be said, for these images are like no real one and a copy shows by its likeness; ${counts}`
  return `copies: none found by this check, where ${counts}`
}

function smallSample({ fid, reference }: FeatureQuality): string[] {
  if (fid === null || reference.fid === null || reference.fid < fid / 20) return []
  return [
    `FID is too high in small samples: two halves of the real images alone are ${Number(reference.fid.toPrecision(3))} apart. KID has no such error`,
  ]
}

function unequalCounts(real: number, synthetic: number): string[] {
  if (Math.max(real, synthetic) <= 1.2 * Math.min(real, synthetic)) return []
  return [
    `recall and coverage depend on the number of images (${real} real, ${synthetic} synthetic): compare only figures of equal numbers`,
  ]
}
