/** The second process of `kopt`: the program under the supervision of the first. */
import { endWithParent } from '../base/child-process.js'
import type { Shown } from '../base/shown.js'
import { stopSignals } from '../base/stop-time.js'
import { main } from './program.js'
import type { FromWork } from './supervise.js'

const say = (message: FromWork) => void process.send?.(message)

endWithParent(Number(process.env.KOPT_COMMAND_PID))
// What is started from here gets the user's environment.
delete process.env.KOPT_COMMAND_PID
// What reaches this process reaches the first one, too, or shall: it decides.
for (const signal of stopSignals) process.on(signal, () => say({ stop: true }))

process.exitCode = await main(process.argv.slice(2), {
  onStop(listener) {
    process.on('message', (message) => {
      if (message === 'stop') listener()
    })
    // Listening alone is no reason to go on.
    process.channel?.unref()
  },
  ifForced: (words: Shown) => say({ ifForced: words }),
  mayTake: (graceMs: number) => say({ graceMs }),
})
