/**
 * The one door to the decoders of compressed frames. They run in threads of their own under a limit of time and memory,
 * so that a hostile frame costs a sentence.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { builtModule } from '../../base/built.js'
import { type CodecJob, type CodecReply, samplesOf } from './codec-job.js'
import type { Codestream } from './codestream.js'

const secondsPerMegapixel = 20
const leastSeconds = 10
/** Threads at once; each may take as much memory as its decoder needs. */
const maxThreads = Math.max(1, Math.min(4, availableParallelism() - 1))
/** A thread that failed so often, or on so many pixels, is replaced: what its decoders took is given back with it. */
const maxFailures = 16
const maxFailedPixels = 500_000

interface Thread {
  readonly worker: Worker
  failures: number
  failedPixels: number
}

const idle: Thread[] = []
const waiting: ((thread: Thread) => void)[] = []
let started = 0

/** As `samplesOf`, in a thread of its own; also throws where the decoder does not end within its time and memory. */
export function decodeCodestream(stream: Codestream): Promise<Uint8Array | Int8Array | Uint16Array | Int16Array> {
  return samplesOf(stream, async (job) => ask(await takeThread(), job))
}

async function takeThread(): Promise<Thread> {
  const free = idle.pop()
  if (free !== undefined) return free
  if (started < maxThreads) {
    started++
    return startThread()
  }
  return new Promise((resolve) => waiting.push(resolve))
}

function startThread(): Thread {
  const worker = new Worker(builtModule('image/dicom/codec-thread'))
  // a thread that waits does not keep the program alive
  worker.unref()
  return { worker, failures: 0, failedPixels: 0 }
}

function giveBack(thread: Thread): void {
  const next = waiting.shift()
  if (next !== undefined) next(thread)
  else idle.push(thread)
}

function ask(thread: Thread, job: CodecJob): Promise<CodecReply> {
  const { worker } = thread
  return new Promise((resolve) => {
    const settle = (reply: CodecReply, ended: boolean) => {
      clearTimeout(timer)
      worker.off('message', onReply)
      worker.off('error', onError)
      worker.off('exit', onExit)
      worker.unref()
      if ('problem' in reply) {
        thread.failures++
        thread.failedPixels += job.width * job.height
      }
      const spent = ended || thread.failures >= maxFailures || thread.failedPixels >= maxFailedPixels
      if (spent) void worker.terminate()
      giveBack(spent ? startThread() : thread)
      resolve(reply)
    }
    const seconds = Math.max(leastSeconds, (secondsPerMegapixel * job.width * job.height) / 1e6)
    const timer = setTimeout(
      () => settle({ problem: `not decoded within ${Math.round(seconds)} s` }, true),
      seconds * 1000,
    )
    const onReply = (reply: CodecReply) => settle(reply, false)
    const onError = (error: Error) => settle({ problem: error.message }, true)
    const onExit = () => settle({ problem: 'its decoder ended' }, true)
    worker.on('message', onReply)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.ref()
    worker.postMessage(job, [job.bytes.buffer as ArrayBuffer])
  })
}
