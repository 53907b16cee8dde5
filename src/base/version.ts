/** Name and version of this package, as its package.json says. */
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  name: string
  version: string
}

export const toolName = manifest.name
export const version = manifest.version
