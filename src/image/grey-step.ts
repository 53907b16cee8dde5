/** What is done to a film's values between the file and the picture, in the words that an inspection uses. */

/** One step; a film has each at most once. */
export type GreyStep = keyof typeof stepWords

/** Completes "12 films ...". */
export const stepWords = {
  rescaled: 'rescaled by slope and intercept',
  'modality-lut': 'put through a modality look-up table',
  windowed: 'put through a window',
  'voi-lut': 'put through a VOI look-up table',
  stretched: 'stretched from least to greatest value, for want of a window',
  inverted: 'inverted (the least value is white)',
  padding: 'with padding pixels, shown black',
  palette: 'put through a palette',
  ybr: 'turned from YBR to RGB',
  'one-of-frames': 'taken from a file of several frames (the first, unless a manifest says which)',
  turned: 'turned upright by EXIF orientation',
  alpha: 'with alpha, laid onto black',
  cmyk: 'turned from CMYK to RGB',
  'white-is-zero': 'inverted (WhiteIsZero: the least value is white)',
} as const
