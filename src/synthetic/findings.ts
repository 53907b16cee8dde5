/**
 * What the figures of one class warn of, in words that hold for the command line and the report alike. A check that finds
 * nothing has found nothing: that there are no copies is never said.
 */
import type { ImageCopies } from './copies.js'
import type { FeatureQuality } from './quality.js'

/** Below this ratio synthetic images lie suspiciously close to the training images. */
export const closeRatio = 0.8
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
    warnings: [...smallSample(quality), ...unequalCounts(n.real, n.manifolds)],
  }
}

function copiesInWords(
  { n, copies }: FeatureQuality,
  images: ImageCopies['summary'] | undefined,
  many: boolean,
  close: boolean,
): string {
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
