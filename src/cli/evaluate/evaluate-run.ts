/** `kopt evaluate RUN DATASET`: a finished run's arms on one more hospital's films. */

import { pValue, signedInterval, withInterval } from '../../base/format.js'
import { shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { ExternalRequest } from '../../experiment/external/evaluate.js'
import type { ExternalSet } from '../../record/external-set.js'
import { writeReport } from '../../report/write-report.js'
import { armInSentence } from '../../words/names.js'
import type { Outside } from '../command.js'

export async function evaluateRun(request: ExternalRequest, outside: Outside): Promise<void> {
  // Everything that computes is loaded here, so that --help is quick.
  const { evaluateExternal } = await import('../../experiment/external/evaluate.js')
  const { directory, set, file } = await evaluateExternal(request, {
    writeReport,
    onEvent: outside.show,
    signal: outside.interruption(),
  })
  outside.result(
    set,
    shownLines([...inWords(set), `Added: ${shownPath(file)}`, `Report: ${shownPath(directory.report)}`]),
  )
}

function inWords({ name, films, patients, arms, comparisons, overlapChecked, text }: ExternalSet): string[] {
  const counts = Object.entries(films).map(([label, count]) => `${label} ${count}`)
  const total = Object.values(films).reduce((sum, count) => sum + count, 0)
  const overlap = overlapChecked
    ? []
    : ['The run’s private folder is gone: whether these films are among its own could not be checked.']
  return [
    `${name}: ${total} films (${counts.join(', ')}) of ${patients} patients`,
    ...overlap,
    ...arms.map(({ name: arm, evaluation: { auc } }) => `${arm}: AUC ${withInterval(auc.value, auc.low, auc.high)}`),
    ...comparisons
      .filter(({ b }) => b === 'OD')
      .map(
        ({ a, b, difference, low, high, p, delong }) =>
          `${armInSentence(a)} less ${armInSentence(b)}: ${signedInterval(difference, low, high)}, ${pValue(p)}${delong.p === null ? '' : ` (DeLong’s plain test: ${pValue(delong.p)})`}, for these fitted models and these films`,
      ),
    text,
  ]
}
