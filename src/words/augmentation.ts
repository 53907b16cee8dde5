/** Conventional augmentation in words, from a run's configuration. */

import { listing, percentage, short } from '../base/format.js'
import type { Result } from '../record/result.js'

/** What a variant was before the configuration could say it. */
const ofBefore = { flip: true, rotationDegrees: 10 }

/** What a conventional variant is: `mirrored left to right in half of the variants and turned by up to 10 degrees`. */
export function augmentationWords({ config }: Result): string {
  const { flip, rotationDegrees, blur, contrast, brightness, noise } = (config.augment ?? ofBefore) as Record<
    string,
    unknown
  >
  const above0 = (value: unknown): value is number => typeof value === 'number' && value > 0
  const words = [
    flip === true && 'mirrored left to right in half of the variants',
    above0(rotationDegrees) && `turned by up to ${short(rotationDegrees)} degrees to either side`,
    above0(blur) && `blurred with a standard deviation of up to ${short(blur)} pixels`,
    above0(contrast) && `contrast changed by up to ${percentage(contrast)}`,
    above0(brightness) && `brightness changed by up to ${percentage(brightness)}`,
    above0(noise) && `noise added with a standard deviation of up to ${percentage(noise)} of full white`,
  ].filter((word) => word !== false)
  return words.length > 0 ? listing(words) : 'left as it is'
}
