/**
 * What must be known before hours are spent: every film is decoded once; unreadable files, images that stand twice
 * (by their decoded pixels) under two labels, patients or sets, patients on both sides of a given split, and classes with
 * too few patients are found and named all at once.
 */

import path from 'node:path'
import { elementAt } from '../base/element-at.js'
import { InternalError, UserError } from '../base/errors.js'
import { shortened, Unreadable } from '../base/files.js'
import { counted } from '../base/format.js'
import { shownLine } from '../base/shown.js'
import type { DicomFacts } from '../image/dicom/header.js'
import { NoImage } from '../image/dicom/pixel-format.js'
import type { DecodedFilm } from '../image/film.js'
import type { GreyStep } from '../image/grey-step.js'
import { ImageProblem, isFlat, largestValue, type Raster } from '../image/raster.js'
import { mapBounded } from './bounded.js'
import { doubtsOfFilms } from './doubtful-films.js'
import { notesOfFilms } from './film-notes.js'
import { RegionProblem, readDecoded } from './load.js'
import { releaseArrays } from './npz-arrays.js'
import { pixelHashOf } from './pixel-hash.js'
import { firstFew, refuse } from './reader.js'
import { type Cohort, excludeFromFlow, type Film } from './sample.js'
import { tooFewPatients } from './split.js'
import { NamedFilms } from './warning.js'

export interface AuditedFilm extends Film {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly bitDepth: 8 | 16
  /** Grey value of full white, where the file tells it. */
  readonly white?: number
  readonly format: DecodedFilm['format']
  /** What was done to its values on the way from the file. */
  readonly steps: readonly GreyStep[]
  /** What its file says wrongly, and how it was read. */
  readonly notes: readonly string[]
  /** What a DICOM file says about the film. PRIVATE in part. */
  readonly dicom?: DicomFacts
  /** Hash of the decoded pixels (of the region of interest, where there is one): equal exactly for equal images. */
  readonly pixelHash: string
  /** The largest grey value. */
  readonly largest: number
  /** Whether it holds one value alone. */
  readonly flat: boolean
}

export interface AuditedCohort {
  /** Without the films that were left out; its flow and warnings say which and why. */
  readonly cohort: Omit<Cohort, 'films'> & { readonly films: readonly AuditedFilm[] }
  /** Grey value of full white in 16-bit films that don't tell it: the smallest of 255, 1023, 4095, 16383, 65535 that holds them all. */
  readonly maxValue: number
  /** Whether any film has three channels that differ. */
  readonly colour: boolean
}

export interface Audited {
  readonly internal: AuditedCohort
  readonly external: Readonly<Record<string, AuditedCohort>>
  /** Whether any film of any cohort has colour. */
  readonly colour: boolean
}

export interface AuditOptions {
  /** Whether classes need enough patients for a split. Default true. */
  readonly forSplit?: boolean
  /** Leave unreadable files out, counted in the flow, in place of refusing them. */
  readonly skipUnreadable?: boolean
  /** Called with the number of films done since the last call; a further film waits for a promise that it returns. */
  readonly onProgress?: (more: number) => void | Promise<void>
  /** Called with each film while its pixels are there, in any order. */
  readonly observe?: (seen: ObservedFilm) => void
  readonly signal?: AbortSignal
}

/** A film with its pixels (of the region of interest, where there is one). */
export interface ObservedFilm {
  readonly film: AuditedFilm
  readonly raster: Raster
}

export interface Cohorts {
  readonly internal: Cohort
  readonly external: Readonly<Record<string, Cohort>>
}

/** Audits cohorts that are used together. Throws one `UserError` with every problem. */
export async function auditCohorts(cohorts: Cohorts, options: AuditOptions = {}): Promise<Audited> {
  try {
    const { problems, audited } = await examineCohorts(cohorts, options)
    refuse("the films can't be used as they are", problems)
    return audited
  } catch (error) {
    releaseFilms(cohorts)
    throw error
  }
}

/** Gives back the memory of archives that these cohorts are read from; what loads their pixels does so at its end. */
export function releaseFilms({ internal, external }: Cohorts): void {
  for (const { films } of [internal, ...Object.values(external)]) releaseArrays(films.map(({ file }) => file))
}

