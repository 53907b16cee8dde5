/** Work that may take longer, so that what somebody waits for comes first. */
import os from 'node:os'
import { listDirectory } from './files.js'

/** A tenth of the time that others get where there is not enough for all: much less, and it would stand still beside a run. */
const niceness = 10

/** Lets other processes go before this one from now on, as far as the system permits. */
export function letOthersGoFirst(): void {
  for (const id of threads()) {
    try {
      os.setPriority(id, niceness)
    } catch {
      // a thread that has ended, or a system that does not let it
    }
  }
}

/** Linux keeps a priority for each thread, others for the process (0: this one). */
function threads(): readonly number[] {
  return process.platform === 'linux' ? listDirectory('/proc/self/task').map(({ name }) => Number(name)) : [0]
}
