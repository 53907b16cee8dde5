/** Films of one dataset for the verbs that work on films without an experiment: opened, audited, loaded. */
import type { NDArray } from '../base/ndarray.js'
import { type Audited, type AuditOptions, auditCohorts } from '../dataset/audit.js'
import { loadPixels } from '../dataset/load.js'
import { type OpenOptions, openDataset } from '../dataset/open.js'
import type { Film } from '../dataset/sample.js'

export interface ReadFilms extends Audited {
  /** Pixels uint8 [N, height, width, channels], and each film's class index. */
  load(
    films: readonly Film[],
    target: { height: number; width: number; channels: 1 | 3 },
  ): Promise<{ images: NDArray<'uint8'>; labels: Int32Array }>
}

/** Opens and audits a dataset. Throws a `UserError` with all of its problems. */
export async function readFilms(
  dataset: string,
  {
    patientFrom,
    encoding,
    roi,
    ...options
  }: Pick<AuditOptions, 'skipUnreadable' | 'forSplit' | 'signal'> &
    Pick<OpenOptions, 'patientFrom' | 'encoding' | 'roi'>,
): Promise<ReadFilms> {
  const cohort = openDataset(dataset, { patientFrom, encoding, roi })
  const audited = await auditCohorts({ internal: cohort, external: {} }, options)
  const { classes } = audited.internal.cohort
  return {
    ...audited,
    async load(films, target) {
      const maxValue = audited.internal.maxValue
      const images = await loadPixels(films, { ...target, maxValue }, undefined, options.signal)
      return { images, labels: Int32Array.from(films, (film) => classes.indexOf(film.label)) }
    },
  }
}

/** Channels that hold what the films show. */
export function channelsOf(colour: boolean): 1 | 3 {
  return colour ? 3 : 1
}
