/** `kopt evaluate`: AUC with its interval, and tests between columns of scores, for scores from anywhere. */
import type { Command } from 'commander'
import { throwProblems, UserError } from '../../base/errors.js'
import { resolvePositive } from '../../dataset/positive.js'
import { delongTest } from '../../metrics/auc-difference.js'
import { aucInterval } from '../../metrics/auc-interval.js'
import { holm } from '../../metrics/holm.js'
import { pValue, signed, withInterval } from '../../report/format.js'
import type { Outside } from '../command.js'
import { examples, jsonOption, positiveOption } from '../options.js'
import { readScoreTable } from '../score-table.js'

const form = 'a table of scores has the columns label,score and may have score_b, score_c ... and patient'

export function define(command: Command, { print }: Outside): void {
  command
    .description(
      'AUC with a 95 % interval (logit DeLong) for each column of scores, and paired tests between the columns.\n' +
        'Where patients have several rows, all of it takes that into account (Obuchowski 1997).',
    )
    .argument(
      '<scores>',
      'CSV with the columns label, score[, score_b ...][, patient]; higher means more likely positive',
    )
    .addOption(positiveOption())
    .addOption(jsonOption())
    .action((file: string, options: { positive?: string; json?: boolean }) => {
      const evaluation = evaluateScores(file, options.positive)
      print(options.json ? JSON.stringify(evaluation) : inWords(evaluation))
    })
  examples(command, [
    ['One classifier', 'kopt evaluate scores.csv'],
    ['Two readers of the same films, several films a patient', 'kopt evaluate readers.csv --positive sinusitis --json'],
  ])
}

type Evaluation = ReturnType<typeof evaluateScores>

function evaluateScores(file: string, askedPositive?: string) {
  const table = readScoreTable(file, ['label', 'score'], form)
  const columns = table.header.filter((name) => /^score(_.+)?$/.test(name))
  const labels = table.text('label')
  throwProblems(
    file,
    labels.flatMap((label, i) => (label === '' ? [`the label of data row ${i + 1} is empty; give its class`] : [])),
  )
  const classes = [...new Set(labels)].sort()
  if (classes.length !== 2) {
    throw new UserError(
      `${file} has ${classes.length === 1 ? `only one class, '${classes[0]}'` : `${classes.length} classes (${classes.join(', ')})`} in its column label; two were expected, such as 0 and 1`,
    )
  }
  const positive = resolvePositive(classes, askedPositive)
  const yTrue = labels.map((label) => (label === positive ? 1 : 0))
  const scores = Object.fromEntries(columns.map((column) => [column, table.numbers(column)]))
  const patients = table.header.includes('patient') ? table.text('patient') : undefined
  if (patients?.includes(''))
    throw new UserError(`${file} has rows without a patient; give one in every row, or drop the column`)

  const several = patients !== undefined && new Set(patients).size < patients.length
  const intervals = Object.fromEntries(
    columns.map((column) => [column, aucInterval(yTrue, scores[column], several ? { patients } : {})]),
  )
  const pairs = columns.flatMap((a, i) => columns.slice(i + 1).map((b) => [a, b] as const))
  const tests = pairs.map(([a, b]) => delongTest(yTrue, scores[a], scores[b], several ? { patients } : {}))
  const adjusted = holm(tests.map((test) => test.p ?? Number.NaN))
  return {
    n: yTrue.length,
    positive,
    classes: Object.fromEntries(classes.map((label) => [label, labels.filter((other) => other === label).length])),
    auc: intervals.score,
    ...(columns.length > 1 ? { aucs: intervals } : {}),
    comparisons: pairs.map(([a, b], i) => {
      const { difference, low, high, z, p, method, delong, reason } = tests[i]
      return { a, b, difference, low, high, z, p, pHolm: adjusted[i], method, delong, ...(reason ? { reason } : {}) }
    }),
    ...(several ? { clustered: { patients: new Set(patients).size, ...intervals.score } } : {}),
  }
}

function inWords(evaluation: Evaluation): string {
  const { n, positive, classes, auc, aucs, comparisons, clustered } = evaluation
  const groups = Object.entries(classes).map(([label, count]) => `${label} ${count}`)
  const lines = [`${n} rows (${groups.join(', ')}), positive class: ${positive}`]
  if (clustered) lines.push(`${clustered.patients} patients, some with several rows: intervals and tests allow for it`)
  for (const [name, { value, low, high }] of Object.entries(aucs ?? { score: auc })) {
    lines.push(`${name}: AUC ${withInterval(value, low, high)}`)
  }
  for (const { a, b, difference, low, high, p } of comparisons) {
    lines.push(`${a} - ${b}: ${signed(difference)} (${signed(low)} to ${signed(high)}), ${pValue(p)}`)
  }
  return lines.join('\n')
}
