/** The datasets that a configuration names, opened: its own and those of other hospitals. No pixel has been read. */
import { UserError } from '../../base/errors.js'
import { knownValue, ownValue } from '../../base/own-value.js'
import { openDataset } from '../../dataset/open.js'
import { settlePatients } from '../../dataset/patients/settle.js'
import { resolvePositive } from '../../dataset/positive.js'
import type { Cohort } from '../../dataset/sample.js'
import type { Config } from '../config/schema.js'

export interface OpenedCohorts {
  readonly internal: Cohort
  /** By the name of the hospital's set. */
  readonly external: Readonly<Record<string, Cohort>>
  readonly classes: string[]
  /** The class that is looked for; null where there are more than two. */
  readonly positive: string | null
  /** How many there are of all sets. */
  readonly films: number
}

/** Opens every dataset. Throws a `UserError` where classes, the positive one or patients leave a question open. */
export function openCohorts(config: Config): OpenedCohorts {
  const internal = openInternal(config)
  const names = Object.keys(config.external)
  const external = Object.fromEntries(names.map((name) => [name, openExternal(config, name)]))
  const { classes } = internal
  const positive = resolvePositive(classes, config.positive ?? undefined)
  settlePatients(internal, config.split.by)
  for (const [name, cohort] of Object.entries(external))
    refuseUnknownClasses(`external set ${name}`, cohort, 'the dataset has', classes)
  const films = [internal, ...Object.values(external)].reduce((sum, cohort) => sum + cohort.films.length, 0)
  return { internal, external, classes, positive, films }
}

export function openInternal({ dataset, patientFrom, encoding, roi }: Config): Cohort {
  return openDataset(dataset, {
    patientFrom: patientFrom ?? undefined,
    encoding: encoding ?? undefined,
    roi: roi.internal,
  })
}

export function openExternal({ external, patientFrom, encoding, roi }: Config, name: string): Cohort {
  return openDataset(knownValue(external, name), {
    patientFrom: patientFrom ?? undefined,
    encoding: encoding ?? undefined,
    roi: ownValue(roi, name),
    name,
    idPrefix: `${name}-`,
  })
}

/**
 * Refuses a cohort with a class that the run has not.
 * @param where what the cohort is called in the message
 * @param whose begins the list of known classes: `the dataset has`
 */
export function refuseUnknownClasses(
  where: string,
  cohort: Pick<Cohort, 'classes'>,
  whose: string,
  known: readonly string[],
): void {
  const unknown = cohort.classes.filter((label) => !known.includes(label))
  if (unknown.length === 0) return
  throw new UserError(
    `${where} has class ${unknown.join(', ')}, but ${whose} ${known.join(', ')}; rename its folders or labels to match`,
  )
}
