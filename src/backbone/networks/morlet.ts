/**
 * The filters of a 2-D scattering transform, as kymatio 0.3 defines them (Andreux et al., "Kymatio: scattering transforms in
 * Python", JMLR 21, 2020; `filter_bank.py`): Morlet wavelets psi(u) = g(u) (e^{i xi.u} - K), K such that the mean is 0, with
 * g an elongated Gaussian of deviation 0.8 * 2^j and |xi| = 3 pi / 4 / 2^j; a round Gaussian phi as low pass.
 * Kymatio samples and periodises them in space and takes the DFT. Here the same numbers come from the Gaussian's Fourier
 * transform, summed over the frequencies that sampling folds together (Poisson's summation formula).
 */

/** Kymatio normalises by 2 * 3.1415 * sigma^2. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: kymatio's own value of pi
const mass = Math.PI / 3.1415

/** Frequencies that sampling folds onto omega in [0, 2 pi), as far as a Gaussian of deviation 1 / 0.8 reaches. */
const folds = [-2, -1, 0, 1].map((n) => 2 * Math.PI * n)

/** e to this power is nothing in the single precision in which filters are used; most of the folded frequencies are so far off. */
const negligible = -104

/**
 * One wavelet's DFT, real, [rows, columns] in row-major order: scale 0, 1, ..., direction `angle` of `angles`
 * (an odd order over half a turn: that of kymatio's `theta`).
 */
export function morletSpectrum(
  [rows, columns]: readonly [number, number],
  scale: number,
  angle: number,
  angles: number,
): Float64Array {
  const sigma = 0.8 * 2 ** scale
  const slant = 4 / angles
  const theta = ((Math.trunc(angles - angles / 2 - 1) - angle) * Math.PI) / angles
  const [cos, sin] = [Math.cos(theta), Math.sin(theta)]
  const frequency = (0.75 * Math.PI) / 2 ** scale
  /** The Gaussian around `centre` along the direction of the wave. */
  const gaussian = (row: number, column: number, centre: number): number => {
    let sum = 0
    for (const r of folds) {
      for (const c of folds) {
        const along = (row + r) * cos + (column + c) * sin - centre
        const across = ((column + c) * cos - (row + r) * sin) / slant
        const exponent = -0.5 * sigma * sigma * (along * along + across * across)
        if (exponent > negligible) sum += Math.exp(exponent)
      }
    }
    return mass * sum
  }
  const balance = gaussian(0, 0, frequency) / gaussian(0, 0, 0)
  const spectrum = new Float64Array(rows * columns)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const [row, column] = [(2 * Math.PI * r) / rows, (2 * Math.PI * c) / columns]
      spectrum[r * columns + c] = gaussian(row, column, frequency) - balance * gaussian(row, column, 0)
    }
  }
  return spectrum
}

/** The low pass's DFT along one axis; the filter is the product of its two axes. */
export function lowPassSpectrum(length: number, scales: number): Float64Array {
  const sigma = 0.8 * 2 ** (scales - 1)
  return Float64Array.from({ length }, (_, i) => {
    const terms = folds.map((fold) => Math.exp(-0.5 * (sigma * ((2 * Math.PI * i) / length + fold)) ** 2))
    return Math.sqrt(mass) * terms.reduce((sum, term) => sum + term)
  })
}

/** Where the frequencies below the Nyquist limit of a signal subsampled by `factor` stand in a DFT of `length` bins. */
export function keptBins(length: number, factor: number): number[] {
  const kept = length / factor
  return Array.from({ length: kept }, (_, i) => (i < kept / 2 ? i : i + length - kept))
}
