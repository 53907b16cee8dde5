/** What a person has chosen as a line for a terminal. */
import { koptCommand } from '../../../base/shell-word.js'
import type { RunRequest } from '../../wire/run-request.js'

export function commandLine(
  verb: 'run' | 'plan',
  { dataset, external, preset, positive, patientFrom, set }: RunRequest,
): string {
  const words: string[] = [verb, dataset === '' ? 'FILMS' : dataset]
  for (const [name, place] of Object.entries(external)) words.push('--external', `${name}=${place}`)
  if (preset !== 'standard') words.push('--preset', preset)
  if (positive !== null) words.push('--positive', positive)
  if (patientFrom !== null) words.push('--patient-from', patientFrom)
  for (const [place, text] of Object.entries(set)) words.push('--set', `${place}=${text}`)
  return koptCommand(...words)
}
