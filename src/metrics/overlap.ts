/**
 * Whether generated images have anything in common with real ones, by figures that are each near 1 where both come from one
 * distribution. A generator that failed is told from one that is merely not good: see docs/report.md.
 */

/** Below this share there is no overlap to speak of; equal numbers of one distribution give a coverage of 0.97. */
const leastOverlap = 0.1

interface Limits {
  readonly low: number | null
  readonly high: number | null
}

export interface OverlapFigures {
  readonly precision: number | null
  readonly coverage: number | null
  readonly kid: Limits
  /** KID of held-out real images; null where none were held out. */
  readonly heldOutKid: Limits | null
}

/**
 * none: hardly any generated image lies among the real ones, and hardly any real one has a generated one in reach;
 * narrow: the generated ones lie among a few of the real ones; some: neither, or the distance of the distributions does not
 * bear it out; null where precision or coverage could not be had. Recall and density do not count: images strewn far and
 * wide have a recall of 1, and a heap of copies a density above 1 (Naeem et al. 2020).
 */
export function overlapOf({ precision, coverage, kid, heldOutKid }: OverlapFigures): 'none' | 'narrow' | 'some' | null {
  if (precision === null || coverage === null) return null
  const apart = kid.low === null || kid.low > Math.max(0, heldOutKid?.high ?? 0)
  if (coverage >= leastOverlap || !apart) return 'some'
  return precision < leastOverlap ? 'none' : 'narrow'
}
