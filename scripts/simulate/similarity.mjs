/** How often the interval of mean pair similarity (src/synthetic/similarity.ts) holds the true mean, by the number of images. */
import { ndarray } from '../../dist/base/ndarray.js'
import { Rng } from '../../dist/base/random.js'
import { crossSimilarity, pairSimilarity } from '../../dist/synthetic/similarity.js'
import { row } from './scores.mjs'

const side = 11
const pairs = 100
/** Smooth patterns that the images of a class are mixed of. */
const patterns = Array.from({ length: 3 }, (_, j) =>
  Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [(3 * (i % side)) / side, (3 * Math.floor(i / side)) / side]
    return Math.sin(1.1 * (j + 1) * x + j) * Math.cos((j + 1) * y)
  }),
)

function images(n, rng) {
  const data = new Uint8Array(n * side * side)
  for (let image = 0; image < n; image++) {
    const own = patterns.map(() => 20 * rng.normal())
    const brightness = 128 + 12 * rng.normal()
    for (let i = 0; i < side * side; i++) {
      const mixed = patterns.reduce((sum, pattern, j) => sum + own[j] * pattern[i], 30 * patterns[0][i])
      data[image * side * side + i] = Math.max(0, Math.min(255, brightness + mixed + 8 * rng.normal()))
    }
  }
  return ndarray('uint8', [n, side, side, 1], data)
}

export function* similarityTables(runs = 400) {
  const rng = new Rng(1)
  const means = Array.from({ length: 60 }, () => pairSimilarity(images(200, rng), 200, rng).mean)
  const truth = means.reduce((sum, mean) => sum + mean, 0) / means.length
  yield `\n${pairs} pairs, true mean ${truth.toFixed(3)}, ${runs} runs: share of 95 % intervals that hold it\n`
  yield row(['images', 'pairs of one set', 'pairs of two sets'])
  yield row(['---', '---', '---'])
  for (const n of [5, 10, 20, 50, 100, 1000]) {
    const own = new Rng(n)
    const held = [0, 0]
    for (let run = 0; run < runs; run++) {
      const set = images(n, own)
      for (const [i, { low, high }] of [
        pairSimilarity(set, pairs, own),
        crossSimilarity(images(n, own), set, pairs, own),
      ].entries())
        if (low <= truth && truth <= high) held[i]++
    }
    yield row([n, ...held.map((count) => (count / runs).toFixed(3))])
  }
}
