/** A thread beside the main one, for what must go on while that one is busy. It keeps no program alive. */
import { Worker } from 'node:worker_threads'

/** `data` is its `workerData`. */
export function startThread(entry: URL, data: unknown): Worker {
  const worker = new Worker(entry, {
    workerData: data,
    // such as --input-type, which only the main thread can be started with
    execArgv: [],
  })
  worker.unref()
  return worker
}
