/** A configuration as a file that `--config` reads. */
import { stringify } from 'yaml'
import { writeAtomic } from '../../base/files.js'
import type { PartialConfig } from './schema.js'

/** `about`: a line for people, at the top. Relative paths in it count from the folder of the file. */
export function writeConfigFile(file: string, config: PartialConfig, about: string): void {
  writeAtomic(file, `# ${about}\n${stringify(config)}`)
}
