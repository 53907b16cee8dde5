/** Everything random of one step, from seed and step alone, so that any step can be replayed. */
import { elementAt } from '../../base/element-at.js'
import { type NDArray, ndarray, scalar, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import { EpochOrder } from '../films/epoch-order.js'
import { dropoutSizes } from './discriminator.js'
import type { AcganOptions } from './options.js'
import type { DrawnInputs } from './steps.js'

export class Batches {
  readonly #images: NDArray<'uint8'>
  readonly #labels: Int32Array
  readonly #options: AcganOptions
  readonly #rng: Rng
  readonly #dropoutSizes: readonly number[]
  readonly #order: EpochOrder

  constructor(images: NDArray<'uint8'>, labels: Int32Array, options: AcganOptions) {
    this.#images = images
    this.#labels = labels
    this.#options = options
    this.#rng = new Rng(options.seed)
    this.#order = new EpochOrder(labels.length, this.#rng.split('gan/batch'))
    this.#dropoutSizes = dropoutSizes(options)
  }

  /** Inputs of a step, the first being 1; without the state. */
  at(step: number): DrawnInputs {
    const { batchSize, latentSize, latentDeviation, classes } = this.#options
    const stream = (name: string) => this.#rng.split(`gan/${name}`).at(step)
    const films = Array.from({ length: batchSize }, (_, i) => this.#order.item((step - 1) * batchSize + i))
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
