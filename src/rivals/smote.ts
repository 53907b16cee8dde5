/**
 * Synthetic minority over-sampling (Chawla and others 2002, J Artif Intell Res 16:321) of features: a random point on the line
 * from a film, drawn at random, to one of its 5 nearest films of the same class.
 */
import { ndarray, rowCount } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import { type FeatureMatrix, squaredDistances } from '../metrics/feature-matrix.js'
import type { ClassFeatures, FeatureSampler } from './feature-sampler.js'

/** Neighbours of a film; all others of its class where these are fewer. */
export const neighbours = 5

export function openSmote(classes: ClassFeatures): FeatureSampler {
  const nearest = classes.map(nearestFilms)
  return {
    repeated: classes.flatMap((films, classIndex) => (rowCount(films) === 1 ? [classIndex] : [])),
    draw({ classIndex, seed, start, count }) {
      const { data, shape } = classes[classIndex]
      const [n, d] = shape
      const rng = new Rng(seed).split('smote').at(classIndex)
      const out = new Float32Array(count * d)
      for (let i = 0; i < count; i++) {
        const ofVector = rng.at(start + i)
        const film = ofVector.integer(n)
        const others = nearest[classIndex][film]
        const other = others.length > 0 ? others[ofVector.integer(others.length)] : film
        const part = ofVector.uniform()
        for (let j = 0; j < d; j++) {
          const value = data[film * d + j]
          out[i * d + j] = value + part * (data[other * d + j] - value)
        }
      }
      return ndarray('float32', [count, d], out)
    },
  }
}

/** Rows of the films that are nearest to each film, nearest first; of equal ones the lower row. */
function nearestFilms(films: FeatureMatrix): number[][] {
  const n = rowCount(films)
  const squared = new Float64Array(n)
  return Array.from({ length: n }, (_, film) => {
    squaredDistances(films, film, films, 0, squared)
    const others = Array.from({ length: n }, (_, row) => row).filter((row) => row !== film)
    return others.sort((a, b) => squared[a] - squared[b] || a - b).slice(0, neighbours)
  })
}