/** The same without throwing: the problems, and the cohorts as they would be without unreadable and doubled films. */
export async function examineCohorts(
  cohorts: Cohorts,
  options: AuditOptions = {},
): Promise<{ problems: string[]; audited: Audited }> {
  const named: [string, Cohort][] = [['internal', cohorts.internal], ...Object.entries(cohorts.external)]
  const alone = named.length === 1
  const problems: string[] = []
  const readings: { set: string; cohort: Cohort; films: AuditedFilm[]; refused: RefusedFilm[] }[] = []
  for (const [set, cohort] of named) {
    problems.push(...cohort.problems.map((problem) => (alone ? problem : `${cohort.name}: ${problem}`)))
    const results = await mapBounded(
      cohort.films,
      async (film) => {
        const result = await examineFilm(film, options.observe)
        await options.onProgress?.(1)
        return result
      },
      options.signal,
    )
    const films = results.flatMap((result) => ('film' in result ? [result.film] : []))
    const refused = results.flatMap((result) => ('problem' in result ? [result] : []))
    readings.push({ set, cohort, films, refused })
    if (!options.skipUnreadable) {
      const where = alone ? '' : `${cohort.name}: `
      const named = new Set<string>()
      // once for an archive, not for each of its films
      for (const { problem, reason } of new Map(refused.map((one) => [one.problem, one])).values()) {
        problems.push(`${where}${problem}${named.has(reason) ? '' : remedies[reason]}`)
        named.add(reason)
      }
    }
  }

  problems.push(
    ...doubledProblems(
      readings.map(({ set, cohort, films }) => ({ set, cohort, films })),
      alone,
    ),
  )
  const results = readings.map(({ set, cohort, films, refused }) => {
    const { kept, doubled } = withoutDoubles(films, cohort)
    problems.push(...splitPatientProblems(cohort, films))
    // An unreadable film may still be mended: it counts for its class unless it is to be left out.
    if (set === 'internal' && options.forSplit !== false)
      problems.push(...tooFewPatients(options.skipUnreadable ? kept : cohort.films))
    const reasons = [...refused.map(({ reason }) => reason), ...doubled.map(() => 'the same image as another film')]
    const warnings = [...cohort.warnings, ...doubtsOfFilms(kept), ...notesOfFilms(kept)]
    if (doubled.length > 0) {
      const [occur, are] = doubled.length === 1 ? ['occurs', 'is'] : ['occur', 'are']
      const sentence = `${counted(doubled.length, 'film')} of one patient and class ${occur} twice and ${are} used once`
      warnings.push(new NamedFilms(sentence, firstFew(doubled)))
    }
    if (options.skipUnreadable) {
      const of = (reason: RefusedFilm['reason']) => refused.filter((one) => one.reason === reason).length
      if (of('unreadable') > 0) warnings.push(`${counted(of('unreadable'), 'unreadable file')} left out`)
      const others = of(NoImage.reason)
      if (others > 0) warnings.push(`${counted(others, 'DICOM object')} without an image left out`)
      if (of(misplaced) > 0) {
        warnings.push(
          `${counted(of(misplaced), 'region')} of interest that ${of(misplaced) === 1 ? 'does' : 'do'} not fit the film left out`,
        )
      }
    }
    const flow = excludeFromFlow(cohort.flow, reasons)
    const wide = kept.filter((film) => film.bitDepth === 16 && film.white === undefined)
    return {
      cohort: { ...cohort, films: kept, flow, warnings },
      maxValue: fullWhite(wide.reduce((largest, film) => Math.max(largest, film.largest), 0)),
      colour: kept.some((film) => film.channels === 3),
    }
  })
  const [internal, ...others] = results
  if (internal === undefined) throw new InternalError('no cohort was examined')
  const external = Object.fromEntries(Object.keys(cohorts.external).map((name, i) => [name, elementAt(others, i)]))
  return { problems, audited: { internal, external, colour: results.some((result) => result.colour) } }
}

const misplaced = 'the region of interest does not fit the film'

/** What keeps a film from being used: its file, or a region of interest that a good film does not hold. */
export interface RefusedFilm {
  readonly problem: string
  /** As the flow of films counts it. */
  readonly reason: 'unreadable' | typeof misplaced | typeof NoImage.reason
}

const remedies: Record<RefusedFilm['reason'], string> = {
  unreadable: '; replace the file, or leave such files out with --skip-unreadable',
  [NoImage.reason]: '; move it elsewhere, or leave such files out with --skip-unreadable',
  [misplaced]: '; correct the region, or leave such regions out with --skip-unreadable',
}

/** Decodes a film and says what it is, or what is wrong with it. */
export async function examineFilm(
  film: Film,
  observe?: AuditOptions['observe'],
): Promise<{ film: AuditedFilm } | RefusedFilm> {
  const name = shortened(film.name)
  if (film.problem !== undefined) return { problem: `${name} ${film.problem}`, reason: 'unreadable' }
  try {
    const { raster, ...source } = await readDecoded(film)
    const { width, height, channels, bitDepth, white } = raster
    const pixelHash = pixelHashOf(raster)
    const [largest, flat] = [largestValue(raster), isFlat(raster)]
    const pixelFacts = { width, height, channels, bitDepth, white, pixelHash, largest, flat }
    const audited = { ...film, ...source, ...pixelFacts }
    observe?.({ film: audited, raster })
    return { film: audited }
  } catch (error) {
    if (error instanceof NoImage) return { problem: `${name} ${error.message}`, reason: NoImage.reason }
    if (error instanceof RegionProblem) return { problem: `${name} ${error.message}`, reason: misplaced }
    if (error instanceof ImageProblem) return { problem: `${name} ${error.message}`, reason: 'unreadable' }
    if (error instanceof Unreadable) return { problem: `${name} ${error.reason}`, reason: 'unreadable' }
    if (error instanceof UserError) {
      // what is wrong with an archive is so for all of its films
      const shown = film.array === undefined ? name : path.basename(film.file)
      return { problem: error.message.replace(shownLine(film.file), shownLine(shown)), reason: 'unreadable' }
    }
    throw error
  }
}

