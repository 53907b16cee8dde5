/**
 * The Applied Model Card of the Coalition for Health AI as XML, in the order and with the names of its schema 0.2
 * (mc.chai.org/v0.2/schema.xsd). What a run can't know stays visibly open.
 */
import { listing, short } from '../../base/format.js'
import { shownLine } from '../../base/shown.js'
import type { Result } from '../../record/result.js'
import { escapeText } from '../../report/html.js'
import { methodsText } from '../../report/methods-text.js'
import { aucName, rankingName } from '../../words/names.js'
import {
  limitations,
  type ModelFacts,
  modelTitle,
  open,
  performanceRows,
  performanceSentences,
  researchUse,
  summary,
  whoseFigures,
} from './facts.js'

/** An element: text, or elements in their order; several of one name as a list. */
type Element = string | { readonly [name: string]: Element | readonly Element[] }

export function chaiModelCard(facts: ModelFacts): string {
  const card = render('AppliedModelCard', cardOf(facts), 0, ' xmlns="https://mc.chai.org/v0.2/schema.xsd"')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${card}\n`
}

function cardOf(facts: ModelFacts): Element {
  const { result, classifier, hash, generator } = facts
  const { dataset, tool, verdict } = result
  const paragraphs = new Map(methodsText(result).map(({ topic, text }) => [topic, text]))
  const paragraph = (...topics: Parameters<typeof paragraphs.get>[0][]) =>
    topics.map((topic) => paragraphs.get(topic)).join('\n\n')
  const tested = paragraph('films', 'partition')
  return {
    BasicInfo: {
      ModelName: modelTitle(facts),
      ModelDeveloper: open('who trained the model'),
      DeveloperContact: open('a person to ask'),
    },
    ReleaseInfo: {
      ReleaseStage: 'Research; not released for care',
      ReleaseDate: open('date'),
      ReleaseVersion: `classifier.onnx, SHA-256 ${hash}, of ${tool.name} ${tool.version}`,
      GlobalAvailability: open('where it may be had, and under which licence'),
      RegulatoryApproval: `None. ${researchUse}`,
    },
    ModelSummary: {
      Summary: `${summary(facts)} ${verdict.text}`,
      Keywords: { Keyword: ['radiography', 'classification', 'synthetic training data', ...dataset.classes] },
    },
    UsesAndDirections: {
      IntendedUseAndWorkflow: `Research on whether synthetic films help a classifier; no place in care. ${researchUse}`,
      PrimaryIntendedUsers: 'Researchers',
      HowToUse: 'predict.py or predict.mjs beside this file, or kopt predict classifier.onnx FILM.',
      TargetedPatientPopulation: open('patients, indications, age and sex that the films stand for'),
      CautionedOutOfScopeSettings: `Care of patients; films of other body parts, views or apparatus than those it was tested on${classifier.cropped ? '; whole films, where it takes regions' : ''}.`,
    },
    Warnings: {
      KnownRisksAndLimitations: limitations(facts).join('\n\n'),
      KnownBiasesOrEthicalConsiderations: `No figure by age, sex or origin: the run knows none of these. ${open('known biases; ethics vote')}`,
      ClinicalRiskLevel: `Not rated: ${researchUse}`,
    },
    TrustIngredients: {
      AISystemFacts: {
        OutcomesAndOutputs: `Probability of each class (${listing(dataset.classes)}).`,
        ModelType: `${paragraph('classifier')}${'info' in generator ? ' The generator goes with it.' : ` The generator does not go with it: ${generator.absent}`}`,
        FoundationModels: result.backbone.note
          ? `${classifier.backbone}: ${result.backbone.note}`
          : classifier.backbone,
        InputDataSource: `${paragraph('films')} ${open('institutions and dates')}`,
        OutputAndInputDataTypes: `In: a radiograph (PNG, JPEG, TIFF or DICOM), reduced to ${classifier.imageSize.join(' x ')} pixels in 8 bits. Out: numbers from 0 to 1.`,
        DevelopmentDataCharacterization: `${paragraph('films', 'preprocessing', 'partition', 'generator')}\n\n${open('age, sex, origin; who labelled, and how')}`,
        BiasMitigationApproaches:
          'Classes were balanced in training; films were divided by patient where patients are known. Nothing was done against other biases.',
        OngoingMaintenance: open('who watches over it, how often it is evaluated again'),
        Security: 'It runs on the computer of whoever uses it and sends nothing. Checksums: SHA256SUMS.',
        Transparency: 'Model card, datasheet, MONAI metadata, input contract and checksums lie beside this file.',
      },
      TransparencyInformation: {
        FundingSource: open('funding'),
        ThirdPartyInformation: `Backbone: ${classifier.backbone}.`,
        StakeholdersConsulted: open('who was asked'),
      },
    },
    KeyMetrics: {
      UsefulnessUsabilityEfficacy: {
        MetricGoal: `To tell the classes apart (${aucName(result)}), and a gain of at least ${short(verdict.delta)} by synthetic films.`,
        Results: { MetricResult: metrics(facts) },
        Interpretation: [verdict.text, whoseFigures(facts)].filter(Boolean).join(' '),
        TestType: Object.keys(dataset.external).length > 0 ? 'Internal and external' : 'Internal',
        TestingDataDescription: `${tested}\n\n${performanceSentences(facts).join('\n')}`,
        ValidationProcessAndJustification: paragraph('testing', 'statistics', 'verdict'),
      },
      FairnessEquity: notMeasured('differences between groups of patients', result),
      SafetyReliability: notMeasured('failures in use, drift, and what a wrong answer leads to', result),
    },
    Resources: {
      EvaluationReferences: 'The report of the run (kopt report RUN --share).',
      ClinicalTrial: 'None.',
      PeerReviewedPublications: open('publications of this model; the method: doi:10.1038/s41598-022-22222-z'),
      ReimbursementStatus: 'None.',
      PatientConsentOrDisclosure: open('consent, or why none was needed'),
    },
    Bibliography:
      '@article{kong2022, author={Kong, Hyoun-Joong and Kim, Jin Youp and Moon, Hye-Min and others}, title={Automation of generative adversarial network-based synthetic data-augmentation for maximizing the diagnostic performance with paranasal imaging}, journal={Scientific Reports}, volume={12}, pages={18118}, year={2022}, doi={10.1038/s41598-022-22222-z}}',
  }
}

function metrics(facts: ModelFacts): Element[] {
  const ranking = rankingName(facts.result)
  return performanceRows(facts).map(({ set, arm, auc, aucValue, films, patients, sensitivity, specificity }) => ({
    Label: `${ranking}, ${set}, ${arm}`,
    ValueJson: JSON.stringify({ value: aucValue, shown: auc, sensitivity, specificity, films, patients }),
  }))
}

function notMeasured(what: string, { tool }: Result): Element {
  return {
    MetricGoal: open(`goal for ${what}`),
    Results: { MetricResult: { Label: 'Not measured', ValueJson: 'null' } },
    Interpretation: `${tool.name} measures none of it.`,
    TestType: 'None',
    TestingDataDescription: open('data'),
    ValidationProcessAndJustification: open('process'),
  }
}

function render(name: string, element: Element, depth: number, attributes = ''): string {
  const indent = '  '.repeat(depth)
  if (typeof element === 'string') return `${indent}<${name}>${textOf(element)}</${name}>`
  const inside = Object.entries(element).flatMap(([child, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: Element) => render(child, one, depth + 1)),
  )
  return `${indent}<${name}${attributes}>\n${inside.join('\n')}\n${indent}</${name}>`
}

function textOf(text: string): string {
  return text
    .split('\n')
    .map((line) => escapeText(shownLine(line)))
    .join('\n')
}
