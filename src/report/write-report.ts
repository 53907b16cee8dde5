/**
 * From what a run left to what is shown of it: report.html, the tables and the figures as files of their own.
 * Needs no model code: a run folder of years ago will do.
 */
import { exists, readJson, readText, writeAtomic } from '../base/files.js'
import { withExternalSets } from '../record/external-set.js'
import { countOpenings } from '../record/openings.js'
import type { RunDirectory } from '../record/run-directory.js'
import type { ClosestPairs, RunSamples } from '../record/samples.js'
import { requireWhole } from '../record/seals.js'
import { readExternalSets, readResult } from '../record/stored-result.js'
import { figureFiles } from './figure-list.js'
import type { TrainingCurveRow } from './figures/training-curves.js'
import { methodsFile } from './methods-text.js'
import { type ReportInput, renderReport } from './report.js'
import { reportTables } from './tables.js'

/** Writes the report, tables and figures of a finished run into its folder. */
export async function writeReport(directory: RunDirectory): Promise<void> {
  const { result, added } = everything(directory)
  const curves = readCurves(directory)
  for (const [name, csv] of Object.entries(reportTables(result))) writeAtomic(directory.table(name), csv)
  for (const [name, svg] of Object.entries(figureFiles(result, curves))) writeAtomic(directory.figure(name), svg)
  writeAtomic(directory.methodsText, methodsFile(result))
  const input = {
    result,
    curves,
    samples: readSamples(directory),
    closest: readClosest(directory),
    openings: countOpenings(directory),
    added,
  }
  writeAtomic(directory.report, renderReport(input))
}

/** The report without any real film, to be passed on; without synthetic ones, too, where they may be copies of films. */
export function sharedReport(directory: RunDirectory): string {
  const shown = everything(directory)
  const suspicious = new Set(shown.result.quality.flatMap((one) => (one.findings?.suspicious ? [one.class] : [])))
  const samples = readSamples(directory).map((sample) => ({
    ...sample,
    real: [],
    synthetic: suspicious.has(sample.class) ? [] : sample.synthetic,
    conventional: [],
  }))
  const openings = countOpenings(directory)
  return renderReport({ ...shown, curves: readCurves(directory), samples, openings })
}

/** The result with the sets that were added to it, and what is said of each of those. */
function everything(directory: RunDirectory): Pick<ReportInput, 'result' | 'added'> {
  const sets = readExternalSets(directory)
  return {
    result: withExternalSets(readResult(directory), sets),
    added: Object.fromEntries(sets.map(({ name, text }) => [name, text])),
  }
}

/** Rows of our own table of numbers: a header, commas, nothing quoted. */
function readCurves(directory: RunDirectory): TrainingCurveRow[] {
  if (!exists(directory.ganCurves)) return []
  requireWhole(directory, directory.ganCurves)
  const [names = [], ...rows] = readText(directory.ganCurves)
    .trim()
    .split('\n')
    .map((row) => row.split(','))
  return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, Number(cells[i])])) as TrainingCurveRow)
}

function readSamples(directory: RunDirectory): NonNullable<ReportInput['samples']> {
  if (!exists(directory.samples)) return []
  requireWhole(directory, directory.samples)
  return readJson<RunSamples>(directory.samples)
}

function readClosest(directory: RunDirectory): ClosestPairs {
  if (!exists(directory.closestPairs)) return []
  requireWhole(directory, directory.closestPairs)
  return readJson<ClosestPairs>(directory.closestPairs)
}
