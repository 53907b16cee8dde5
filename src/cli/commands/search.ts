/** `kopt search`: the stop rule on scores from anywhere, for instance those of another program's runs. */
import { type Command, Option } from 'commander'
import { throwProblems, UserError } from '../../base/errors.js'
import { oneStandardError } from '../../search/one-standard-error.js'
import { slidingWindow } from '../../search/sliding-window.js'
import type { Outside } from '../command.js'
import { examples, jsonOption, wholeNumber } from '../options.js'
import { readScoreTable } from '../score-table.js'

const form = 'a table of scores has the columns k,score and may have repeat'

export function define(command: Command, { print }: Outside): void {
  command
    .description('Says which K the stop rule chooses, given the score of each K. Several rows of one K are averaged.')
    .argument('<scores>', 'CSV with the columns k, score[, repeat]; higher scores are better')
    .addOption(
      new Option('--rule <name>', 'how the search stops')
        .choices(['sliding-window', 'one-standard-error'])
        .default('sliding-window'),
    )
    .addOption(
      new Option('--window <n>', 'K without a better score until the search stops')
        .argParser(wholeNumber(1))
        .default(12),
    )
    .addOption(jsonOption())
    .action((file: string, options: { rule: string; window: number; json?: boolean }) => {
      const answer = searchScores(file, options)
      print(options.json ? JSON.stringify(answer) : inWords(answer, options))
    })
  examples(command, [
    ['The stop rule of the paper on your own scores', 'kopt search scores.csv --window 12'],
    [
      'The smallest K that is within one standard error of the best',
      'kopt search scores.csv --rule one-standard-error --json',
    ],
  ])
}
