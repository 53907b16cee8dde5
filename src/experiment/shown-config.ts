/** The configuration as it may be shown: names in place of paths, which can hold what nobody outside should read. */
import path from 'node:path'
import type { Config } from './config-schema.js'

export function shownConfig(config: Config): Record<string, unknown> {
  return {
    ...config,
    dataset: path.basename(config.dataset),
    external: Object.fromEntries(
      Object.keys(config.external).map((name) => [name, path.basename(config.external[name])]),
    ),
    backbone: { ...config.backbone, name: path.basename(config.backbone.name) },
  }
}
