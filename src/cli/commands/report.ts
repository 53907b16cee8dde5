/** `kopt report`: the report once more, from what the run left; nothing is computed again. */
import type { Command } from 'commander'
import { writeAtomic } from '../../base/files.js'
import { shown } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { openRun } from '../../record/run-store.js'
import { sharedReport, writeReport } from '../../report/write-report.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, { result }: Outside): void {
  command
    .description('Writes report.html, tables and figures of a finished run again, from its result.json.')
    .argument('<run>', 'run folder')
    .option('--share', 'write report-share.html instead: without a single real film, to be passed on')
    .action(async (run: string, { share }: { share?: boolean }) => {
      const { directory, release } = openRun(run, 'report')
      try {
        if (share) writeAtomic(directory.sharedReport, sharedReport(directory))
        else await writeReport(directory)
      } finally {
        release()
      }
      const report = share ? directory.sharedReport : directory.report
      result({ report }, shown`Report: ${shownPath(report)}`)
    })
  examples(command, [
    ['After an update of kopt', 'kopt report runs/0001-ours'],
    ['For people who may not see the films', 'kopt report runs/0001-ours --share'],
  ])
}
