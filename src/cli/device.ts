/** `--device auto`: what it stands for here is found before a verb does anything, and is what the run keeps. */
import type { Command } from 'commander'
import { shown } from '../base/shown.js'
import type { Outside } from './command.js'
import { anyDevice } from './config-options.js'

export async function settleDevice(command: Command, { note }: Outside): Promise<void> {
  if (command.opts().device !== anyDevice) return
  const { bestDevice } = await import('../runtime/device.js')
  const device = await bestDevice()
  command.setOptionValue('device', device)
  note(
    device === 'cpu'
      ? shown`no card can be used here: networks run on the processor`
      : shown`networks run on ${device}`,
  )
}
