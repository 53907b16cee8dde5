/** `kopt evaluate READINGS`: the blinded readings of a run, as the studio leaves them, each reader and all of them together. */
import { UserError } from '../../base/errors.js'
import { counted, fixed, pValue } from '../../base/format.js'
import { shownLines } from '../../base/shown.js'
import { readersTable } from '../../readers/readers-table.js'
import { type ReadersResult, readersResult } from '../../readers/readers-together.js'
import { readReadings } from '../../studio/server/readings/read-readings.js'
import type { Outside } from '../command.js'
import { difference, type Figure, figureTable, share } from './figure-table.js'

export function evaluateReadings(folder: string, { csv }: { csv?: boolean }, { result }: Outside): void {
  const found = readersResult(readReadings(folder).map(([, reading]) => reading))
  if (found.readings.length === 0)
    throw new UserError(`no reading in ${folder} is complete; read on in the studio, and ask again`)
  result(found, shownLines(csv ? readersTable(found).trimEnd().split('\n') : inWords(found)))
}

function inWords({ readings, together, agreement, clue }: ReadersResult): string[] {
  const after = (round: 1 | 2) => (round === 2 ? ', second round' : '')
  const each = readings.map(({ reader, round, films, auc, right, medianSeconds }): [string, Figure[]] => [
    `${reader}${after(round)} (${counted(films, 'film')}, ${fixed(medianSeconds, 1)} s a film)`,
    [share('AUC', auc, '0.5 is guessing'), share('called what they are', right)],
  ])
  const all = together.map(({ round, readers, films, auc }): [string, Figure[]] => [
    `all ${readers} readers${after(round)} (${counted(films, 'film')})`,
    [share('mean AUC', auc, 'readers and films random')],
  ])
  const pairs = agreement.map(({ round, readers, films, kappa }): [string, Figure[]] => [
    `${readers.join(' and ')}${after(round)} (${counted(films, 'film')})`,
    [share('kappa', kappa ?? { value: null, low: null, high: null }, 'of real, can’t tell, synthetic')],
  ])
  const effects = clue.map(({ reader, readers, films, difference: { value, low, high }, p }): [string, Figure[]] => [
    `${reader ?? `all ${readers} readers`}, after the clue less before (${counted(films, 'film')})`,
    [difference('AUC', value, low, high, pValue(p))],
  ])
  return figureTable([...each, ...all, ...pairs, ...effects])
}
