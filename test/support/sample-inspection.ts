/** A plausible inspection and a plausible plan with made numbers, for whatever shows them. Nothing here was measured. */
import type { DatasetInspection, SetInspection } from '../../src/record/inspection.js'
import type { Plan } from '../../src/record/plan.js'

function sampleSet(films: number): SetInspection {
  const half = films / 2
  const bell = (centre: number) => {
    const raw = Array.from({ length: 64 }, (_, i) => Math.exp(-(((i - centre) / 12) ** 2)))
    const sum = raw.reduce((a, b) => a + b, 0)
    return raw.map((value) => value / sum)
  }
  return {
    classes: { normal: { films: half, patients: half }, sick: { films: half, patients: half - 3 } },
    films,
    patients: films - 3,
    patientSource: 'manifest',
    mixedPatients: 1,
    pixels: [{ films, channels: 1, bits: 16, rows: { least: 1800, most: 2500 }, columns: { least: 2048, most: 2048 } }],
    colour: false,
    maxValue: 4095,
    formats: { dicom: { normal: half, sick: half } },
    steps: [],
    makers: { 'Maker with a rather long name Model 3000': { normal: half - 2, sick: half }, Other: { normal: 2 } },
    views: { PA: { normal: half, sick: half - 5 }, AP: { sick: 5 } },
    histograms: { normal: bell(24), sick: bell(36) },
    flow: { found: films + 2, excluded: [{ reason: 'metal artefact', count: 2 }], analysed: films },
  }
}

export function sampleInspection(): DatasetInspection {
  const clue = (name: 'size' | 'border', value: number, warning: string | null) => ({
    name,
    constant: false,
    auc: [{ class: 'sick', value, low: value - 0.05, high: value + 0.04, external: { elsewhere: value + 0.06 } }],
    warning,
    warnAbove: 0.7,
  })
  return {
    ...sampleSet(120),
    dataset: 'films/ours',
    positive: 'sick',
    external: { elsewhere: sampleSet(60) },
    nearDuplicates: [
      {
        kind: 'two labels',
        a: { id: 'film-0001', set: 'internal', name: 'normal/a.png', label: 'normal' },
        b: { id: 'film-0002', set: 'internal', name: 'sick/b.png', label: 'sick' },
        correlation: 0.97,
      },
    ],
    clues: [
      clue('size', 0.53, null),
      clue('border', 0.82, 'the outermost pixels alone tell the classes apart (AUC 0.82, 0.77 to 0.86)'),
      { name: 'view', constant: true, auc: [], warning: null, warnAbove: 0.6 },
    ],
    clueFilms: 120,
    warnings: [],
    remarks: ['the column age of metadata.csv is not used'],
    problems: [],
  }
}

export function samplePlan(): Plan {
  const around = (value: number) => ({ value, low: 0.7 * value, high: 1.5 * value })
  const sizes = [22, 34, 45, 62, 84, 112, 150, 220]
  const at = (films: number) => ({
    films,
    auc: { value: 0.9 - films ** -0.6, low: 0.84 - films ** -0.6, high: 0.95 - films ** -0.6 },
  })
  return {
    dataset: 'ours',
    classes: ['normal', 'sick'],
    positive: 'sick',
    preset: 'standard',
    backbone: 'scattering',
    split: { train: { normal: 60, sick: 60 }, tuning: { normal: 20, sick: 20 }, test: { normal: 20, sick: 20 } },
    patients: { train: 110, tuning: 37, test: 38 },
    external: { elsewhere: { normal: 30, sick: 30 } },
    folds: 0,
    innerFolds: 0,
    work: {
      ganSteps: 6000,
      gans: 1,
      calls: 0,
      multiples: Array.from({ length: 26 }, (_, i) => i + 1),
      repeats: 3,
      heads: 246,
      imagesDrawn: 9000,
      imagesThroughBackbone: 19180,
    },
    stages: [
      { stage: 'train-gan', seconds: around(1500) },
      { stage: 'search-k', seconds: around(240) },
    ],
    seconds: around(1740),
    workers: {
      times: [
        { workers: 1, seconds: around(1740) },
        { workers: 4, seconds: around(1600) },
      ],
      enough: 1,
    },
    machine: {
      platform: 'linux x64',
      threads: 2,
      ganStepSeconds: around(0.25),
      imagesPerSecond: 80,
      planSeconds: 110,
    },
    baseline: { auc: { value: 0.84, low: 0.78, high: 0.89 }, trainedOn: 112, films: 160, patients: 147 },
    testSet: {
      films: 40,
      positives: 20,
      negatives: 20,
      patients: 38,
      comparators: 6,
      auc: 0.84,
      correlation: 0.9,
      probability: 0.8,
      smallestGain: 0.11,
      smallestGainAt: [
        { correlation: 0.8, gain: null },
        { correlation: 0.95, gain: 0.08 },
      ],
      delta: 0.02,
      chanceAtDelta: 0.02,
      filmsForDelta: 1200,
      withFolds: { films: 200, smallestGain: 0.05 },
    },
    learningCurve: {
      points: sizes.slice(0, 6).map(at),
      band: sizes.map(at),
      present: 120,
      ahead: [{ more: 100, gain: { value: 0.02, low: 0.005, high: 0.03 } }],
      recent: { value: 0.02, low: 0.001, high: 0.04, from: 62, to: 112 },
      text: 'If the curve goes on as it has, 100 more training films would probably bring +0.005 to +0.030 in AUC.',
    },
    advice: {
      worth: 'hardly',
      reasons: ['only a gain of 0.110 in AUC or more would be shown', 'more data help this classifier'],
      text: 'A run is hardly worth the time for its verdict: only a gain of 0.110 in AUC or more would be shown.',
    },
    warnings: [],
  }
}
