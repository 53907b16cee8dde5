/** `kopt evaluate`: one verb in three forms, told apart by what is named: a table of scores, the folder of a run, a folder of readings. */
import { type Command, Option } from 'commander'
import { UserError } from '../../base/errors.js'
import { exists, isDirectory } from '../../base/files.js'
import { holdsReadings } from '../../studio/server/readings/read-readings.js'
import type { Outside } from '../command.js'
import { encodingOption, patientFromOption, positiveOption } from '../config-options.js'
import { evaluateReadings } from '../evaluate/evaluate-readings.js'
import { evaluateRun } from '../evaluate/evaluate-run.js'
import { evaluateScores } from '../evaluate/evaluate-scores.js'
import { anyNumber, examples, share } from '../options.js'

interface Options {
  encoding?: string
  positive?: string
  cutoff?: number
  prevalence?: number
  name?: string
  patientFrom?: string
  roi?: string
  backbone?: string
  skipUnreadable?: boolean
  csv?: boolean
}

/** Options of one form alone, as they are typed. */
const forms = {
  scores: { positive: '--positive', cutoff: '--cutoff', prevalence: '--prevalence' },
  run: {
    name: '--name',
    patientFrom: '--patient-from',
    roi: '--roi',
    backbone: '--backbone',
    skipUnreadable: '--skip-unreadable',
  },
  readings: { csv: '--csv' },
} as const

export function define(command: Command, outside: Outside): void {
  command
    .usage('SCORES.csv [options]\n       kopt evaluate RUN DATASET [options]\n       kopt evaluate READINGS [options]')
    .description(
      'SCORES.csv: AUC with a 95 % interval for each column of scores, paired tests between the columns, measures at a cutoff, and, where scores are probabilities, calibration and net benefit. Patients with several rows are allowed for.\n\n' +
        'RUN DATASET: the arms of a finished run on films that it has never seen, such as those of one more hospital. Nothing is fitted; the figures are added to the report, and result.json stays as it was.\n\n' +
        'READINGS: a folder of blinded readings, as the studio leaves them (spot the fake): what each reader could tell, all of them together, how far they agree, and what the clue before a second round did.',
    )
    .argument(
      '<scores-run-or-readings>',
      'CSV with the columns label, score[, score_b ...][, patient][, set], higher meaning more likely positive (- for standard input); a run folder; or a folder of readings',
    )
    .argument('[dataset]', 'with a run: films like those that `kopt run` takes')
    .addOption(encodingOption())
    .optionsGroup('With SCORES.csv:')
    .addOption(positiveOption())
    .addOption(
      new Option(
        '--cutoff <score>',
        'a row is called positive from here on (default: 0.5 for probabilities)',
      ).argParser(anyNumber),
    )
    .addOption(
      new Option(
        '--prevalence <share>',
        'share of diseased for PPV, NPV and net benefit (default: that of the rows)',
      ).argParser(share),
    )
    .optionsGroup('With RUN DATASET:')
    .option('--name <name>', 'name of the set (default: that of the dataset)')
    .addOption(patientFromOption())
    .option('--roi <file>', 'annotations; films are cut to their regions')
    .option('--backbone <file>', "where the run's backbone lies now, if it was moved")
    .option('--skip-unreadable', 'leave unreadable films out, counted, in place of refusing them')
    .optionsGroup('With READINGS:')
    .option('--csv', 'print a CSV table')
    .action(async (place: string, dataset: string | undefined, options: Options) => {
      const form = isDirectory(place) ? (holdsReadings(place) ? 'readings' : 'run') : 'scores'
      refuseOther(form, options)
      if (form === 'readings') {
        if (dataset !== undefined)
          throw new UserError(`${place} holds readings, and ${dataset} is one argument too many; leave it out`)
        return evaluateReadings(place, options, outside)
      }
      if (form === 'run') {
        if (dataset === undefined) {
          throw new UserError(`${place} is a folder; name the films too: kopt evaluate ${place} DATASET`)
        }
        return evaluateRun({ ...options, run: place, dataset }, outside)
      }
      if (dataset !== undefined) {
        if (!exists(place)) throw new UserError(`${place} does not exist; name the folder that \`kopt run\` printed`)
        throw new UserError(
          `${place} is no folder of a run, and ${dataset} is one argument too many; kopt evaluate takes SCORES.csv alone, or RUN and DATASET`,
        )
      }
      return evaluateScores(place, options, outside)
    })
  examples(command, [
    ['One classifier', 'kopt evaluate scores.csv'],
    ['The same from another program', 'export-scores | kopt evaluate -'],
    ['Two readers of the same films, several films a patient', 'kopt evaluate readers.csv --positive sinusitis --json'],
    ['PPV, NPV and net benefit where 1 patient in 20 is ill', 'kopt evaluate scores.csv --prevalence 0.05'],
    ['Readers who spotted the fake in the studio', 'kopt evaluate studio/readings/0f3a9c5d7e1b2468'],
    ['A finished run on one more hospital', 'kopt evaluate runs/0001-ours films/clinic-c --patient-from prefix'],
  ])
}

function refuseOther(form: keyof typeof forms, options: Options): void {
  const names = { scores: 'SCORES.csv', run: 'RUN DATASET', readings: 'READINGS' }
  const others = (Object.keys(forms) as (keyof typeof forms)[]).filter((other) => other !== form)
  for (const other of others) {
    for (const [key, flag] of Object.entries(forms[other])) {
      if (options[key as keyof typeof options] === undefined) continue
      throw new UserError(
        form === 'run' && other === 'scores'
          ? `${flag} is for SCORES.csv; with a run its own configuration holds, so leave ${flag} out`
          : `${flag} is for ${names[other]}; with ${names[form]} leave ${flag} out`,
      )
    }
  }
}
