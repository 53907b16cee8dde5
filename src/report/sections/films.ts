/** Films: from found to analysed with every exclusion and its reason (the paper's Figure 3), and the split (its Table 2). */

import { count, counted } from '../../base/format.js'
import type { Result } from '../../record/result.js'
import { setName } from '../../words/names.js'
import { html, type Markup } from '../html.js'
import { bullets, section, table } from '../layout.js'

const allParts = [
  ['train', 'Training'],
  ['tuning', 'Tuning'],
  ['test', 'Test'],
] as const

/**
 * Parts of the split; with folds every film is tested in its fold, and the last model has no test set. Inner folds leave no
 * tuning set.
 */
function partsOf({ folds, search: { innerFolds } }: Result) {
  return allParts.filter(([part]) => (part !== 'test' || folds.length === 0) && (part !== 'tuning' || !innerFolds))
}

const sources: Record<string, string> = {
  manifest: 'Patients are taken from the manifest. All films of a patient are in the same part of the split.',
  name: 'Patients were read from the file names. All films of a patient are in the same part of the split.',
  dicom: 'Patients are taken from DICOM’s PatientID. All films of a patient are in the same part of the split.',
  folder: 'Patients were read from the folders. All films of a patient are in the same part of the split.',
  image: 'Patients were not given: each film counts as a patient of its own.',
}

export function films(result: Result): Markup {
  const { dataset } = result
  const byImage = (result.config.split as { by?: string } | undefined)?.by === 'image'
  return section(
    'films',
    'Films',
    html`<p>${byImage && dataset.patientSource !== 'image' ? 'The split is by film, as the paper’s was: films of one patient may be in several parts.' : (sources[dataset.patientSource] ?? '')}
${dataset.positive === null ? `There are ${dataset.classes.length} classes, and each is compared with the rest.` : html`The positive class, the one that is looked for, is <b>${dataset.positive}</b>.`}</p>`,
    html`<h3>From found to analysed</h3>
<div class="flows">${dataset.flow.map((flow) => flowOf(result, flow))}</div>
<p class="caption"><b>Flow of films</b> (as the paper’s Figure 3). Every film that was found is counted, and every film that was left out has its reason.</p>`,
    splitTable(result),
    dataset.warnings.length > 0 && html`<h3>Noted while reading</h3>${bullets(dataset.warnings)}`,
  )
}

function flowOf(result: Result, flow: Result['dataset']['flow'][number]): Markup {
  const { dataset } = result
  const internal = flow.set === 'internal'
  const excluded = flow.excluded.reduce((sum, one) => sum + one.count, 0)
  const name = internal ? 'Internal films' : setName(flow.set)
  const classes = internal ? undefined : dataset.external[flow.set]
  const patients = internal
    ? dataset.patients.train + dataset.patients.tuning + dataset.patients.test
    : dataset.externalPatients[flow.set]
  return html`<div class="flow${internal && ' internal'}" role="group" aria-label="${name}">
<h4>${name}</h4>
<div class="box"><b>${counted(flow.found, 'film')}</b> found</div>
<div class="out"><div class="box"><b>${counted(excluded, 'film')}</b> excluded${flow.excluded.length > 0 && html`<ul>${flow.excluded.map((one) => html`<li>${one.reason}: ${count(one.count)}</li>`)}</ul>`}</div></div>
<div class="box"><b>${counted(flow.analysed, 'film')}</b> analysed${patients !== undefined && html`, ${counted(patients, 'patient')}`}${classes && html`<ul>${classList(dataset.classes, classes)}</ul>`}</div>
${
  internal &&
  html`<div class="fork">${partsOf(result).map(
    ([part, title]) =>
      html`<div class="box"><b>${title}</b><br>${counted(total(dataset.split[part]), 'film')}, ${counted(dataset.patients[part], 'patient')}<ul>${classList(dataset.classes, dataset.split[part])}</ul></div>`,
  )}</div>`
}
</div>`
}

function classList(classes: readonly string[], counts: Record<string, number>): Markup[] {
  return classes.map((name) => html`<li>${name}: ${count(counts[name] ?? 0)}</li>`)
}

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, value) => sum + value, 0)
}

function splitTable(result: Result): Markup {
  const { classes, positive, split, patients, external, externalPatients } = result.dataset
  const sets = Object.entries(external)
  const parts = partsOf(result)
  const columns = [
    { label: '' },
    ...[...parts.map(([, title]) => title), 'All internal', ...sets.map(([set]) => `External “${set}”`)].map(
      (label) => ({
        label,
        numeric: true,
      }),
    ),
  ]
  const internal = (of: (part: 'train' | 'tuning' | 'test') => number) => {
    const values = parts.map(([part]) => of(part))
    return [...values, values.reduce((sum, value) => sum + value, 0)].map((value) => count(value))
  }
  return table({
    caption: html`<b>Composition of the data</b> (the paper’s Table 2): films of each class, and patients, in every part.${result.folds.length > 0 && ' These are the parts of the model that is handed over; performance on internal films is that of the folds.'}`,
    stack: true,
    columns,
    rows: [
      ...classes.map((name) => ({
        cells: [
          name === positive ? `${name} (positive class)` : name,
          ...internal((part) => split[part][name] ?? 0),
          ...sets.map(([, films]) => count(films[name] ?? 0)),
        ],
      })),
      {
        cells: [
          'All films',
          ...internal((part) => total(split[part])),
          ...sets.map(([, films]) => count(total(films))),
        ],
        strong: true,
      },
      {
        cells: [
          'Patients',
          ...internal((part) => patients[part]),
          ...sets.map(([set]) => count(externalPatients[set] ?? null)),
        ],
      },
    ],
  })
}
