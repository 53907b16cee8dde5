/** Runs of the same films that lie here already: gone on with, shown, or left for a new one. */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { isDirectory } from '../../base/files.js'
import { koptCommand } from '../../base/shell-word.js'
import { shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { storedConfig } from '../../experiment/config/stored.js'
import type { ExperimentRequest } from '../../experiment/run/run-experiment.js'
import { RunDirectory } from '../../record/run-directory.js'
import { listRuns } from '../../record/run-list.js'
import type { RunStatus } from '../../record/run-status.js'
import type { Outside } from '../command.js'
import type { Guide } from './guide.js'

/** The runs of these films that lie here, the one begun last first. */
export function runsOf(films: string): RunStatus[] {
  if (!isDirectory('runs')) return []
  const where = path.resolve(films)
  const isOfFilms = ({ folder, state }: RunStatus) => {
    if (state === 'damaged') return false
    try {
      return storedConfig(new RunDirectory(folder), '').dataset === where
    } catch (error) {
      if (error instanceof UserError) return false
      throw error
    }
  }
  return listRuns('runs')
    .filter(isOfFilms)
    .toSorted((a, b) => (b.begun ?? '').localeCompare(a.begun ?? ''))
}

/** An earlier run to go on with; 'nothing' where there is nothing to do; undefined where a new one begins. */
export async function goneOnWith(
  [last]: readonly RunStatus[],
  isNew: boolean,
  guide: Guide,
  { result }: Outside,
): Promise<ExperimentRequest | 'nothing' | undefined> {
  if (last === undefined || isNew) return undefined
  const folder = shownPath(last.folder)
  switch (last.state) {
    case 'running':
      result(
        { runFolder: folder },
        shownLines([
          `${folder}, a run of these films, is at work. How far it is: ${koptCommand('status', folder, '--watch')}`,
          'A second one beside it: add --new',
        ]),
      )
      return 'nothing'
    case 'stopped': {
      guide.say(`${folder}, a run of these films, was stopped before its end.`)
      if (!(await guide.confirm('Go on with it?'))) return undefined
      guide.showCommand(koptCommand('resume', folder))
      return { out: folder, resume: true }
    }
    case 'finished': {
      guide.say(`${folder}, a run of these films, has ended: ${last.verdict?.text ?? 'without a verdict'}`)
      if (await guide.choose('Begin another one?')) return undefined
      result(
        { runFolder: folder, verdict: last.verdict },
        shownLines([
          last.verdict?.text ?? 'No verdict.',
          `Report: ${shownPath(new RunDirectory(last.folder).report)}`,
          'Another run of these films: add --new',
        ]),
      )
      return 'nothing'
    }
    default:
      return undefined
  }
}
