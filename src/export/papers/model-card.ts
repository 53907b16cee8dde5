/**
 * The model card: Hugging Face's front matter (huggingface.co/docs/hub/model-cards), then the sections of its template
 * (Mitchell et al. 2019) as far as a run knows them.
 */
import { stringify } from 'yaml'
import { short } from '../../base/format.js'
import { type MethodsTopic, methodsText } from '../../report/methods-text.js'
import { referencesOf } from '../../report/references.js'
import { rankingName } from '../../words/names.js'
import {
  backboneLicence,
  generatorCaution,
  limitations,
  type ModelFacts,
  modelTitle,
  open,
  performanceRows,
  researchUse,
  summary,
  whoseFigures,
} from './facts.js'
import { bullets, plain, sections, table } from './markdown.js'

export function modelCard(facts: ModelFacts): string {
  return `---\n${frontMatter(facts)}---\n\n# ${plain(modelTitle(facts))}\n\n**${plain(researchUse)}**\n\n${body(facts)}`
}

function frontMatter(facts: ModelFacts): string {
  const { result } = facts
  const rows = performanceRows(facts).filter(({ aucValue }) => aucValue !== null)
  const sets = [...new Set(rows.map(({ set }) => set))]
  return stringify({
    license: 'other',
    license_name: 'to-be-filled-in',
    library_name: 'onnx',
    pipeline_tag: 'image-classification',
    tags: ['radiography', 'medical-imaging', 'synthetic-data', 'research-use-only', 'kopt'],
    metrics: ['roc_auc'],
    'model-index': [
      {
        name: modelTitle(facts),
        results: sets.map((set) => ({
          task: { type: 'image-classification' },
          dataset: { name: `${result.dataset.name}, ${set}`, type: 'private' },
          metrics: rows
            .filter((row) => row.set === set)
            .map(({ arm, auc, aucValue }) => ({
              type: 'roc_auc',
              value: aucValue,
              name: `${rankingName(result)} of ${arm}, with 95 % interval: ${auc}`,
            })),
        })),
      },
    ],
  })
}

function body(facts: ModelFacts): string {
  const { result, classifier, generator, heads } = facts
  const { verdict } = result
  const paragraphs = new Map(methodsText(result).map(({ topic, text }) => [topic, text]))
  const methods = (...topics: MethodsTopic[]) => topics.map((topic) => plain(paragraphs.get(topic) ?? '')).join('\n\n')
  const rows = performanceRows(facts)
  const performance = table(
    ['Test films', 'Classifier', 'Films', 'Patients', rankingName(result), 'Sensitivity', 'Specificity'],
    rows.map((row) => [
      row.set,
      row.arm,
      String(row.films),
      String(row.patients),
      row.auc,
      row.sensitivity,
      row.specificity,
    ]),
  )
  const absent = 'absent' in generator ? `There is no generator.onnx: ${generator.absent}` : undefined
  return sections(2, [
    ['Model details', plain(summary(facts))],
    [
      'Files',
      bullets([
        'classifier.onnx: backbone and last layer in one; its input contract stands in its metadata, key kopt.',
        `heads.safetensors: last layers of ${heads.length} arms (${heads.join(', ')}): ARM.weight [outputs, features] and ARM.bias [outputs], to be put on the output “features” of classifier.onnx.`,
        absent ??
          'generator.onnx: noise and class in, image out; its inputs are described in its metadata, key kopt. The number of images is left open.',
        'predict.py, predict.mjs: the same probabilities as kopt predict, in Python and in Node.',
        'metadata.json: the same in the form of a MONAI bundle. chai-model-card.xml: CHAI Applied Model Card 0.2. datasheet.md: the data. CITATION.cff: how to cite.',
        'SHA256SUMS: checksums (sha256sum -c SHA256SUMS).',
      ]),
    ],
    [
      'Licence',
      bullets([
        open('licence of this model, by whoever hands it on'),
        `Backbone ${backboneLicence(facts)}.`,
        ...('info' in generator ? [generatorCaution] : []),
      ]),
    ],
    [
      'Uses',
      bullets([
        'Meant for: studies of how synthetic films change a classifier, and its evaluation on films of other hospitals.',
        `Not meant for: anything about a patient. ${researchUse}`,
        ...(classifier.cropped ? ['It judges regions that were cut out of films, and takes no whole film.'] : []),
      ]),
    ],
    ['Do synthetic films help? The verdict of the run', plain(verdict.text)],
    [
      'Performance',
      [
        performance,
        whoseFigures(facts),
        `Intervals: 95 %. The smallest gain that matters was fixed beforehand at ${short(verdict.delta)}.`,
      ]
        .filter((part) => part !== undefined)
        .map((part) => (part === performance ? part : plain(part)))
        .join('\n\n'),
    ],
    ['Limits', bullets(limitations(facts))],
    ['Training data', methods('films', 'preprocessing', 'partition')],
    ['Synthetic films', methods('generator', 'quality')],
    ['Training', methods('arms', 'classifier', 'search')],
    ['Evaluation', methods('testing', 'statistics', 'verdict')],
    ['Software', methods('software')],
    [
      'Left open',
      bullets([
        open('who made the labels, how, and how well they agree'),
        open('age, sex and origin of the patients; scanners; dates'),
        open('ethics vote, consent, data protection'),
        open('funding, and a person to ask'),
      ]),
    ],
    ['References', bullets(referencesOf([...paragraphs.values()].join('\n')))],
  ])
}
