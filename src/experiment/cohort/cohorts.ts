/** The datasets that a configuration names, opened: its own and those of other hospitals. */
import { openDataset } from '../../dataset/open.js'
import type { Cohort } from '../../dataset/sample.js'
import type { Config } from '../config/schema.js'

export function openCohorts(config: Config): { internal: Cohort; external: Record<string, Cohort> } {
  return {
    internal: openInternal(config),
    external: Object.fromEntries(Object.keys(config.external).map((name) => [name, openExternal(config, name)])),
  }
}

export function openInternal({ dataset, patientFrom, roi }: Config): Cohort {
  return openDataset(dataset, { patientFrom: patientFrom ?? undefined, roi: roi.internal })
}

export function openExternal({ external, patientFrom, roi }: Config, name: string): Cohort {
  return openDataset(external[name], {
    patientFrom: patientFrom ?? undefined,
    roi: roi[name],
    name,
    idPrefix: `${name}-`,
  })
}
