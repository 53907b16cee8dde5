/**
 * Images that a generator made elsewhere: one folder per class, any sizes, no patients. Their order is that of their names.
 * They are no cohort: nothing is split, and the same image may stand twice (a collapsed generator makes such).
 */

import { nearest, UserError } from '../../base/errors.js'
import { exists, isDirectory } from '../../base/files.js'
import { counted } from '../../base/format.js'
import { type AuditedFilm, examineFilm, fullWhite } from '../../dataset/audit.js'
import { mapBounded } from '../../dataset/bounded.js'
import { readFolder } from '../../dataset/folder-reader.js'
import { refuse } from '../../dataset/reader.js'
import type { Warning } from '../../dataset/warning.js'

/** An image of a generator, decoded once; `id` is what may be shown, such as 'sinusitis/0012.png'. */
export type GeneratedImage = AuditedFilm

export interface GeneratedImages {
  /** Images of each of the classes asked for, in their order; none for a class without a folder. */
  readonly byClass: readonly (readonly GeneratedImage[])[]
  /** Grey value of full white in 16-bit images, as for films. */
  readonly maxValue: number
  readonly colour: boolean
  readonly warnings: readonly Warning[]
}

/** Throws a `UserError` where there is no such folder. */
export function requireGenerated(folder: string): void {
  if (isDirectory(folder)) return
  const what = exists(folder) ? 'is a file' : 'does not exist'
  throw new UserError(`${folder} ${what}; give a folder of synthetic images, one folder per class`)
}

/** Reads the folder's images for these classes. Throws one `UserError` with every problem: unknown classes, unreadable files. */
export async function readGenerated(
  folder: string,
  classes: readonly string[],
  { onProgress, signal }: { onProgress?: (more: number) => void; signal?: AbortSignal } = {},
): Promise<GeneratedImages> {
  requireGenerated(folder)
  const { films: found, excluded, warnings, problems = [] } = readFolder(folder)
  refuse(`${folder} can't be used as it is`, problems)
  const unknown = [...new Set(found.map((film) => film.label))].filter((label) => !classes.includes(label))
  refuse(
    `${folder} does not fit the dataset's classes ${classes.join(', ')}`,
    unknown.map((label) => {
      const like = nearest(label, classes)
      return `there is no class ${label}${like ? `; is ${like} meant? then rename the folder` : '; rename the folder, or take it away'}`
    }),
  )
  const results = await mapBounded(
    found,
    async (film) => {
      const result = await examineFilm({ ...film, id: film.name, patient: film.name, patientId: film.name })
      onProgress?.(1)
      return result
    },
    signal,
  )
  refuse(
    `${folder} can't be used as it is`,
    results.flatMap((result) => ('problem' in result ? [result.problem] : [])),
  )
  const images = results.flatMap((result) => ('film' in result ? [result.film] : []))
  const missing = classes.filter((label) => !images.some((image) => image.label === label))
  const wide = images.filter((image) => image.bitDepth === 16 && image.white === undefined)
  return {
    byClass: classes.map((label) => images.filter((image) => image.label === label)),
    maxValue: fullWhite(wide.reduce((largest, image) => Math.max(largest, image.largest), 0)),
    colour: images.some((image) => image.channels === 3),
    warnings: [
      ...warnings,
      ...(excluded.length > 0
        ? [`${counted(excluded.length, 'file')} among the synthetic images left out, not being images`]
        : []),
      ...missing.map((label) => `there are no synthetic images of class ${label}`),
    ],
  }
}
