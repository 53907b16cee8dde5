/** An inspection of a dataset, line by line: the same at the terminal and in the studio. */

import { firstFew } from '../base/first-few.js'
import { counted } from '../base/format.js'
import type { DatasetInspection, SetInspection, Tally } from '../record/inspection.js'
import { pairGroups, pairNames, quietSentence, searchedSentence, sourceWords, trapSentences } from './inspection.js'

export interface InspectionLine {
  /** `set`: what stands before the facts of a set of films. */
  readonly kind: 'set' | 'fact' | 'warning' | 'remark'
  readonly text: string
}

export function inspectionLines(facts: DatasetInspection): InspectionLine[] {
  const external = Object.entries(facts.external)
  const pairs = pairGroups(facts.nearDuplicates).map(({ text, pairs }) => {
    const names = pairs.map((pair) => pairNames(pair, external.length > 0))
    return `${text}: ${firstFew(names)}`
  })
  const quiet = quietSentence(facts)
  const searched = searchedSentence(facts)
  const asks = facts.positive === null && Object.keys(facts.classes).length === 2
  return [
    as('set', heading(facts.dataset, facts)),
    ...setLines(facts, facts.positive),
    ...(asks ? [as('fact', 'which class is looked for? A run will need --positive')] : []),
    ...external.flatMap(([name, set]) => [
      as('set', heading(`external ${name}`, set)),
      ...setLines(set, facts.positive),
    ]),
    ...[...facts.warnings, ...pairs, ...trapSentences(facts)].map((text) => as('warning', text)),
    ...facts.remarks.map((text) => as('remark', text)),
    ...(quiet === null
      ? []
      : [as('remark', `how well the classes are told apart without looking at the disease (0.5 is chance): ${quiet}`)]),
    ...(searched === null ? [] : [as('remark', searched)]),
  ]
}

function as(kind: InspectionLine['kind'], text: string): InspectionLine {
  return { kind, text }
}

function heading(name: string, set: SetInspection): string {
  const films = `${counted(set.films, 'film')} of ${counted(set.patients, 'patient')}`
  return `${name}: ${films} (${sourceWords[set.patientSource]})`
}

function setLines(set: SetInspection, positive: string | null): InspectionLine[] {
  const lines = Object.entries(set.classes).map(([label, counts]) => {
    const mark = label === positive ? ', the positive class' : ''
    return `${label}: ${counted(counts.films, 'film')}, ${counted(counts.patients, 'patient')}${mark}`
  })
  if (set.mixedPatients > 0) {
    lines.push(
      `${counted(set.mixedPatients, 'patient')} with films of several classes (both sides of a body may differ)`,
    )
  }
  for (const { films, channels, bits, rows, columns } of set.pixels) {
    const kind = `${channels === 1 ? 'grey' : 'colour'}, ${bits} bit`
    lines.push(`${counted(films, 'film')}: ${kind}, ${range(rows)} rows x ${range(columns)} columns`)
  }
  for (const { films, words } of set.steps) lines.push(`${counted(films, 'film')} ${words}`)
  lines.push(...tallyLines('maker', set.makers), ...tallyLines('view', set.views))
  for (const { reason, count } of set.flow.excluded) lines.push(`left out: ${counted(count, 'film')}, ${reason}`)
  return lines.map((text) => as('fact', text))
}

/** The commonest values, each with its films per class. */
function tallyLines(what: string, tally: Tally): string[] {
  const total = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((sum, n) => sum + n, 0)
  const shown = Object.entries(tally).toSorted(([, a], [, b]) => total(b) - total(a))
  const words = shown.map(([value, counts]) => {
    const classes = Object.entries(counts).map(([label, n]) => `${label} ${n}`)
    return `${value} (${classes.join(', ')})`
  })
  return words.length === 0 ? [] : [`${what}: ${firstFew(words, 6)}`]
}

function range({ least, most }: { least: number; most: number }): string {
  return least === most ? String(least) : `${least} to ${most}`
}