/** Grey value of full white for a largest value: 8, 10, 12, 14 or 16 bit. */
export function fullWhite(largest: number): number {
  return [255, 1023, 4095, 16383].find((full) => largest <= full) ?? 65535
}

type Placed = { readonly film: AuditedFilm; readonly set: string; readonly cohort: Cohort }

/** Images that stand in two places where they must not, one sentence per kind of place. */
function doubledProblems(
  readings: readonly { set: string; cohort: Cohort; films: readonly AuditedFilm[] }[],
  alone: boolean,
): string[] {
  const groups = new Map<string, Placed[]>()
  for (const { set, cohort, films } of readings) {
    for (const film of films) {
      const group = groups.get(film.pixelHash)
      if (group) group.push({ film, set, cohort })
      else groups.set(film.pixelHash, [{ film, set, cohort }])
    }
  }
  const found = new Map<string, string[]>(doubleKinds.map(({ text }) => [text, []]))
  for (const group of groups.values()) {
    const first = elementAt(group, 0)
    const kind = doubleKinds.find(({ differs }) => group.some((other) => differs(first, other)))
    const other = group.find((film) => kind?.differs(first, film))
    if (kind === undefined || other === undefined) continue
    const nameOf = ({ film, cohort }: Placed) => (alone ? film.name : `${cohort.name}: ${film.name}`)
    found.get(kind.text)?.push(`${nameOf(first)} = ${nameOf(other)}`)
  }
  return doubleKinds.flatMap(({ text, remedy }) => {
    const pairs = found.get(text) as string[]
    return pairs.length === 0
      ? []
      : [
          `${counted(pairs.length, 'image')} ${pairs.length === 1 ? 'occurs' : 'occur'} ${text}: ${firstFew(pairs)}; ${remedy}`,
        ]
  })
}

/** From the gravest to the mildest; an image is named under the first that fits. */
const doubleKinds: readonly { text: string; remedy: string; differs: (a: Placed, b: Placed) => boolean }[] = [
  {
    text: 'in two datasets',
    remedy: 'a test film must not be trained on: remove one of each',
    differs: (a, b) => a.set !== b.set,
  },
  {
    text: 'under two labels',
    remedy: 'keep the true one of each',
    differs: (a, b) => a.film.label !== b.film.label,
  },
  {
    text: "in two sets of the dataset's own split",
    remedy: 'remove one of each',
    // An archive is published as it is: there the training copy is left out.
    differs: (a, b) => a.film.split !== b.film.split && a.film.array === undefined,
  },
  {
    text: 'under two patients',
    remedy: 'remove one of each, or give both the same patient',
    // Where nobody named patients, two equal images are one patient's by what they show.
    differs: (a, b) => a.cohort.patientSource !== 'image' && a.film.patient !== b.film.patient,
  },
]

/** The order in which an archive's sets keep an image that stands in several: what is tested on must not be trained on. */
const keeping = ['test', 'tuning', 'train']

/** The films without further copies of the same image within one patient and class. */
function withoutDoubles(films: readonly AuditedFilm[], cohort: Cohort): { kept: AuditedFilm[]; doubled: string[] } {
  const first = new Map<string, AuditedFilm>()
  const doubled: string[] = []
  const rank = ({ array, split }: AuditedFilm) => (array === undefined ? 0 : keeping.indexOf(split ?? 'train'))
  for (const film of films.toSorted((a, b) => rank(a) - rank(b))) {
    const patient = cohort.patientSource === 'image' ? '' : film.patient
    const set = film.array === undefined ? film.split : undefined
    const key = JSON.stringify([film.pixelHash, film.label, set ?? '', patient])
    const earlier = first.get(key)
    if (earlier) doubled.push(`${earlier.name} = ${film.name}`)
    else first.set(key, film)
  }
  const kept = new Set(first.values())
  return { kept: films.filter((film) => kept.has(film)), doubled }
}

function splitPatientProblems(cohort: Cohort, films: readonly AuditedFilm[]): string[] {
  if (cohort.patientSource === 'image') return []
  const sets = new Map<string, AuditedFilm>()
  const torn = new Map<string, string>()
  for (const film of films) {
    const first = sets.get(film.patient)
    if (first === undefined) sets.set(film.patient, film)
    else if (first.split !== film.split && !torn.has(film.patient))
      torn.set(film.patient, `${first.name} and ${film.name}`)
  }
  if (torn.size === 0) return []
  return [
    `${counted(torn.size, 'patient')} of ${cohort.name} ${torn.size === 1 ? 'has' : 'have'} films in two sets of its own split: ` +
      `${firstFew([...torn.values()])}; move them to one set, or leave the split out and one is made by patient`,
  ]
}
