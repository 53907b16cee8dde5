/**
 * A table of labels joined to films: the table and the manifest that comes of it lie in a folder of the studio's own, so that
 * nothing is written among the films and a table that was wrong is joined anew.
 */
import path from 'node:path'
import { z } from 'zod'
import { builtModule } from '../../../base/built.js'
import { runInChild } from '../../../base/child-process.js'
import { UserError } from '../../../base/errors.js'
import { isDirectory, listDirectory, makeDirectory, moveFile, removeDirectory } from '../../../base/files.js'
import { randomKey } from '../../../base/hash.js'
import { pathParts } from '../../../base/path-name.js'
import { koptCommand } from '../../../base/shell-word.js'
import type { Joining } from '../../../dataset/labels/join.js'
import { joiningRemarks } from '../../../inspection/joining.js'
import type { JoinedLabels } from '../../wire/dataset.js'
import { shownIn, type Workplace } from '../workplace.js'
import type { LabelsJob } from './labels-process.js'
import type { Dataset, DatasetRegister } from './register.js'
import type { Uploads } from './uploads.js'

const column = z.string().trim().min(1).max(1000).optional()

export const labelsRequest = z.object({
  /** Holds the table alone. */
  upload: z.string().regex(/^[0-9a-f]{16}$/),
  match: z.string().trim().min(1).max(200),
  keyColumn: column,
  labelColumn: column,
  patientColumn: column,
})

export interface LabelsParts {
  readonly workplace: Workplace
  readonly register: DatasetRegister
  readonly uploads: Uploads
}

/** Joins what was dropped to the films of a dataset, as another dataset. Throws a `UserError` where nothing can be joined. */
export async function joinedLabels(
  dataset: Dataset,
  { upload, match, ...columns }: z.infer<typeof labelsRequest>,
  { workplace, register, uploads }: LabelsParts,
): Promise<JoinedLabels> {
  const dropped = uploads.folderOf(upload)
  const [table, ...others] = listDirectory(dropped)
  if (!table || table.directory || others.length > 0)
    throw new UserError('give one table, saved as CSV from the spreadsheet')
  if (!isDirectory(dataset.path))
    throw new UserError('labels are joined to films that lie in a folder; these have theirs from a table already')
  const folder = path.join(workplace.studio, 'labels', Buffer.from(randomKey(8)).toString('hex'))
  makeDirectory(folder)
  try {
    const labels = path.join(folder, table.name)
    moveFile(path.join(dropped, table.name), labels)
    const [name = 'films'] = pathParts([dataset.name])
    const out = path.join(folder, `${name === table.name.replace(/\.csv$/i, '') ? `${name} joined` : name}.csv`)
    const joining = await runInChild<LabelsJob, never, Joining>(
      builtModule('studio/server/datasets/labels-process'),
      { folder: dataset.path, labels, match, out, ...columns },
      () => {},
    )
    const { id } = register.add(out, 'labelled', `${dataset.name} with ${table.name}`)
    const shown = (place: string) => shownIn(workplace, place)
    const flags = Object.entries({ key: columns.keyColumn, label: columns.labelColumn, patient: columns.patientColumn })
    const command = koptCommand(
      'manifest',
      shown(dataset.path),
      ...['--labels', shown(labels), '--match', match],
      ...flags.flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}-column`, value])),
      ...['--out', shown(out)],
    )
    const { films, classes, rowsWithoutFile, filesWithoutRow } = joining
    return {
      id,
      films,
      classes,
      remarks: joiningRemarks(joining),
      rowsWithoutFilm: rowsWithoutFile.map(({ row, key }) => ({ row, key })),
      filmsWithoutRow: filesWithoutRow,
      command,
    }
  } catch (error) {
    removeDirectory(folder)
    throw error
  } finally {
    uploads.cancel(upload)
  }
}
