/** A thread beside the main one, for what must go on while that one is busy. It keeps no program alive. */
import { Worker } from 'node:worker_threads'
import { builtModule } from './built.js'

/** Starts a module of this folder; `data` is its `workerData`. */
export function startThread(module: 'heartbeat-thread' | 'parent-watch-thread', data: unknown): Worker {
  const worker = new Worker(builtModule(`base/${module}`), {
    workerData: data,
    // such as --input-type, which only the main thread can be started with
    execArgv: [],
  })
  worker.unref()
  return worker
}
