/** What the files of each set were and what was done to their grey values, as sentences for the methods of a manuscript. */

import { count, counted, listing } from '../base/format.js'
import type { Result } from '../record/result.js'

type Dataset = Result['dataset']
type Reading = NonNullable<Dataset['readings']>[string]

/** Makers and views that the headers name; nothing where none does. */
export function acquisition(dataset: Dataset): string[] {
  return eachSet(dataset, (reading, films) => {
    const makers = named(reading.makers, 'were taken with apparatus of')
    const views = named(reading.views, 'in the view')
    return makers || views ? `By their headers ${films} ${[makers, views].filter(Boolean).join(', ')}.` : undefined
  })
}

/** Kinds of files, regions, and every step from stored values to grey values; nothing where a result does not say. */
export function greySteps(dataset: Dataset): string[] {
  return eachSet(dataset, (reading, films) => {
    const formats = tally(reading.formats, (format) => format.toUpperCase())
    const cut = reading.regions > 0 ? [`${count(reading.regions)} cut to a region of interest`] : []
    const steps = reading.steps.map((one) => `${count(one.films)} ${one.words}${whichView(one.step)}`)
    const done = [...cut, ...steps].map((one, i) => (i === 0 ? one.replace(/^(\S+) (?!with )/, '$1 were ') : one))
    const notes = reading.notes.map(({ text, films: n }) => `${text} (${counted(n, 'film')})`)
    return [
      `Of ${films} (${formats}), ${done.length > 0 ? listing(done) : 'none needed more than to be decoded'}.`,
      ...(notes.length > 0 ? [`Files said otherwise, and were read so: ${notes.join('; ')}.`] : []),
    ].join(' ')
  })
}

/** A DICOM file may hold several windows and tables. */
function whichView(step: string): string {
  return step === 'windowed' || step === 'voi-lut' ? ' (the first of the file, unless the manifest named another)' : ''
}

function eachSet({ readings = {} }: Dataset, say: (reading: Reading, films: string) => string | undefined): string[] {
  return Object.entries(readings).flatMap(([set, reading]) => {
    const films = set === 'internal' ? 'the internal films' : `the films of the external set “${set}”`
    return say(reading, films) ?? []
  })
}

function tally(counts: Readonly<Record<string, number>>, name: (key: string) => string = (key) => key): string {
  return listing(Object.entries(counts).map(([key, films]) => `${count(films)} ${name(key)}`))
}

function named(counts: Readonly<Record<string, number>>, words: string): string {
  const entries = Object.entries(counts).map(([name, films]) => `${name} (${count(films)})`)
  return entries.length > 0 ? `${words} ${listing(entries)}` : ''
}
