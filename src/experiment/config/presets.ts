/** The three places to start from. DECISIONS of the method: quick shows the path, standard is to be trusted, kong2022 is the paper's. */
import { paperAugmentation } from '../../image/augment.js'
import type { PartialConfig, PresetName } from './schema.js'

const standard: PartialConfig = {
  external: {},
  positive: null,
  patientFrom: null,
  roi: {},
  skipUnreadable: false,
  keepPatientIds: false,
  seed: 1,
  split: { by: 'patient', fractions: [0.6, 0.2, 0.2], seed: 1 },
  resampling: { folds: 'auto', times: 1 },
  image: { size: [56, 56], channels: 'auto' },
  augment: paperAugmentation,
  gan: {
    seeds: 1,
    steps: 6000,
    widths: 'tutorial',
    width: 0.5,
    batchSize: 64,
    learningRate: 0.0002,
    beta1: 0.5,
    latentSize: 100,
    latentDeviation: 1,
    embeddingSize: 50,
    initDeviation: 0.02,
    dropout: 0.5,
    leakySlope: 0.2,
    classHeadLearnsFromFakes: true,
    checkpointEvery: 500,
    gridEvery: 1000,
  },
  synthetic: { from: null, order: 'name', excludeCopies: false },
  backbone: {
    name: 'scattering',
    inputSize: null,
    unfreeze: 'none',
    fineTune: { steps: 200, batchSize: 16, learningRate: 0.0001 },
  },
  head: { kind: 'logistic', standardise: true, learningRate: 0.0001, batchSize: 8, epochs: 100 },
  search: {
    rule: 'sliding-window',
    windowSize: 12,
    kMax: 26,
    fixedK: null,
    metric: 'auc',
    selectOn: 'tuning',
    repeats: 3,
    heads: 1,
    null: true,
  },
  verdict: { delta: 0.02 },
  evaluation: { sensitivity: 0.95, prevalence: null },
  compute: { device: 'cpu', threads: 0, processes: 0, lowering: 'auto' },
}

const quick: PartialConfig = {
  ...standard,
  resampling: { folds: 0, times: 1 },
  gan: { ...standard.gan, steps: 1000, width: 0.25, checkpointEvery: 250, gridEvery: 250 },
  search: { ...standard.search, windowSize: 4, kMax: 16, repeats: 1 },
}

const kong2022: PartialConfig = {
  ...standard,
  split: { by: 'image', fractions: [0.7, 0.1, 0.2], seed: 1 },
  resampling: { folds: 0, times: 1 },
  image: { size: [56, 56], channels: 3 },
  gan: { ...standard.gan, steps: 30_000, width: 1, checkpointEvery: 1000, gridEvery: 2000 },
  backbone: { ...standard.backbone, name: 'chexnet', inputSize: [56, 56] },
  head: { kind: 'adam', standardise: false, learningRate: 0.0001, batchSize: 8, epochs: 100 },
  search: { ...standard.search, windowSize: 12, kMax: 40, repeats: 1 },
}

export const presets: Record<PresetName, PartialConfig> = { quick, standard, kong2022 }
