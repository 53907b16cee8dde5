/** The configuration as it may be shown: names in place of paths, which can hold what nobody outside should read. */
import path from 'node:path'
import type { Config } from './config-schema.js'

export function shownConfig(config: Config): Record<string, unknown> {
  return {
    ...config,
    dataset: path.basename(config.dataset),
    external: namesOf(config.external),
    roi: namesOf(config.roi),
    synthetic: { ...config.synthetic, from: config.synthetic.from && path.basename(config.synthetic.from) },
    backbone: { ...config.backbone, name: path.basename(config.backbone.name) },
  }
}

function namesOf(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path.basename(file)]))
}
