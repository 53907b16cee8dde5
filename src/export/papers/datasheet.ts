/**
 * The data behind a model, after Datasheets for Datasets (Gebru et al. 2021): its questions as far as a run knows answers, in
 * counts alone. No name of a file, no patient, no film.
 */
import { count, counted } from '../../base/format.js'
import { methodsText } from '../../report/methods-text.js'
import { setName } from '../../words/names.js'
import { type ModelFacts, open, researchUse } from './facts.js'
import { bullets, plain, sections, table } from './markdown.js'

export function datasheet(facts: ModelFacts): string {
  const { dataset } = facts.result
  const { classes, split, patients, external, externalPatients, flow } = dataset
  const paragraphs = new Map(methodsText(facts.result).map(({ topic, text }) => [topic, plain(text)]))
  const parts = (['train', 'tuning', 'test'] as const).map((part) => ({
    name: { train: 'Training', tuning: 'Tuning', test: 'Internal test' }[part],
    films: split[part],
    patients: patients[part],
  }))
  const others = Object.entries(external).map(([name, films]) => ({
    name: setName(name),
    films,
    patients: externalPatients[name],
  }))
  const counts = table(
    ['Films', ...classes, 'Patients'],
    [...parts, ...others].map((row) => [
      row.name,
      ...classes.map((name) => count(row.films[name] ?? 0)),
      count(row.patients),
    ]),
  )
  const excluded = flow.flatMap(({ set, found, analysed, excluded }) => [
    `${set === 'internal' ? 'Internal' : setName(set)}: ${counted(found, 'film')} found, ${count(analysed)} analysed.`,
    ...excluded.map(
      (one) => `${set === 'internal' ? 'Internal' : setName(set)}, left out: ${one.reason}: ${count(one.count)}.`,
    ),
  ])
  const questions = sections(2, [
    ['Motivation', bullets([open('for what purpose, by whom and with which funding the films were collected')])],
    ['Composition', `${paragraphs.get('films')}\n\n${counts}\n\n${bullets(excluded)}`],
    [
      'Collection',
      bullets([
        open('institutions, dates, apparatus and views, indications; how films were chosen'),
        open('ethics vote, consent, how the films were de-identified'),
      ]),
    ],
    ['Labels', bullets([open('who labelled, by what, how well readers agree; what each class means')])],
    ['Preprocessing', paragraphs.get('preprocessing') ?? ''],
    ['Division', paragraphs.get('partition') ?? ''],
    ['Synthetic films', paragraphs.get('generator') ?? ''],
    ['Uses', bullets([researchUse, open('what the data may and may not be used for')])],
    ['Distribution', bullets(['The films do not go with the model.', open('whether and where they can be had')])],
    ['Maintenance', bullets([open('who answers for the data')])],
  ])
  return `# Datasheet: ${plain(dataset.name)}\n\nIn counts alone: no file, film or patient is named. Warnings of the run about the films: ${dataset.warnings.length}, in its report.\n\n${questions}`
}
