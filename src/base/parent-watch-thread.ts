/** The thread that ends its process when the parent is gone, whatever the main thread is at. */
import { workerData } from 'node:worker_threads'

const everyMs = 200
const { parent } = workerData as { parent: number }

setInterval(() => {
  if (process.ppid !== parent || !isThere(parent)) process.kill(process.pid, 'SIGKILL')
}, everyMs)

/** On Windows a process keeps the number of a parent that is gone. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
