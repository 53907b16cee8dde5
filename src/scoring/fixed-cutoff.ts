/** The cutoff that nobody chose. */
export const fixedCutoff = 0.5
