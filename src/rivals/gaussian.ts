/**
 * A normal distribution of each class's features: the class's mean, and a covariance that all classes share, shrunk after
 * Ledoit and Wolf. With X the films less the means of their classes [n, D], share s and scale m of the shrinkage,
 *   mean + sqrt((1 - s) / n) X'g + sqrt(s m) e,   g and e standard normal, n and D of them,
 * has covariance (1 - s) X'X / n + s m I, and no matrix of features by features is formed.
 */
import { ndarray, rowCount } from '../base/ndarray.js'
import { Rng } from '../base/random.js'
import type { ClassFeatures, FeatureSampler } from './feature-sampler.js'
import { ledoitWolf } from './ledoit-wolf.js'

export function openGaussian(classes: ClassFeatures): FeatureSampler {
  const [, d] = classes[0].shape
  const n = classes.reduce((sum, films) => sum + rowCount(films), 0)
  const means = classes.map(({ data, shape: [count] }) => {
    const mean = new Float64Array(d)
    for (let i = 0; i < count; i++) for (let j = 0; j < d; j++) mean[j] += data[i * d + j] / count
    return mean
  })
  const centred = new Float64Array(n * d)
  let row = 0
  classes.forEach(({ data, shape: [count] }, c) => {
    for (let i = 0; i < count; i++, row++)
      for (let j = 0; j < d; j++) centred[row * d + j] = data[i * d + j] - means[c][j]
  })
  const { share, scale } = ledoitWolf(ndarray('float64', [n, d], centred))
  const [ofFilms, ofNoise] = [Math.sqrt((1 - share) / n), Math.sqrt(share * scale)]
  return {
    repeated: [],
    draw({ classIndex, seed, start, count }) {
      const rng = new Rng(seed).split('gaussian').at(classIndex)
      const out = new Float32Array(count * d)
      const vector = new Float64Array(d)
      for (let i = 0; i < count; i++) {
        const ofVector = rng.at(start + i)
        const weights = ofVector.normals(n)
        const noise = ofVector.normals(d)
        for (let j = 0; j < d; j++) vector[j] = means[classIndex][j] + ofNoise * noise[j]
        for (let film = 0; film < n; film++) {
          const weight = ofFilms * weights[film]
          const at = film * d
          for (let j = 0; j < d; j++) vector[j] += weight * centred[at + j]
        }
        out.set(vector, i * d)
      }
      return ndarray('float32', [count, d], out)
    },
  }
}
