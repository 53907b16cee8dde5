/** `kopt clean`: what a run folder holds, by size, and room made in it. */
import { type Command, Option } from 'commander'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { cleaningMeans, contentLines, sizeWords } from '../../words/run-contents.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

interface Options {
  yes?: boolean
  dryRun?: boolean
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'Shows what a run folder holds, by size, and what of it may go: of a finished run what neither its report nor its model needs,\n' +
        'nor kopt predict, kopt export and kopt evaluate (synthetic images, features, inner folds, older checkpoints); of a run that was\n' +
        'stopped only what saves time. Asks before it removes anything; where nobody can be asked, nothing is removed without --yes.',
    )
    .argument('<run>', 'run folder')
    .addOption(new Option('--yes', 'remove it without asking').conflicts('dryRun'))
    .option('--dry-run', 'show it only, and ask nothing')
    .action((run: string, options: Options) => clean(run, options, outside))
  examples(command, [
    ['What there is, and then a question', 'kopt clean runs/0001-ours'],
    ['Only to look', 'kopt clean runs/0001-ours --dry-run'],
    ['From a script', 'kopt clean runs/0001-ours --yes --json'],
  ])
}

async function clean(run: string, { yes, dryRun }: Options, outside: Outside): Promise<void> {
  const { cleanRun } = await import('../../experiment/run/clean-run.js')
  let answer: boolean | undefined
  const { state, contents, spareBytes, removedBytes } = await cleanRun(run, async (found) => {
    if (dryRun || yes) return yes === true
    const question = `Remove ${sizeWords(found.spareBytes)}?`
    answer = await outside.confirm(shownLines([...contentLines(found.contents), cleaningMeans(found.state), question]))
    return answer === true
  })
  const end =
    removedBytes > 0
      ? [shown`${sizeWords(removedBytes)} removed from ${shownPath(run)}`]
      : spareBytes > 0
        ? [cleaningMeans(state), shown`${sizeWords(spareBytes)} may go: kopt clean ${shownPath(run)} --yes`]
        : ['nothing may go']
  const kinds = contents.map(({ kind, files, bytes, spareBytes }) => ({ kind, files, bytes, spareBytes }))
  outside.result({ run, state, kinds, spareBytes, removedBytes }, () =>
    // Whoever was asked has seen the rest.
    shownLines(answer === undefined ? [...contentLines(contents), ...end] : end.slice(-1)),
  )
}
