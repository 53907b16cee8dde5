/** The values of a configuration that are paths: resolved once, against the place where they were written. */
import path from 'node:path'
import type { PartialConfig } from './schema.js'

/** The same configuration with every path changed; what is no text is left for the schema to refuse. */
export function mapPaths<C extends PartialConfig>(config: C, change: (file: string) => string): C {
  const { dataset, external, roi, synthetic, backbone } = config
  return {
    ...config,
    ...(typeof dataset === 'string' && { dataset: change(dataset) }),
    ...(isRecord(external) && { external: changed(external, change) }),
    ...(isRecord(roi) && { roi: changed(roi, change) }),
    ...(typeof synthetic?.from === 'string' && { synthetic: { ...synthetic, from: change(synthetic.from) } }),
    ...(typeof backbone?.name === 'string' &&
      isBackboneFile(backbone.name) && { backbone: { ...backbone, name: change(backbone.name) } }),
  }
}

/** Relative paths become absolute ones, so that a run can be resumed from anywhere. */
export function resolvePaths(config: PartialConfig, folder: string): PartialConfig {
  return mapPaths(config, (file) => path.resolve(folder, file))
}

/** Whether a backbone is named by its file, and not by the name it was added under. */
export function isBackboneFile(name: string): boolean {
  return /\.onnx$/i.test(name) || name.includes('/') || name.includes('\\')
}

function changed(files: Readonly<Record<string, unknown>>, change: (file: string) => string) {
  return Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, typeof file === 'string' ? change(file) : file]),
  ) as Record<string, string>
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
