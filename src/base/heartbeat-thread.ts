/** The thread that keeps a lock alive while the main one works; it says so, once, when the lock is another's. */
import { parentPort, workerData } from 'node:worker_threads'
import { beat } from './lock-file.js'

const { file, id, everyMs } = workerData as { file: string; id: string; everyMs: number }
const timer = setInterval(() => {
  if (beat(file, id)) return
  clearInterval(timer)
  parentPort?.postMessage('lost')
}, everyMs)
