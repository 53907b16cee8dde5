/** The films of each class as points around their mean: what generators that begin at means and covariances work on. */
import { rowSize } from '../../base/ndarray.js'
import type { TrainingSet } from '../contract.js'

export interface ClassFilms {
  /** Films of the class. */
  readonly count: number
  /** Mean film [P], P values of 0 to 255. */
  readonly mean: Float64Array
  /** Film less mean [count, P], in the order of the training set. */
  readonly centred: Float64Array
}

/** The films of a class. */
export function filmsOfClass({ images, labels }: TrainingSet, classIndex: number): ClassFilms {
  const size = rowSize(images)
  const places = Array.from(labels.keys()).filter((place) => labels[place] === classIndex)
  const count = places.length
  const mean = new Float64Array(size)
  const centred = new Float64Array(count * size)
  places.forEach((place, row) => {
    for (let i = 0; i < size; i++) {
      const value = images.data[place * size + i]
      centred[row * size + i] = value
      mean[i] += value / count
    }
  })
  for (let row = 0; row < count; row++) for (let i = 0; i < size; i++) centred[row * size + i] -= mean[i]
  return { count, mean, centred }
}
