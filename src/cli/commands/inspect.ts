/** `kopt inspect`: what a dataset or one film holds, before anything is done with it. */
import type { Command } from 'commander'
import { throwProblems } from '../../base/errors.js'
import { exists, isDirectory, readHead } from '../../base/files.js'
import { type DatasetInspection, type FileInspection, inspectDataset, inspectFile } from '../../dataset/inspection.js'
import { refusalOf, sniffContent } from '../../image/codec.js'
import { counted, fixed } from '../../report/format.js'
import type { Outside } from '../command.js'
import { examples, jsonOption, patientFromOption } from '../options.js'

interface Options {
  patientFrom?: string
  skipUnreadable?: boolean
  json?: boolean
}

export function define(command: Command, { print, interruption }: Outside): void {
  command
    .description(
      'A dataset: its classes, patients, sizes and problems; ends with exit code 2 where it can not be used.\n' +
        'One image: its facts and its pixels.',
    )
    .argument('<what>', 'a dataset (folder or CSV manifest), or an image')
    .addOption(patientFromOption())
    .option('--skip-unreadable', 'count files that are no whole image instead of refusing them')
    .addOption(jsonOption())
    .action(async (what: string, { json, ...options }: Options) => {
      if (isImage(what)) {
        const facts = await inspectFile(what)
        return print(json ? JSON.stringify(facts) : fileInWords(facts))
      }
      const facts = await inspectDataset(what, { ...options, signal: interruption() })
      print(json ? JSON.stringify(facts) : datasetInWords(facts))
      throwProblems(`${what} can't be used as it is`, facts.problems)
    })
  examples(command, [
    ['Is this export ready to be used?', 'kopt inspect films/ours'],
    ['Do the names tell the patients apart?', 'kopt inspect films/ours --patient-from prefix'],
    ['One film', 'kopt inspect films/ours/normal/0001.png --json'],
  ])
}

/** An image by its content. A file that is neither image nor table is refused where it is read as a dataset. */
function isImage(what: string): boolean {
  return exists(what) && !isDirectory(what) && refusalOf(sniffContent(readHead(what, 132))) === undefined
}

function fileInWords({ file, format, rows, columns, channels, bitsStored, stored }: FileInspection): string {
  const size = `${rows} rows x ${columns} columns, ${counted(channels, 'channel')}, ${bitsStored} bit`
  const values = `values ${stored.min} to ${stored.max}, mean ${fixed(stored.mean, 2)}`
  return `${file}: ${format.toUpperCase()}, ${size}\n${values}, standard deviation ${fixed(stored.std, 2)}`
}

const sourceWords = {
  manifest: 'patients from the manifest',
  name: "patients from the films' names",
  folder: 'patients from the folders',
  image: 'each film counts as its own patient',
} as const

function datasetInWords(facts: DatasetInspection): string {
  const films = `${counted(facts.films, 'film')} of ${counted(facts.patients, 'patient')}`
  const lines = [`${facts.dataset}: ${films} (${sourceWords[facts.patientSource]})`]
  for (const [label, own] of Object.entries(facts.classes)) {
    const mark = label === facts.positive ? ', the positive class' : ''
    lines.push(`  ${label}: ${counted(own.films, 'film')}, ${counted(own.patients, 'patient')}${mark}`)
  }
  if (facts.positive === null) lines.push('  which class is looked for? A run will need --positive')
  for (const { films: many, channels, bits, rows, columns } of facts.pixels) {
    const kind = `${channels === 1 ? 'grey' : 'colour'}, ${bits} bit`
    lines.push(`  ${counted(many, 'film')}: ${kind}, ${range(rows)} rows x ${range(columns)} columns`)
  }
  for (const { reason, count } of facts.flow.excluded) lines.push(`  left out: ${counted(count, 'film')}, ${reason}`)
  for (const warning of facts.warnings) lines.push(`  warning: ${warning}`)
  return lines.join('\n')
}

function range({ least, most }: { least: number; most: number }): string {
  return least === most ? String(least) : `${least} to ${most}`
}
