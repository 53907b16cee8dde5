/**
 * Predictions over HTTP for other programs: the model of a run, opened once. Requests are counted at the door, taken apart and
 * decoded in processes of their own, and judged together. No film is kept, and no name or path is logged.
 */
import { listenAt } from '../http/listen.js'
import type { ModelChoice } from '../prediction/open-model.js'
import type { ModelIdentity } from './answers.js'
import { Door, type DoorOptions } from './door.js'
import { Metrics } from './metrics.js'
import { Predictions } from './predictions.js'

export interface ServiceOptions extends ModelChoice, DoorOptions {
  /** 0: a free one. */
  readonly port: number
  /** An address of this computer; default: its loopback addresses. */
  readonly host?: string
}

export interface Service {
  readonly port: number
  readonly model: ModelIdentity
  /** Takes no more requests, and settles when those under way have been answered. */
  drain(): Promise<void>
}

/** Milliseconds that the head of a request may take. */
const headMs = 10_000

/** Opens the model and listens. Throws a `UserError` where there is no such model or arm, or the port is taken. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { model, arm, port, host, limits } = options
  const metrics = new Metrics()
  const predictions = await Predictions.open({ model, ...(arm !== undefined && { arm }) }, limits, metrics)
  const door = new Door(options, predictions, metrics)
  try {
    const listening = await listenAt((request, response) => void door.answer(request, response), {
      wanted: port,
      ...(host !== undefined && { host }),
      limits: { headMs, requestMs: 1000 * limits.seconds + headMs },
    })
    door.listensAt(listening.port)
    return {
      port: listening.port,
      model: predictions.model,
      async drain() {
        door.ending = true
        await listening.drain()
        predictions.close()
      },
    }
  } catch (error) {
    predictions.close()
    throw error
  }
}
