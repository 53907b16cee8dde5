/**
 * Everything random of one step, from seed and step alone, so that any step can be replayed. Real images come in shuffled
 * epochs one behind the other; a batch may reach into the next epoch.
 */
import { elementAt } from '../../base/element-at.js'
import { type NDArray, ndarray, scalar, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { dropoutSizes } from './discriminator.js'
import type { AcganOptions } from './options.js'
import type { DrawnInputs } from './steps.js'

export class Batches {
  readonly #images: NDArray<'uint8'>
  readonly #labels: Int32Array
  readonly #options: AcganOptions
  readonly #rng: Rng
  readonly #dropoutSizes: readonly number[]
  #epoch: { readonly number: number; readonly order: Uint32Array } | undefined

  constructor(images: NDArray<'uint8'>, labels: Int32Array, options: AcganOptions) {
    this.#images = images
    this.#labels = labels
    this.#options = options
    this.#rng = new Rng(options.seed)
    this.#dropoutSizes = dropoutSizes(options)
  }

  /** Inputs of a step, the first being 1; without the state. */
  at(step: number): DrawnInputs {
    const { batchSize, latentSize, latentDeviation, classes } = this.#options
    const stream = (name: string) => this.#rng.split(`gan/${name}`).at(step)
    const films = Array.from({ length: batchSize }, (_, i) => this.#film((step - 1) * batchSize + i))
    const label = stream('label')
    return {
      images: takeRows(this.#images, films),
      labels: ndarray(
        'int32',
        [batchSize],
        Int32Array.from(films, (film) => elementAt(this.#labels, film)),
      ),
      latents: drawLatents(stream('latent'), batchSize, latentSize, latentDeviation),
      fakeLabels: ndarray(
        'int32',
        [batchSize],
        Int32Array.from({ length: batchSize }, () => label.integer(classes.length)),
      ),
      dropout: this.#dropout(stream('dropout')),
      step: scalar('float32', step),
    }
  }

  /** The image at a place in the endless row of epochs. */
  #film(place: number): number {
    const count = this.#labels.length
    const number = Math.floor(place / count)
    if (this.#epoch?.number !== number) {
      this.#epoch = { number, order: this.#rng.split('gan/batch').at(number).permutation(count) }
    }
    return elementAt(this.#epoch.order, place % count)
  }

  #dropout(rng: Rng): DrawnInputs['dropout'] {
    const draw = (pass: string) => {
      const total = this.#dropoutSizes.reduce((sum, size) => sum + size, 0)
      const words = rng.split(pass).words(total)
      let end = 0
      return this.#dropoutSizes.map((size) => {
        end += size
        return ndarray('int32', [size], words.subarray(end - size, end))
      })
    }
    return { real: draw('real'), fake: draw('fake'), generator: draw('generator') }
  }
}

/** [count, size], normal around 0. */
export function drawLatents(rng: Rng, count: number, size: number, deviation: number): NDArray<'float32'> {
  return ndarray(
    'float32',
    [count, size],
    rng.normals(count * size).map((value) => value * deviation),
  )
}
