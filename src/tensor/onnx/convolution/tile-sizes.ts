/**
 * How large the tiles of minimal filtering are (`winograd.ts`). Larger ones take fewer products over a batch; but more products of a tile
 * mean more transformed kernels, whatever the batch.
 */

/** One axis of a convolution, seen from the image that the phases are of. */
export interface AxisShape {
  /** Pixels of that image. */
  readonly size: number
  readonly kernel: number
  readonly stride: number
}

/** Neighbouring positions of each phase in a tile. More than seven would cost float32 too many digits. */
const sizes = [2, 3, 4, 5, 6, 7]

/**
 * Examples whose products take as long as the transforms of a kernel: measured with the ACGAN's first layer at batches of 16 to 64,
 * where 18 to 30 gave the same time, 70 1.07 of it.
 */
const examplesPerKernel = 30

/** The sizes for both axes that take the least time with so many examples; of equals the smaller, which round less. */
export function cheapestTiles(
  [vertical, horizontal]: readonly [AxisShape, AxisShape],
  examples: number,
): readonly [number, number] {
  const choices = sizes.flatMap((v) =>
    sizes.map((h) => {
      const [a, b] = [tilesOf(vertical, v), tilesOf(horizontal, h)]
      const cost = a.products * b.products * (a.tiles * b.tiles * examples + examplesPerKernel)
      return { pair: [v, h] as const, cost }
    }),
  )
  return choices.reduce((best, choice) => (choice.cost < best.cost ? choice : best)).pair
}

function tilesOf({ size, kernel, stride }: AxisShape, m: number): { tiles: number; products: number } {
  return { tiles: Math.ceil(size / (stride * m)), products: Math.min(stride, kernel) * (m - 1) + kernel }
}
