/** Figures of one class's synthetic images over the backbone's features: measured by `synthetic/`, told by `words/`. */
import type { Copies } from '../metrics/authenticity.js'
import type { KernelDistance } from '../metrics/kid.js'
import type { Manifolds } from '../metrics/precision-recall.js'

export interface FeatureQuality extends Manifolds {
  readonly n: {
    readonly real: number
    readonly heldOut: number
    readonly synthetic: number
    /** Synthetic images, the first ones, that KID was measured on. */
    readonly kid: number
    /** The same for FID, precision, recall, density and coverage. */
    readonly manifolds: number
  }
  readonly kid: KernelDistance
  readonly fid: number | null
  readonly copies: Copies
  /** What real images alone give. */
  readonly reference: {
    /** Held-out real images in place of synthetic ones; null where none were held out. */
    readonly kid: KernelDistance | null
    /** Between two halves of the real images. */
    readonly fid: number | null
    /** Of held-out real images; null where none were held out. */
    readonly authenticity: number | null
  }
}
