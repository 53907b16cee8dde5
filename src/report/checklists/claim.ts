/**
 * CLAIM, the Checklist for Artificial Intelligence in Medical Imaging, 2024 update (Tejani et al., Radiology: Artificial
 * Intelligence 2024;6:e240300): its 44 items by number, asked in our words.
 */

import { short } from '../../base/format.js'
import { aucName } from '../../words/names.js'
import { acquisition } from '../../words/reading.js'
import {
  accuracyInShort,
  acquisitionUnknown,
  casesNeeded,
  classShares,
  controlsInShort,
  flowInShort,
  initialUnknown,
  kindOfAi,
  performanceInShort,
  regionsInShort,
  stepsUnknown,
} from './answers.js'
import type { Checklist } from './item.js'

export const claim: Checklist = {
  id: 'claim',
  title: 'CLAIM, 2024 update',
  groups: [
    {
      heading: 'Title and abstract',
      items: [
        {
          id: '1',
          asks: 'The study named as one of AI, with the kind of technology',
          run: kindOfAi,
          authors: 'the title',
        },
        {
          id: '2',
          asks: 'Abstract: design, methods, results, conclusions',
          run: ({ verdict }) => verdict.text,
          authors: 'the abstract',
        },
      ],
    },
    {
      heading: 'Introduction',
      items: [
        { id: '3', asks: 'Background, intended use and role of the approach', authors: 'background and intended use' },
        {
          id: '4',
          asks: 'Aims and hypotheses',
          run: (result) =>
            `Whether, and how many, synthetic films should be added; the smallest gain that would matter, ${short(result.verdict.delta)} in ${aucName(result)}, stood in the configuration before any film was scored.`,
          authors: 'the clinical aim',
        },
      ],
    },
    {
      heading: 'Study design',
      items: [
        { id: '5', asks: 'Prospective or retrospective', authors: 'which of the two' },
        { id: '6', asks: 'Goal of the study', authors: 'the goal' },
      ],
    },
    {
      heading: 'Data',
      items: [
        { id: '7', asks: 'Sources of the data', methods: ['films'], authors: 'institutions, dates, public or not' },
        {
          id: '8',
          asks: 'Inclusion and exclusion criteria',
          run: flowInShort,
          authors: 'the criteria before the dataset',
        },
        { id: '9', asks: 'Preprocessing', methods: ['preprocessing'], authors: stepsUnknown },
        {
          id: '10',
          asks: 'Selection of subsets or regions',
          run: regionsInShort,
          authors: 'how regions of interest were drawn, if they were',
        },
        {
          id: '11',
          asks: 'De-identification',
          run: () => 'Results name films and patients by ids of the run; paths are in private/ only.',
          authors: 'how the files were de-identified before',
        },
        {
          id: '12',
          asks: 'Missing data',
          run: ({ dataset }) =>
            dataset.flow.some((flow) => flow.excluded.length > 0)
              ? 'Unreadable and excluded films are counted with their reasons in the flow; no value was imputed.'
              : 'No film was left out; no value was imputed.',
          authors: 'films or labels that were missing before',
        },
        {
          id: '13',
          asks: 'How the images were acquired',
          run: ({ dataset }) => acquisition(dataset).join(' ') || undefined,
          authors: acquisitionUnknown,
        },
      ],
    },
    {
      heading: 'Reference standard',
      items: [
        { id: '14', asks: 'How the reference standard was obtained', authors: 'how each film got its label' },
        { id: '15', asks: 'Why this reference standard', authors: 'the reason' },
        { id: '16', asks: 'Who annotated', authors: 'readers and their experience' },
        { id: '17', asks: 'Annotation of the test set', authors: 'readers, blinding' },
        { id: '18', asks: 'Variability within and between readers', authors: 'agreement of readers' },
      ],
    },
    {
      heading: 'Partitions and sample size',
      items: [
        { id: '19', asks: 'How data were assigned to partitions', methods: ['partition'] },
        { id: '20', asks: 'Level at which partitions are disjoint', methods: ['partition'] },
        { id: '21', asks: 'Intended sample size', run: casesNeeded, authors: 'how the size was chosen' },
      ],
    },
    {
      heading: 'Model and training',
      items: [
        {
          id: '22',
          asks: 'The model in detail',
          methods: ['generator', 'classifier'],
          authors: 'the networks layer by layer (docs/method.md of the program has those of its own)',
        },
        { id: '23', asks: 'Libraries and packages', methods: ['software'] },
        { id: '24', asks: 'Initial parameters', methods: ['generator', 'classifier'], authors: initialUnknown },
        {
          id: '25',
          asks: 'Training: augmentation, hyperparameters, number of models',
          methods: ['generator', 'arms', 'classifier', 'search'],
        },
        { id: '26', asks: 'How the final model was selected', methods: ['classifier', 'search'] },
        { id: '27', asks: 'Ensembling', methods: ['testing'] },
      ],
    },
    {
      heading: 'Evaluation',
      items: [
        { id: '28', asks: 'Measures of performance', methods: ['statistics'] },
        { id: '29', asks: 'Uncertainty and tests', methods: ['statistics', 'verdict'] },
        {
          id: '30',
          asks: 'Robustness and sensitivity analyses',
          methods: ['arms', 'quality'],
          run: controlsInShort,
          authors: 'further analyses, if there were any',
        },
        {
          id: '31',
          asks: 'Explainability',
          run: () => 'None: no saliency map is made.',
          authors: 'other means, if any were used',
        },
        { id: '32', asks: 'Evaluation on internal data', methods: ['testing'] },
        { id: '33', asks: 'Testing on external data', methods: ['testing'] },
        { id: '34', asks: 'Registration of a trial', authors: 'the registration, or that there was none' },
      ],
    },
    {
      heading: 'Results',
      items: [
        {
          id: '35',
          asks: 'Patients or examinations included and excluded',
          run: flowInShort,
          authors: 'those left out before the dataset was made',
        },
        {
          id: '36',
          asks: 'Demographic and clinical characteristics of each partition',
          run: classShares,
          authors: 'age, sex, findings',
        },
        { id: '37', asks: 'Performance and its uncertainty', run: performanceInShort },
        { id: '38', asks: 'Diagnostic performance and its precision', run: accuracyInShort },
        {
          id: '39',
          asks: 'Analysis of failures',
          run: () => 'Every film’s score by arm and set: scores/*.csv; counts of errors: section Performance.',
          authors: 'what the wrong ones have in common',
        },
      ],
    },
    {
      heading: 'Discussion and other information',
      items: [
        {
          id: '40',
          asks: 'Limitations',
          run: () => 'Section “What this run can’t show”.',
          authors: 'those of the study',
        },
        { id: '41', asks: 'Implications for practice', authors: 'intended use; this tool is for research only' },
        {
          id: '42',
          asks: 'Protocol or technical details',
          run: () => 'config.yaml: every value the run worked with.',
          authors: 'the protocol, if one was written',
        },
        {
          id: '43',
          asks: 'Availability of software, model and data',
          run: ({ tool }) =>
            `${tool.name} ${tool.version} (Apache-2.0); model/classifier.onnx and the heads of all arms lie in the run folder.`,
          authors: 'what is shared, and the data',
        },
        { id: '44', asks: 'Funding and the funders’ part', authors: 'funding' },
      ],
    },
  ],
}
