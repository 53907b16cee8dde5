/** `kopt inspect`: what a dataset or one film holds, before anything is done with it. */
import type { Command } from 'commander'
import { throwProblems, UserError } from '../../base/errors.js'
import { exists, isDirectory, readBytes, readHead } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { type AuditedFilm, examineCohorts } from '../../dataset/audit.js'
import { maxFilmBytes } from '../../dataset/load.js'
import { openDataset } from '../../dataset/open.js'
import { resolvePositive } from '../../dataset/positive.js'
import type { Film, Flow, PatientSource } from '../../dataset/sample.js'
import { decodeStored, refusalOf, sniffContent } from '../../image/codec.js'
import { ImageProblem } from '../../image/raster.js'
import { counted, fixed } from '../../report/format.js'
import type { Outside } from '../command.js'
import { examples, jsonOption, patientFromOption } from '../options.js'

interface Options {
  patientFrom?: string
  skipUnreadable?: boolean
  json?: boolean
}

export function define(command: Command, outside: Outside): void {
  command
    .description(
      'A dataset: its classes, patients, sizes and problems; ends with exit code 2 where it can not be used.\n' +
        'One image: its facts and its pixels.',
    )
    .argument('<what>', 'a dataset (folder or CSV manifest), or an image')
    .addOption(patientFromOption())
    .option('--skip-unreadable', 'count files that are no whole image instead of refusing them')
    .addOption(jsonOption())
    .action(async (what: string, options: Options) => {
      if (isImage(what)) outside.print(await inspectImage(what, options))
      else await inspectDataset(what, options, outside)
    })
  examples(command, [
    ['Is this export ready to be used?', 'kopt inspect films/ours'],
    ['Do the names tell the patients apart?', 'kopt inspect films/ours --patient-from prefix'],
    ['One film', 'kopt inspect films/ours/normal/0001.png --json'],
  ])
}

/** An image by its content. Where a file is neither image nor table, reading it as a dataset says so. */
function isImage(what: string): boolean {
  return exists(what) && !isDirectory(what) && refusalOf(sniffContent(readHead(what, 132))) === undefined
}

async function inspectImage(file: string, { json }: Options): Promise<string> {
  const { format, raster } = await decodeStored(readBytes(file, maxFilmBytes)).catch((error) => {
    throw error instanceof ImageProblem ? new UserError(`${file} ${error.message}`, { cause: error }) : error
  })
  const { data, bitDepth } = raster
  const full = 2 ** bitDepth - 1
  const facts = {
    file,
    format,
    rows: raster.height,
    columns: raster.width,
    frames: 1,
    channels: raster.channels,
    bitsStored: bitDepth,
    stored: { ...moments(data), sha256: hashBytes(littleEndianInt32(data)) },
    display: moments(Uint8Array.from(data, (value) => Math.round((value * 255) / full))),
  }
  if (json) return JSON.stringify(facts)
  const { stored } = facts
  return [
    `${file}: ${format.toUpperCase()}, ${facts.rows} rows x ${facts.columns} columns, ${counted(facts.channels, 'channel')}, ${bitDepth} bit`,
    `values ${stored.min} to ${stored.max}, mean ${fixed(stored.mean, 2)}, standard deviation ${fixed(stored.std, 2)}`,
  ].join('\n')
}

function moments(values: ArrayLike<number>): { min: number; max: number; mean: number; std: number } {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i])
    max = Math.max(max, values[i])
    sum += values[i]
  }
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2
  return { min, max, mean, std: Math.sqrt(squares / values.length) }
}

/** Row by row, channels interleaved, the same on every machine. */
function littleEndianInt32(values: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length))
  for (let i = 0; i < values.length; i++) view.setInt32(4 * i, values[i], true)
  return new Uint8Array(view.buffer)
}

async function inspectDataset(dataset: string, options: Options, { print, interruption }: Outside): Promise<void> {
  const cohorts = { internal: openDataset(dataset, options), external: {} }
  const { problems, audited } = await examineCohorts(cohorts, { ...options, signal: interruption() })
  const { cohort, maxValue, colour } = audited.internal
  const { films, classes } = cohort
  const facts = {
    dataset,
    classes: Object.fromEntries(
      classes.map((label) => {
        const own = films.filter((film) => film.label === label)
        return [label, { films: own.length, patients: patientsOf(own) }]
      }),
    ),
    films: films.length,
    patients: patientsOf(films),
    patientSource: cohort.patientSource,
    positive: positiveOf(classes),
    pixels: pixelKinds(films),
    colour,
    maxValue,
    flow: cohort.flow,
    warnings: cohort.warnings,
    problems,
  }
  print(options.json ? JSON.stringify(facts) : inWords(facts))
  throwProblems(`${dataset} can't be used as it is`, problems)
}

function inWords(facts: DatasetFacts): string {
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

interface DatasetFacts {
  dataset: string
  classes: Record<string, { films: number; patients: number }>
  films: number
  patients: number
  patientSource: PatientSource
  positive: string | null
  pixels: ReturnType<typeof pixelKinds>
  flow: Flow
  warnings: readonly string[]
}

const sourceWords = {
  manifest: 'patients from the manifest',
  name: "patients from the films' names",
  folder: 'patients from the folders',
  image: 'each film counts as its own patient',
} as const

function patientsOf(films: readonly Film[]): number {
  return new Set(films.map((film) => film.patient)).size
}

function positiveOf(classes: readonly string[]): string | null {
  try {
    return resolvePositive(classes)
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/** Films by what their pixels are, with the smallest and the largest number of rows and columns. */
function pixelKinds(films: readonly AuditedFilm[]) {
  const kindOf = ({ channels, bitDepth }: AuditedFilm) => `${channels} x ${bitDepth}`
  const kinds = [...new Set(films.map(kindOf))].map((kind) => films.filter((film) => kindOf(film) === kind))
  return kinds.map((own) => ({
    films: own.length,
    channels: own[0].channels,
    bits: own[0].bitDepth,
    rows: extent(own.map((film) => film.height)),
    columns: extent(own.map((film) => film.width)),
  }))
}

function extent(values: readonly number[]): { least: number; most: number } {
  return values.reduce(({ least, most }, value) => ({ least: Math.min(least, value), most: Math.max(most, value) }), {
    least: values[0],
    most: values[0],
  })
}

function range({ least, most }: { least: number; most: number }): string {
  return least === most ? String(least) : `${least} to ${most}`
}
