/**
 * TRIPOD+AI (Collins et al., BMJ 2024;385:e078378): its 27 items with their parts, asked in our words. A run develops
 * models and evaluates them, so that items of both kinds apply.
 */
import { count, short } from '../../base/format.js'
import { casesNeeded, classShares, flowInShort, performanceInShort, stepsUnknown } from './answers.js'
import type { Checklist } from './item.js'

export const tripodAi: Checklist = {
  id: 'tripod-ai',
  title: 'TRIPOD+AI',
  groups: [
    {
      heading: 'Title, abstract, introduction',
      items: [
        { id: '1', asks: 'Title: development or evaluation, population, outcome', authors: 'the title' },
        {
          id: '2',
          asks: 'Abstract',
          run: ({ verdict }) => verdict.text,
          authors: 'the abstract (TRIPOD+AI for Abstracts)',
        },
        { id: '3a', asks: 'Healthcare context and existing models', authors: 'context' },
        { id: '3b', asks: 'Target population, purpose, intended users', authors: 'who it is for' },
        { id: '3c', asks: 'Known health inequalities', authors: 'inequalities' },
        {
          id: '4',
          asks: 'Objectives; development or evaluation',
          run: ({ dataset }) =>
            `Development with internal testing${Object.keys(dataset.external).length > 0 ? ' and external testing' : ''}.`,
          authors: 'the clinical objective',
        },
      ],
    },
    {
      heading: 'Methods: data',
      items: [
        {
          id: '5a',
          asks: 'Sources of data and how representative they are',
          methods: ['films'],
          authors: 'sources, how representative',
        },
        { id: '5b', asks: 'Dates of accrual', authors: 'dates' },
        { id: '6a', asks: 'Setting and centres', authors: 'setting' },
        { id: '6b', asks: 'Eligibility', run: flowInShort, authors: 'the criteria before the dataset' },
        { id: '6c', asks: 'Treatments', authors: 'treatments, if they matter' },
        {
          id: '7',
          asks: 'Preparation and quality checks, the same for all groups',
          methods: ['preprocessing'],
          authors: 'quality checks, and whether quality differs between groups of people',
        },
        {
          id: '8a',
          asks: 'Outcome and how it was assessed',
          run: ({ dataset }) => `Classes: ${dataset.classes.join(', ')}.`,
          authors: 'how each film got its label',
        },
        { id: '8b', asks: 'Assessors of the outcome', authors: 'readers' },
        { id: '8c', asks: 'Blinding of the outcome', authors: 'blinding' },
        { id: '9a', asks: 'Choice of predictors', run: () => 'The film alone; no clinical variable enters a model.' },
        {
          id: '9b',
          asks: 'Definition of predictors',
          methods: ['preprocessing', 'classifier'],
          authors: stepsUnknown,
        },
        { id: '9c', asks: 'Assessors of predictors', run: () => 'None: features are computed.' },
        { id: '10', asks: 'Sample size', run: casesNeeded, authors: 'how the size was chosen' },
        {
          id: '11',
          asks: 'Missing data',
          run: () => 'Films that could not be used are counted with reasons; no value was imputed.',
          authors: 'what was missing before',
        },
      ],
    },
    {
      heading: 'Methods: analysis',
      items: [
        { id: '12a', asks: 'How data were used for development and evaluation', methods: ['partition'] },
        { id: '12b', asks: 'Handling of predictors', methods: ['classifier'] },
        {
          id: '12c',
          asks: 'Type of model, building steps, tuning, internal validation',
          methods: ['generator', 'classifier', 'search', 'testing'],
        },
        {
          id: '12d',
          asks: 'Heterogeneity between clusters',
          methods: ['testing'],
          authors: 'differences between centres',
        },
        { id: '12e', asks: 'Measures and plots of performance', methods: ['statistics'] },
        { id: '12f', asks: 'Updating of the model', run: () => 'No model was updated after its evaluation.' },
        { id: '12g', asks: 'How predictions were calculated in evaluation', methods: ['testing'] },
        { id: '13', asks: 'Class imbalance', methods: ['arms'], run: classShares },
        {
          id: '14',
          asks: 'Fairness',
          run: () => 'Not examined: the run knows no groups of people.',
          authors: 'what was done about fairness',
        },
        { id: '15', asks: 'Output of the model and its cutoff', methods: ['statistics'] },
        {
          id: '16',
          asks: 'Differences between development and evaluation data',
          run: classShares,
          authors: 'differences in setting and eligibility',
        },
        { id: '17', asks: 'Ethical approval and consent', authors: 'approval' },
      ],
    },
    {
      heading: 'Open science and public involvement',
      items: [
        { id: '18a', asks: 'Funding', authors: 'funding' },
        { id: '18b', asks: 'Conflicts of interest', authors: 'conflicts' },
        {
          id: '18c',
          asks: 'Protocol',
          run: () => 'config.yaml: every value the run worked with.',
          authors: 'the protocol, if one was written',
        },
        { id: '18d', asks: 'Registration', authors: 'registration' },
        { id: '18e', asks: 'Availability of data', authors: 'what is shared' },
        {
          id: '18f',
          asks: 'Availability of code',
          methods: ['software'],
          authors: 'where the program is to be had, and code of your own',
        },
        { id: '19', asks: 'Involvement of patients and the public', authors: 'involvement' },
      ],
    },
    {
      heading: 'Results',
      items: [
        {
          id: '20a',
          asks: 'Flow of participants, with and without the outcome',
          methods: ['partition'],
          run: flowInShort,
          authors: 'those left out before the dataset was made',
        },
        { id: '20b', asks: 'Characteristics of participants', run: classShares, authors: 'age, sex, findings' },
        {
          id: '20c',
          asks: 'Development against evaluation data',
          run: classShares,
          authors: 'distribution of other characteristics',
        },
        { id: '21', asks: 'Participants and outcome events in each analysis', methods: ['partition'] },
        {
          id: '22',
          asks: 'The full model',
          run: () => 'model/classifier.onnx (backbone and head in one file) and model/heads/*.json.',
        },
        {
          id: '23a',
          asks: 'Performance with intervals, also in subgroups',
          run: performanceInShort,
          authors: 'subgroups',
        },
        {
          id: '23b',
          asks: 'Heterogeneity of performance',
          run: ({ dataset }) =>
            Object.keys(dataset.external).length > 0 ? 'Each external set on its own: section Performance.' : undefined,
          authors: 'differences between centres',
        },
        { id: '24', asks: 'Results of updating', run: () => 'No model was updated.' },
      ],
    },
    {
      heading: 'Discussion',
      items: [
        {
          id: '25',
          asks: 'Interpretation, fairness, earlier studies',
          run: ({ verdict }) => verdict.text,
          authors: 'the interpretation',
        },
        {
          id: '26',
          asks: 'Limitations',
          run: () => 'Section “What this run can’t show”.',
          authors: 'those of the study',
        },
        {
          id: '27a',
          asks: 'Handling of poor or missing input in use',
          run: () =>
            'A file that can’t be read as an image is refused with its reason; a smallest film size is not enforced.',
          authors: 'handling in practice',
        },
        { id: '27b', asks: 'Users’ part and expertise', authors: 'who uses it, how' },
        {
          id: '27c',
          asks: 'Next steps',
          run: ({ verdict }) =>
            verdict.casesNeeded === null
              ? undefined
              : `More test films: about ${count(verdict.casesNeeded)} would be needed to decide about a gain of ${short(verdict.delta)}.`,
          authors: 'next steps',
        },
      ],
    },
  ],
}
