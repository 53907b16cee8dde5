/** Films in shuffled epochs one behind the other: each comes once before any comes again; a batch may reach into the next epoch. */
import { elementAt } from '../../base/element-at.js'
import type { Rng } from '../../base/random.js'

export class EpochOrder {
  readonly #count: number
  readonly #rng: Rng
  #epoch: { readonly number: number; readonly order: Uint32Array } | undefined

  /** @param rng one order an epoch, by its number */
  constructor(count: number, rng: Rng) {
    this.#count = count
    this.#rng = rng
  }

  /** The item at a place in the endless row of epochs. */
  item(place: number): number {
    const number = Math.floor(place / this.#count)
    if (this.#epoch?.number !== number) {
      this.#epoch = { number, order: this.#rng.at(number).permutation(this.#count) }
    }
    return elementAt(this.#epoch.order, place % this.#count)
  }
}
