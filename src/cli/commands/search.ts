/** `kopt search`: the stop rule on scores of your own, for instance those of another program's runs. */
import { type Command, Option } from 'commander'
import { elementAt } from '../../base/element-at.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { pValue, signed } from '../../base/format.js'
import { Rng } from '../../base/random.js'
import { shownLines } from '../../base/shown.js'
import { signFlipNull } from '../../search/null-distribution.js'
import { applyRule, meanOf, type SearchPolicy, type Stop } from '../../search/policy.js'
import { repeatSpread } from '../../search/score-error.js'
import type { Outside } from '../command.js'
import { encodingOption } from '../config-options.js'
import { examples, wholeNumber } from '../options.js'
import { readScoreTable } from '../score-table.js'

const form = 'a table of scores has the columns k,score and may have repeat'
const rules = ['sliding-window', 'one-standard-error'] as const
const nullDraws = 9999

interface Options {
  rule: (typeof rules)[number]
  window: number
  gaps?: boolean
  encoding?: string
}

export function define(command: Command, { result }: Outside): void {
  command
    .description('Says which K the stop rule chooses, given the score of each K. Several rows of one K are averaged.')
    .argument('<scores>', 'CSV with the columns k, score[, repeat] (- for standard input); higher scores are better')
    .addOption(new Option('--rule <name>', 'how the search stops').choices(rules).default('sliding-window'))
    .addOption(
      new Option('--window <n>', 'K without a better score until the search stops')
        .argParser(wholeNumber(1))
        .default(12),
    )
    .option('--gaps', 'whole K that the table leaves out were never meant to be tried')
    .addOption(encodingOption())
    .action((file: string, { rule, window, gaps, encoding }: Options) => {
      const scores = readScores(file, { gaps, encoding })
      const policy: SearchPolicy = { rule, windowSize: window, fixedK: null }
      const stop = stopOf(file, scores, policy)
      const { kOptimal, stoppedAt, converged } = stop
      result({ kOptimal, stoppedAt, converged }, () => shownLines(inWords(scores, policy, stop)))
    })
  examples(command, [
    ['The stop rule of the paper on your own scores', 'kopt search scores.csv --window 12'],
    ['Scores of K = 1, 2, 4, 8, 16', 'kopt search scores.csv --window 2 --gaps'],
    [
      'The smallest K that is within one standard error of the best',
      'kopt search scores.csv --rule one-standard-error --json',
    ],
  ])
}

interface Scores {
  /** Ascending. */
  ks: number[]
  /** theta[i]: the scores of ks[i], in the order of their repeats. */
  theta: number[][]
}

function readScores(file: string, { gaps, encoding }: Pick<Options, 'gaps' | 'encoding'>): Scores {
  const table = readScoreTable(file, ['k', 'score'], form, encoding)
  const ks = table.numbers('k', 1)
  const scores = table.numbers('score')
  const repeats = table.header.includes('repeat') ? table.text('repeat') : undefined
  const byK = new Map<number, Map<string, number>>()
  const problems: string[] = []
  scores.forEach((score, i) => {
    const k = elementAt(ks, i)
    const byRepeat = byK.get(k) ?? new Map<string, number>()
    const repeat = repeats?.[i] ?? String(byRepeat.size)
    if (byRepeat.has(repeat)) problems.push(`K = ${k} has two scores of repeat '${repeat}'; keep one`)
    byK.set(k, byRepeat.set(repeat, score))
  })
  throwProblems(file, problems)
  const sorted = [...byK].sort(([a], [b]) => a - b)
  const [least, first] = elementAt(sorted, 0)
  let before = least
  for (const [k] of sorted) {
    if (k > Math.floor(before) + 1 && !gaps) {
      throw new UserError(
        `${file} has no score of K = ${Math.floor(before) + 1}, but one of K = ${k}; the rule looks at every K in turn. Score it, or say --gaps where it was never meant to be tried`,
      )
    }
    before = k
  }
  const names = [...first.keys()].sort()
  const theta = sorted.map(([k, byRepeat]) =>
    names.map((name) => {
      const score = byRepeat.get(name)
      if (score === undefined || byRepeat.size !== names.length) {
        throw new UserError(
          `${file} has other repeats for K = ${k} than for K = ${least}; score every K in the same repeats`,
        )
      }
      return score
    }),
  )
  return { ks: sorted.map(([k]) => k), theta }
}

function stopOf(file: string, { ks, theta }: Scores, policy: SearchPolicy): Stop {
  if (policy.rule === 'one-standard-error' && elementAt(theta, 0).length < 2) {
    throw new UserError(`${file} has one score of each K; one-standard-error needs two repeats or more (column repeat)`)
  }
  return applyRule(ks, theta.map(meanOf), policy, (a, b) => {
    const others = elementAt(theta, b)
    const differences = elementAt(theta, a).map((value, r) => value - elementAt(others, r))
    return (repeatSpread(differences) ?? Number.NaN) / Math.sqrt(differences.length)
  })
}

function inWords({ ks, theta }: Scores, policy: SearchPolicy, { kOptimal, stoppedAt, converged }: Stop): string[] {
  const end =
    policy.rule !== 'sliding-window'
      ? 'of all K scored'
      : converged
        ? `stopped at ${stoppedAt}`
        : `the best so far: the scores end at ${stoppedAt}, before ${policy.windowSize} K without a better one, so the rule has not stopped`
  const lines = [`K = ${kOptimal} (${end})`]
  const flipped = signFlipNull(ks, theta, policy, { draws: nullDraws, rng: new Rng(1) })
  if (flipped.p !== null && flipped.gain !== null) {
    const repeats = elementAt(theta, 0).length
    lines.push(
      `gain over K = ${ks[0]}: ${signed(flipped.gain)}, ${pValue(flipped.p)} given these tuning cases (repeats flipped; at least ${2 ** -repeats} with ${repeats} repeats)`,
    )
  }
  return lines
}
