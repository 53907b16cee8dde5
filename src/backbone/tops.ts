/** Networks of which an end can be trained. A further one is a file in `networks/` and an entry here. */
import { InternalError } from '../base/errors.js'
import { trainableDensenet } from './networks/densenet-top.js'
import type { TrainableNetwork, TrainableTop } from './trainable-top.js'

/** What the weights that an added backbone keeps beside its model are weights of. */
export const trainableNetwork: TrainableNetwork = trainableDensenet

/** The top of an id. */
export function topOf(id: string): TrainableTop {
  const top = Object.values(trainableNetwork.tops).find((each) => each.id === id)
  if (!top) throw new InternalError(`no network has a top ${id}`)
  return top
}
