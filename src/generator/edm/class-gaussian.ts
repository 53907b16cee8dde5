/**
 * What is normal in a class's films: their mean, their principal components with the variance along each, and one variance for
 * all directions besides. The denoiser begins with what this alone says (`normal-part.ts`), and its network learns the rest.
 */
import { elementAt } from '../../base/element-at.js'
import { type NDArray, ndarray, rowSize, zeros } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import type { TrainingSet } from '../contract.js'
import { type ClassFilms, filmsOfClass } from '../films/class-films.js'
import { principalComponents } from '../films/principal-components.js'
import { filmDeviation } from './noise-levels.js'
import type { EdmOptions } from './options.js'

/** Grey levels become (grey - centre) / unit, so that the films' deviation is that of the noise levels. */
export interface FilmGaussians<A = NDArray> {
  /** [2]: centre and unit, in grey levels of 0 to 255. */
  readonly range: A
  /** [classes, P] */
  readonly means: A
  /** Orthonormal rows [classes, components, P]; those beyond what a class has are 0. */
  readonly components: A
  /** Variance along each [classes, components]; beyond what a class has, that of every other direction. */
  readonly variances: A
  /** Variance in every other direction [classes]. */
  readonly rest: A
}

/** A class of fewer films takes the components of all classes' films around their own means. */
const fewestFilms = 20
/** In squared units: a deviation of a thousandth, so that no film is expected without any noise. */
const leastVariance = 1e-6

export function filmGaussians(set: TrainingSet, options: EdmOptions): FilmGaussians {
  const size = rowSize(set.images)
  const count = options.classes.length
  const [centre, unit] = greyRange(set.images.data)
  const classes = options.classes.map((_, classIndex) => filmsOfClass(set, classIndex))
  const means = zeros('float32', [count, size])
  const components = zeros('float32', [count, options.components, size])
  const variances = zeros('float32', [count, options.components])
  const rest = zeros('float32', [count])
  const all = together(classes)
  classes.forEach((films, c) => {
    const taken = films.count < fewestFilms ? all : films
    const found = Math.min(options.components, Math.floor(taken.count / 2))
    const rng = new Rng(options.seed).split('edm/films').at(c)
    const directions = principalComponents(taken, found, rng)
    let explained = 0
    for (let k = 0; k < found; k++) {
      const direction = directions.subarray(k * size, (k + 1) * size)
      const variance = squares(direction)
      if (variance === 0) continue
      explained += variance
      variances.data[c * options.components + k] = variance / unit ** 2
      const row = (c * options.components + k) * size
      direction.forEach((value, p) => {
        components.data[row + p] = value / Math.sqrt(variance)
      })
    }
    films.mean.forEach((value, p) => {
      means.data[c * size + p] = (value - centre) / unit
    })
    // What is left over has lost a degree of freedom to the mean and to each component.
    const left = Math.max(0, squares(taken.centred) / Math.max(1, taken.count - 1) - explained)
    const freedom = Math.max(1, taken.count - 1) / Math.max(1, taken.count - 1 - found)
    const besides = Math.max(leastVariance, (left * freedom) / Math.max(1, size - found) / unit ** 2)
    rest.data[c] = besides
    variances.data.fill(besides, c * options.components + found, (c + 1) * options.components)
  })
  return { range: ndarray('float32', [2], Float32Array.of(centre, unit)), means, components, variances, rest }
}

/** Films of all classes around the mean of their own. */
function together(classes: readonly ClassFilms[]): ClassFilms {
  const { mean } = elementAt(classes, 0)
  const centred = new Float64Array(classes.reduce((sum, films) => sum + films.centred.length, 0))
  let end = 0
  for (const films of classes) {
    centred.set(films.centred, end)
    end += films.centred.length
  }
  return { count: classes.reduce((sum, films) => sum + films.count, 0), mean, centred }
}

/** Mean and twice the deviation of all grey levels. */
function greyRange(values: Uint8Array): [number, number] {
  let [sum, sumOfSquares] = [0, 0]
  for (const value of values) {
    sum += value
    sumOfSquares += value * value
  }
  const mean = sum / values.length
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / values.length - mean * mean))
  return [mean, Math.max(1, deviation) / filmDeviation]
}

function squares(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}
