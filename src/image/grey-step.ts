/** What is done to a film's values between the file and the picture, in the words that an inspection uses. */

/** One step; a film has each at most once. */
export type GreyStep = keyof typeof stepWords

/** Completes "12 films ...". */
export const stepWords = {
  rescaled: 'rescaled by slope and intercept',
  'modality-lut': 'put through their modality look-up table',
  windowed: 'put through their window',
  'voi-lut': 'put through their VOI look-up table',
  stretched: 'stretched from least to greatest value, as they have no window',
  inverted: 'inverted, as their least value is white (MONOCHROME1)',
  padding: 'with padding pixels, shown black',
  palette: 'put through their palette',
  ybr: 'turned from YBR to RGB',
  'one-of-frames': 'taken from a file of several frames',
  turned: 'turned upright by their EXIF orientation',
  alpha: 'with alpha, laid onto black',
  cmyk: 'turned from CMYK to RGB',
  'white-is-zero': 'inverted, as their least value is white (WhiteIsZero)',
} as const
