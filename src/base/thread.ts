/** A thread beside the main one, for what must go on while that one is busy. It keeps no program alive. */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Starts a module of this folder; `data` is its `workerData`. */
export function startThread(module: 'heartbeat-thread' | 'parent-watch-thread', data: unknown): Worker {
  // Where the sources run as they are (in the tests), a thread runs what was built from them.
  const folder = fileURLToPath(import.meta.url).endsWith('.ts') ? '../../dist/base' : '.'
  const worker = new Worker(new URL(`${folder}/${module}.js`, import.meta.url), {
    workerData: data,
    // such as --input-type, which only the main thread can be started with
    execArgv: [],
  })
  worker.unref()
  return worker
}
