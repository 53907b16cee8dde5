/** The command that goes on with a run. */
import { shownPath } from '../../base/shown-path.js'
import { calledLine } from './chosen-generator.js'
import type { Config } from './schema.js'

/** A program that a run's folder names is run only where it is named again. */
export function resumeLine(root: string, config: Pick<Config, 'generator'>): string {
  const line = calledLine(config)
  const named = line === null ? '' : ` --generator ${forShell(line)}`
  return `kopt resume ${shownPath(root)}${named}`
}

/** As one word of a shell. */
export function forShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
