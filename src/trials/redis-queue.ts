/**
 * A queue on Redis, by BullMQ: whoever leads a run offers its units there, and workers on other computers take them. It holds no more
 * than which run's folder has a unit that waits; what is done stands in the folder. Its two packages are optional, and loaded here.
 */
import { UserError } from '../base/errors.js'
import { hashPlain } from '../base/hash.js'
import { version } from '../base/version.js'

/** A unit of a run that waits for somebody. */
export interface Offer {
  /** Absolute path of the run's folder. */
  readonly run: string
  readonly unit: string
}

/** Told when the queue is lost, when it is there again, and when it refuses; at most once each time. */
export type OnTrouble = (text: string) => void

export interface OfferingQueue {
  /** Puts it there unless it stands there. Waits while the queue is lost. */
  offer(offer: Offer): Promise<void>
  /** How often it was found; one that was lost and is there again may have forgotten everything. */
  readonly found: number
  close(): void
}

export interface TakenOffers {
  /** The address, without what is secret. */
  readonly shown: string
  /** Takes no more; resolves when the one that is taken is done. */
  close(): Promise<void>
}

/** What is used of the packages; types of theirs would ask for them wherever kopt's are read. */
interface Client {
  connect(): Promise<void>
  disconnect(): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'ready' | 'close', listener: () => void): void
}
interface Redis {
  Redis: new (address: string, options: object) => Client
}
interface QueueOfJobs {
  add(name: string, data: Offer, options: object): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): void
}
interface WorkerOfJobs {
  close(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): void
}
interface BullMq {
  Queue: new (name: string, options: object) => QueueOfJobs
  Worker: new (name: string, work: (job: { data: Offer }) => Promise<void>, options: object) => WorkerOfJobs
}

/** Versions of kopt do not share work: each has a queue of its own. */
const queueName = `kopt-${version}`

/** A worker that gives no sign of life for so long has lost what it took. */
const silentMs = 60_000

const mostWaitMs = 5000

/** Throws a `UserError` where a package is missing, the address is none, or nobody answers there. */
export async function openQueue(address: string, onTrouble: OnTrouble): Promise<OfferingQueue> {
  const connection = await connected(address, onTrouble)
  const { bullmq, client } = connection
  const queue = new bullmq.Queue(queueName, { connection: client })
  queue.on('error', () => {})
  return {
    async offer({ run, unit }) {
      // Two runs of the same films and seeds have units of the same name.
      const jobId = `${unit}-${hashPlain(run).slice(0, 16)}`
      // What was tried may be offered again.
      await queue.add('unit', { run, unit }, { jobId, removeOnComplete: true, removeOnFail: true })
    },
    get found() {
      return connection.found
    },
    close: connection.close,
  }
}

/** Takes what is offered, one after the other. `take` must not throw. Throws as `openQueue`. */
export async function takeOffers(
  address: string,
  take: (offer: Offer) => Promise<void>,
  onTrouble: OnTrouble,
): Promise<TakenOffers> {
  const { bullmq, client, shown, close } = await connected(address, onTrouble)
  const worker = new bullmq.Worker(queueName, ({ data }) => take(data), {
    connection: client,
    lockDuration: silentMs,
  })
  worker.on('error', () => {})
  return {
    shown,
    async close() {
      await worker.close()
      close()
    },
  }
}

async function connected(address: string, onTrouble: OnTrouble) {
  const shown = shownAddress(address)
  const { bullmq, redis } = await packages()
  let begun = false
  let cause: Error | undefined
  const client = new redis.Redis(address, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => (begun ? Math.min(200 * times, mostWaitMs) : null),
  })
  client.on('error', (error) => {
    cause = error
  })
  try {
    await client.connect()
  } catch (error) {
    throw new UserError(`no queue at ${shown}: ${reasonOf(cause ?? (error as Error))}`)
  }
  begun = true
  const connection = {
    bullmq,
    client,
    shown,
    found: 1,
    close() {
      ended = true
      client.disconnect()
    },
  }
  let ended = false
  let lost = false
  client.on('close', () => {
    if (lost || ended) return
    lost = true
    onTrouble(`the queue at ${shown} is lost; it is looked for until it is there again`)
  })
  client.on('ready', () => {
    if (!lost) return
    lost = false
    connection.found++
    onTrouble(`the queue at ${shown} is there again`)
  })
  return connection
}

function reasonOf({ message }: Error): string {
  if (/^(WRONGPASS|NOAUTH)/.test(message))
    return 'it asks for another password; put it in the address, best in the environment: KOPT_QUEUE=redis://:PASSWORD@HOST:6379'
  return `${message}; is Redis at work there, and does it listen to other computers (docs/scale.md)?`
}

/** The address without user and password. Throws a `UserError` where it is none, which does not repeat what may be secret. */
function shownAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '')
    throw new UserError(
      'the address of the queue is none: redis://HOST:6379 was expected, with TLS rediss://HOST:6379, with a password redis://:PASSWORD@HOST:6379',
    )
  return `${url.protocol}//${url.host}${url.pathname.replace(/^\/$/, '')}`
}

async function packages(): Promise<{ bullmq: BullMq; redis: Redis }> {
  try {
    return { bullmq: await optional<BullMq>('bullmq'), redis: await optional<Redis>('ioredis') }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UserError(
      'a queue needs two packages that kopt does without otherwise: npm install --global bullmq@6 ioredis@6 (without --global where kopt is a package of a project)',
    )
  }
}

function optional<Module>(name: string): Promise<Module> {
  return import(name)
}
