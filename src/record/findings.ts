/** What the figures of one class's synthetic images warn of: cases with numbers, found by `synthetic/`, told by `words/`. */

import type { Reason } from '../metrics/reason.js'

/** How many synthetic images look like copies, and how many would by chance. */
export interface SuspectedCopies {
  readonly suspected: number
  /** Images compared. */
  readonly of: number
  readonly byChance: number
}

/** `images`: by the images themselves, where there were images. */
export interface CopyCounts {
  readonly byFeatures: SuspectedCopies
  readonly images: SuspectedCopies | null
}

/** About copies there is always something to say, if only that this check found none. */
export type CopyFinding =
  | { readonly kind: 'not-checked'; readonly reason: Reason | null }
  /** More than chance would bring. */
  | { readonly kind: 'suspected'; readonly counts: CopyCounts }
  /** `nearestRatio`: median distance to the nearest training image, in parts of that of the reference. */
  | { readonly kind: 'close'; readonly nearestRatio: number; readonly reference: 'held-out' | 'leave-one-out' }
  /** The images are like no real one, so that a copy would not show. */
  | { readonly kind: 'like-no-real'; readonly counts: CopyCounts }
  | { readonly kind: 'none-found'; readonly counts: CopyCounts }

/** What to bear in mind with the other figures. */
export type QualityWarning =
  /** A generator that failed makes all other figures idle. */
  | {
      readonly kind: 'no-overlap'
      readonly overlap: 'none' | 'narrow'
      readonly precision: number | null
      readonly coverage: number | null
    }
  /** `halves`: FID between two halves of the real images. */
  | { readonly kind: 'fid-of-small-sample'; readonly halves: number }
  | { readonly kind: 'unequal-counts'; readonly real: number; readonly synthetic: number }

export interface QualityFindings {
  /** Whether something about copies asks to be looked at. */
  readonly suspicious: boolean
  readonly copies: CopyFinding
  readonly warnings: readonly QualityWarning[]
}
