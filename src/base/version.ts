/** Name and version of this package, as its package.json says. */
import { fileURLToPath } from 'node:url'
import { readJson } from './files.js'

const manifest = readJson<{ name: string; version: string }>(
  fileURLToPath(new URL('../../package.json', import.meta.url)),
)

export const toolName = manifest.name
/** Of this package. */
export const version = manifest.version
