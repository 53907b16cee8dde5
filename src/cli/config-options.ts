/** Options that stand for a key of the configuration: what they mean is what its schema says. */
import { Option } from 'commander'
import { keyAt } from '../experiment/config/schema.js'
import { runtimeDevices } from '../runtime/session.js'
import { roiFiles } from './options.js'

/** An option with the description of `key`; `more` stands behind it. */
export function configOption(flags: string, key: string, more = ''): Option {
  return new Option(flags, `${meaningOf(key)}${more}`)
}

/** In the form of a help text: a lower-case beginning, no full stop, and nothing on null, which no option can say. */
function meaningOf(key: string): string {
  const { description = '' } = keyAt(key).meta() ?? {}
  return description
    .replace(/; null: .*$/, '')
    .replace(/\.$/, '')
    .replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}

export function patientFromOption(): Option {
  return configOption('--patient-from <how>', 'patientFrom')
}

export function encodingOption(): Option {
  return configOption('--encoding <name>', 'encoding', '; by default found by its words, asked where in doubt')
}

/** Stands for the device that is found to be the fastest, when the command is called. */
export const anyDevice = 'auto'

export function deviceOption(): Option {
  return configOption('--device <name>', 'compute.device', '; auto: on a card, if there is one').choices([
    ...runtimeDevices,
    anyDevice,
  ])
}

export function positiveOption(): Option {
  return configOption('--positive <class>', 'positive')
}

export function backboneOption(): Option {
  return configOption('--backbone <name>', 'backbone.name')
}

/** For verbs that take external sets, too. */
export function roiFilesOption(): Option {
  return configOption('--roi <file>', 'roi', '; FILE, or NAME=FILE for an external set (may be repeated)').argParser(
    roiFiles,
  )
}
