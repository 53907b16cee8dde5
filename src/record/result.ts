/**
 * result.json, version 1: what a run leaves for scripts, reports and other software. Names are fixed; more may be added.
 * A number that could not be had is null and its reason stands beside it.
 */
import { z } from 'zod'
import { accuracyComparison, clinicalOfArm } from './clinical-result.js'
import { concern } from './concern.js'
import { confusion, count, interval, maybe } from './figure.js'

/** A multiple K of the balanced training set: 0 (not balanced) or at least 1, with at most 4 decimals. */
const multiple = z.number().min(0)
const perClass = z.record(z.string(), count)

const measures = z.object({
  accuracy: maybe,
  sensitivity: maybe,
  specificity: maybe,
  f1: maybe,
  ppv: maybe,
  npv: maybe,
})

/** What the files of a set are and what was done to their grey values (dataset/reading.ts). */
const reading = z.object({
  formats: perClass,
  steps: z.array(z.object({ step: z.string(), films: count, words: z.string() })),
  makers: perClass,
  views: perClass,
  regions: count,
  notes: z.array(z.object({ text: z.string(), films: count })),
})

/** A figure with 95 % limits, all three of them numbers. */
const known = z.object({ value: z.number(), low: z.number(), high: z.number() })

const curve = z.array(z.tuple([z.number(), z.number()]))

export const evaluation = measures.extend({
  n: count,
  patients: count,
  /** Of more than two classes the macro AUC: the mean of each class's against the rest; the measures above likewise. */
  auc: interval,
  /** Probability of the positive class from which a film is called positive; null: the most probable class is called. */
  cutoff: z.number().nullable(),
  /** null with more than two classes; see `confusionMatrix`. */
  confusion: confusion.nullable(),
  /** 95 % limits of the proportions above (Wilson; f1 has none). */
  intervals: z.record(z.string(), interval),
  /** Mean squared error of the probability; of more than two classes, of all their probabilities together (0 to 2). */
  brier: maybe,
  /** [false positive rate, true positive rate], from (0, 0) to (1, 1); empty with more than two classes. */
  roc: curve,
  /** With more than two classes: each against the rest. */
  perClass: z
    .array(
      measures.extend({
        class: z.string(),
        /** Films of this class. */
        n: count,
        auc: interval,
        confusion,
        intervals: z.record(z.string(), interval),
        brier: maybe,
        roc: curve,
      }),
    )
    .optional(),
  /** With more than two classes: counts [truth][call], classes in the dataset's order. */
  confusionMatrix: z.array(z.array(count)).optional(),
  /** With more than two classes: Hand and Till's M (2001). */
  handTill: interval.optional(),
})

const trial = z.object({
  k: multiple,
  /** Images in the training set of this trial. */
  size: count,
  /** Metric on the selection set, one per repeat. */
  scores: z.array(z.number()),
  mean: z.number(),
  /** Error over cases and repeats (STATISTICS: sampling plus repeats). */
  se: maybe,
  /** Standard deviation over repeats alone; null with one repeat. */
  spread: maybe,
  /** Measures at the cutoff on the selection set, of the repeats' averaged logits; f1 has no limits. */
  measures: z.record(z.string(), z.object({ value: maybe, low: maybe, high: maybe })),
})

/** Films that a K may be chosen on. */
export const filmsThatChoose = ['tuning', 'inner', 'test'] as const
export type FilmsThatChoose = (typeof filmsThatChoose)[number]

export const search = z.object({
  arm: z.string(),
  rule: z.enum(['sliding-window', 'one-standard-error', 'fixed']),
  /** What each K was scored by; `macro-...`: the mean over the classes of the same, each against the rest. */
  metric: z.string(),
  /** Which way the metric is better. Scores, means and errors are the metric's own; gains are positive where it got better. */
  better: z.enum(['higher', 'lower']).default('higher'),
  unit: z.string().nullable().default(null),
  /** At which metric sensitivity-at-specificity reads the sensitivity. */
  specificity: z.number().optional(),
  windowSize: count,
  /** Which films scored each K: tuning films, training films each in the inner fold that lacks it, or the test films. */
  selectOn: z.enum(filmsThatChoose),
  /** How many inner folds there were; absent where other films chose. */
  innerFolds: count.optional(),
  /** Cases the score was computed on. */
  selectionCases: count,
  kOptimal: multiple,
  stoppedAt: multiple,
  converged: z.boolean(),
  /** Place of the chosen K among those that were tried, from 1; absent in results of versions that tried whole K alone. */
  position: z.int().min(1).optional(),
  trials: z.array(trial),
  /** GAN, draw and head seed of each repeat, in the order of `trials[].scores`; draws count over all GANs. */
  repeats: z.array(z.object({ gan: count, draw: count, head: count })).default([]),
  /** What the spread over repeats at the chosen K is made of; null: not estimated, for the reason given. */
  varianceShares: z
    .array(
      z.object({
        factor: z.enum(['gan', 'draw', 'head', 'residual']),
        variance: maybe,
        low: maybe,
        high: maybe,
        share: maybe,
        reason: z.string().optional(),
      }),
    )
    .default([]),
  null: z.object({ p: maybe, quantiles: z.record(z.string(), z.number()), gain: maybe, reason: z.string().optional() }),
  /** The K that these tuning cases can't tell from the best. */
  indistinguishable: z.array(multiple),
  /**
   * What the same rule would have chosen by other metrics, on the same trials, and whether that K is one that the metric of
   * the search can't tell from its best. `converged`: false where that rule would have gone on.
   */
  byMetric: z
    .array(z.object({ metric: z.string(), kOptimal: multiple, converged: z.boolean(), indistinguishable: z.boolean() }))
    .default([]),
})

export const arm = z.object({
  /** OD, GCB, GCB+CDA, GCB+OMGDA and the controls. */
  name: z.string(),
  k: multiple,
  size: count,
  /** Films of each kind in the training set. */
  composition: z.object({ original: count, synthetic: count, conventional: count }),
  /** What this arm is for: one of the paper's four, or a control. */
  role: z.enum(['arm', 'control']),
  /** Optimiser steps of the head (Adam), or null where it was fitted to convergence. */
  steps: maybe,
  /** Metric of the delivered model on the selection set. */
  selectionScore: maybe,
  evaluations: z.record(z.string(), evaluation),
  ...clinicalOfArm,
})

const difference = z.object({
  /** AUC of a minus AUC of b; of more than two classes the macro AUC. */
  difference: maybe,
  low: maybe,
  high: maybe,
  z: maybe,
  p: maybe,
  method: z.string(),
  delong: z.object({ z: maybe, p: maybe }),
  reason: z.string().optional(),
})

export const comparison = difference.extend({
  set: z.string(),
  a: z.string(),
  b: z.string(),
  pHolm: maybe,
  /** With more than two classes: the same of each against the rest, p not adjusted. */
  perClass: z.array(difference.extend({ class: z.string() })).optional(),
})

/** What takes the generator's place in the same search and needs no training. */
const rivalArm = arm.extend({
  /** What its training set is filled up with, in a sentence. */
  label: z.string(),
  /** Whole films, vectors of the backbone's features, or the training films again. */
  makes: z.enum(['films', 'features', 'duplicates']),
  search,
  /** The chosen arm less this one, by set; for these pairs nothing is adjusted. */
  differences: z.array(difference.extend({ set: z.string() })),
})

/** The chosen arm with those of the synthetic films alone that a selection lets pass. */
const selection = z.object({
  /** The arm whose classifier, fitted on training films alone, judges. */
  teacher: z.string(),
  /** By class, over all draws: synthetic films that were judged, and those whose features lie out of the training films' range. */
  classes: z.record(z.string(), z.object({ drawn: count, outOfRange: count })),
  /** What was tried, ascending: a film passes where the teacher's probability of its class lies above `threshold` (0: any). */
  thresholds: z.array(
    z.object({
      threshold: z.number(),
      /** By class, over all draws: in range, but refused by the teacher. */
      refused: perClass,
      left: perClass,
      /** The largest K that every pool lasts to; null: none that the search could take. */
      kMax: multiple.nullable(),
      /** The K of its search, and the metric on the selection cases there; null where there was no search. */
      found: z.object({ kOptimal: multiple, score: z.number() }).nullable(),
    }),
  ),
  /** At the threshold with the best score, a tie keeping the smaller one; null where too few films pass. */
  arm: arm
    .extend({
      threshold: z.number(),
      search,
      /** This arm less the chosen one, by set; not adjusted. */
      differences: z.array(difference.extend({ set: z.string() })),
    })
    .nullable(),
  /** Why there is no arm. */
  reason: z.string().optional(),
})

export const verdict = z.object({
  benefit: z.enum(['yes', 'no', 'unclear']).nullable(),
  scope: z.enum(['model', 'procedure']),
  /** What it rests on: outer folds and how often they were drawn (0: one test set), and GANs of each training set. */
  basis: z.object({ folds: count, times: count, gans: count }).default({ folds: 0, times: 0, gans: 1 }),
  text: z.string(),
  low: maybe,
  high: maybe,
  /** Smallest gain in AUC that would matter; fixed in the config before any film was scored. */
  delta: z.number(),
  /** The comparator that decided. */
  comparator: z.string().nullable(),
  casesNeeded: maybe,
  comparators: z.array(
    z.object({
      name: z.string(),
      difference: maybe,
      low: maybe,
      high: maybe,
      casesNeeded: maybe,
      external: z.record(z.string(), z.object({ difference: maybe, high: maybe })),
    }),
  ),
  reason: z.string().optional(),
})

/** The snapshot that one generator's images are drawn from, chosen by tuning films: the earliest within one standard error of the best. */
const snapshotChoice = z.object({
  /** Of the generators trained, from 1. */
  gan: count,
  step: count,
  /** Of every snapshot that was kept to be chosen from, by the metric of the search. */
  scores: z.array(
    z.object({
      step: count,
      /** Images of each class that a head was fitted on, of this snapshot alone. */
      images: count,
      score: maybe,
      /** Over the patients of the tuning films. */
      se: maybe,
    }),
  ),
})

/** One outer fold of a nested cross-validation: its own split, GAN, search and models, tested on films that none of them saw. */
const foldResult = z.object({
  fold: count,
  /** Which of the repeated cross-validations. */
  time: count,
  /** Test films of the fold, and their patients. */
  n: count,
  patients: count,
  kOptimal: multiple,
  stoppedAt: multiple,
  converged: z.boolean(),
  /** p of the null of this fold's search. */
  searchP: maybe,
  /** As of the run's generators. */
  snapshots: z.array(snapshotChoice).optional(),
  /** AUC on the fold's test films, by arm. */
  aucs: z.record(z.string(), maybe),
})

const similarity = z.object({ mean: maybe, low: maybe, high: maybe })
const kernelDistance = z.object({ value: maybe, low: maybe, high: maybe, reason: z.string().optional() })

/** Of the synthetic images of one class, on the backbone's features (metrics/ says what each figure is). */
const featureQuality = z.object({
  /** As the backbone gives them, or standardised by the training films. */
  features: z.enum(['raw', 'standardised']),
  /** Images each figure was computed on: all real training and held-out ones; the first `kid` and `manifolds` synthetic ones. */
  n: z.object({ real: count, heldOut: count, synthetic: count, kid: count, manifolds: count }),
  kid: kernelDistance,
  fid: maybe,
  precision: maybe,
  recall: maybe,
  density: maybe,
  coverage: maybe,
  reason: z.string().optional(),
  copies: z.object({
    authenticity: maybe,
    /** Nearer to a training film than the 1st percentile of training films of different patients. */
    suspected: maybe,
    suspectedByChance: maybe,
    /** Probability of as many or more by chance. */
    suspectedP: maybe.optional(),
    nearestRatio: maybe,
    reference: z.enum(['held-out', 'leave-one-out']),
    /** The same by what the images show, mirrored, shifted and whatever their exposure; of the first `compared`. */
    images: z.object({ compared: count, suspected: maybe, suspectedByChance: maybe, suspectedP: maybe }).optional(),
    reason: z.string().optional(),
  }),
  /** In words: whether something about copies asks to be looked at, what was found, and what to bear in mind. */
  findings: z.object({ suspicious: z.boolean(), copies: z.string(), warnings: z.array(z.string()) }),
  /** The same of held-out real films, and of two halves of the training films (FID). */
  reference: z.object({ kid: kernelDistance.nullable(), fid: maybe, authenticity: maybe }),
})

/** Suspected copies of training films that were kept out of the pools of one class. */
const excludedCopies = z.object({
  /** Images looked at until the pools were full, over all repeats. */
  checked: count,
  excluded: count,
  /** How many would be by chance, and the probability of as many or more; null where that can't be told. */
  byChance: maybe,
  p: maybe,
  /** Whether it is more than chance would bring, or some equal a training film. */
  suspicious: z.boolean(),
})

/** Synthetic films that a person has rejected by looking at them, kept out of the pools of the model that is handed over. */
const rejectedFilms = z.object({
  /** Films that were looked at, accepted or rejected, as the file says that the run was handed. */
  decided: count,
  /** Films that it rejects, by class. */
  named: perClass,
  /** Images left out for it, by class over all repeats: one that is drawn again is left out again. */
  leftOut: perClass,
  /** Of those named, the ones that were not drawn here. */
  notDrawn: count,
  /** Whether some were rejected when the run that they were looked at in had its result, so that test scores could be seen. */
  afterResult: z.boolean(),
})

/** A generator, whatever its kind; its options stand in `config.generator`. */
const generatorFacts = z.object({
  kind: z.string(),
  /** In a sentence, without an article. */
  name: z.string(),
  /** In short. */
  noun: z.string(),
  /** Null where nothing is trained here: the images were made elsewhere, or by a program of the user's. */
  training: z
    .object({
      /** Generators trained, each from its own seed; the figures below are of each, `seconds` of all. */
      seeds: count,
      steps: count,
      stepsPerSecond: z.number(),
      seconds: z.number(),
      /** Trainable weights, by network. */
      parameters: z.record(z.string(), count),
      /** Columns of the curves, without the step. */
      curves: z.object({ losses: z.array(z.string()), shares: z.array(z.string()) }),
      /** Of each generator, where one was chosen; absent where images are drawn from the last. */
      snapshots: z.array(snapshotChoice).optional(),
    })
    .nullable(),
})

/** Training of a GAN in the words of before; `generatorFacts` says the same of any kind. */
export const ganFigures = z.object({
  /** GANs trained, each from its own seed; the figures below are of each, `seconds` of all. */
  seeds: count.default(1),
  steps: count,
  stepsPerSecond: z.number(),
  seconds: z.number(),
  batchSize: count,
  width: z.number(),
  widths: z.string(),
  parameters: z.object({ generator: count, discriminator: count }),
})

/** What a finished run has found, as `result.json` keeps it. `parse` it to be sure of a file from elsewhere. */
export const result = z.object({
  schemaVersion: z.literal(1),
  tool: z.object({ name: z.string(), version: z.string() }),
  seed: z.number(),
  /** The resolved configuration (config.yaml as data). */
  config: z.record(z.string(), z.unknown()),
  device: z.object({ provider: z.string(), threads: count, platform: z.string(), node: z.string() }),
  dataset: z.object({
    name: z.string(),
    classes: z.array(z.string()),
    /** The class that is looked for; null where there are more than two, and each is looked for. */
    positive: z.string().nullable(),
    split: z.object({ train: perClass, tuning: perClass, test: perClass }),
    patients: z.object({ train: count, tuning: count, test: count }),
    /** How patients were known: 'manifest', 'name', 'image' (each film its own patient). */
    patientSource: z.string(),
    external: z.record(z.string(), perClass),
    externalPatients: z.record(z.string(), count),
    /** Films from found to analysed: what left, and why. */
    flow: z.array(
      z.object({
        set: z.string(),
        found: count,
        excluded: z.array(z.object({ reason: z.string(), count })),
        analysed: count,
      }),
    ),
    warnings: z.array(z.string()),
    /** By set; absent in results of before. */
    readings: z.record(z.string(), reading).optional(),
    /** Whether the dataset gave the split itself; absent in results of before. */
    splitGiven: z.boolean().optional(),
    imageSize: z.tuple([count, count, count]),
  }),
  backbone: z.object({
    name: z.string(),
    hash: z.string(),
    features: count,
    inputSize: z.tuple([count, count]),
    note: z.string().optional(),
    /** The part that every trial trained with its head; absent where the backbone was frozen. */
    unfrozen: z.string().optional(),
  }),
  /** Null where the synthetic images were made elsewhere or by a program, or by a generator that has no such figures. */
  gan: ganFigures.nullable(),
  /** What made the synthetic images; absent in results of before (`generatorOf` knows those, too). */
  generator: generatorFacts.optional(),
  /** Where the synthetic images come from; absent in results of versions that knew the GAN alone. */
  synthetic: z
    .discriminatedUnion('source', [
      z.object({
        /** Trained here, whatever its kind: `generator` says which. */
        source: z.literal('gan'),
        /** By class, where suspected copies were left out; the search then ends where the images do. */
        excluded: z.record(z.string(), excludedCopies).optional(),
        /** Where a person has left films out. */
        rejected: rejectedFilms.optional(),
        kMax: z.object({ asked: multiple, used: multiple }).optional(),
      }),
      z.object({
        /** Made by a program of the user's, called with the training films alone. */
        source: z.literal('called'),
        /** That could be used, before suspected copies were left out. */
        images: perClass,
        /** By class, where suspected copies were left out. */
        excluded: z.record(z.string(), excludedCopies).optional(),
        /** Where a person has left films out. */
        rejected: rejectedFilms.optional(),
        /** Images that equal a training film and stayed. */
        trainingFilms: perClass,
        kMax: z.object({ asked: multiple, used: multiple }),
        /** For the model that is handed over; each fold makes as many. `seconds` of all of them. */
        calls: count,
        seconds: z.number(),
      }),
      z.object({
        source: z.literal('given'),
        order: z.enum(['name', 'random']),
        images: perClass,
        /** By class, where suspected copies were left out: they are not among `images`. */
        excluded: z.record(z.string(), excludedCopies).optional(),
        /** Where a person has left films out: they are not among `images` either. */
        rejected: rejectedFilms.optional(),
        /** Of them, those that equal a training film. */
        trainingFilms: perClass,
        kMax: z.object({ asked: multiple, used: multiple }),
        warnings: z.array(z.string()),
      }),
    ])
    .optional(),
  quality: z.array(
    z.object({
      class: z.string(),
      /** Mean MS-SSIM of random pairs of one class with 95 % limits; the metric's full name says scales and window. */
      msSsim: z.object({
        metric: z.string(),
        pairs: count,
        real: similarity,
        synthetic: similarity,
        /** Synthetic less real, with its own limits; absent in results of version 0.1. */
        difference: z.object({ value: maybe, low: maybe, high: maybe, p: maybe }).optional(),
        /** Pairs of one held-out film each. */
        realToHeldOut: similarity.optional(),
        syntheticToHeldOut: similarity.optional(),
        /** As many pairs among the synthetic films that each whole K adds to those of K - 1; absent in results of before. */
        byMultiple: z.array(similarity.extend({ k: multiple, images: count })).optional(),
      }),
      ...featureQuality.partial().shape,
    }),
  ),
  search,
  /** Searches of the other arms that have multiples (conventional augmentation), by arm. */
  searches: z.record(z.string(), search),
  /**
   * Outer folds; empty without. With folds `arms[].evaluations.internal`, `comparisons` on it and the verdict come from
   * them, while `search`, `arms[].k`, `model` and external sets are of one more GAN on all films.
   */
  folds: z.array(foldResult).default([]),
  arms: z.array(arm),
  comparisons: z.array(comparison),
  /** Sensitivity and specificity, pair by pair; Holm within a set and rule. */
  accuracyComparisons: z.array(accuracyComparison).optional(),
  /**
   * Arms that need no training, searched as the chosen one was and scored on the same test films; no comparators of the verdict.
   * Absent where there are none, and in results of before.
   */
  rivals: z
    .object({
      arms: z.array(rivalArm),
      /** Those that could not stand beside this generator. */
      leftOut: z.array(z.object({ name: z.string(), label: z.string(), reason: z.string() })),
    })
    .optional(),
  /** No comparator of the verdict either; absent where it was not asked for, and in results of before. */
  selection: selection.optional(),
  /** How many more real films would bring the gain over the original films alone; absent in results of before. */
  worth: z
    .object({
      /** Training films of the model that is handed over. */
      films: count,
      /** AUC of the chosen arm less that of the original films alone, internal test set; null where it is not known. */
      gain: known.nullable(),
      /** Real films with 95 % limits, from 0 to `most`: that many or more. */
      realFilms: known.extend({ most: count }).nullable(),
      /** AUC by training films, cross-validated inside the training and tuning films; none where these are too few. */
      curve: z.array(z.object({ films: count, auc: known })),
      /** The law fitted to it, to twice the films there are. */
      band: z.array(z.object({ films: count, auc: known })),
      /** The answer in a sentence, or why there is none. */
      text: z.string(),
    })
    .optional(),
  verdict,
  /** What stands in the way of an answer, the gravest first; absent in results of before. */
  concerns: z.array(concern).optional(),
  /** Arm that `model/classifier.onnx` holds, and the arm that the tuning data favour. */
  model: z.object({ arm: z.string(), favoured: z.string() }),
  seconds: z.record(z.string(), z.number()),
})

export type Evaluation = z.infer<typeof evaluation>
export type TrialResult = z.infer<typeof trial>
export type SearchResult = z.infer<typeof search>
export type FoldResult = z.infer<typeof foldResult>
/** A fold among those of all times; both count from 1. */
export type FoldName = Readonly<Pick<FoldResult, 'fold' | 'time'>>
export type ArmResult = z.infer<typeof arm>
export type RivalResult = z.infer<typeof rivalArm>
export type SelectionResult = z.infer<typeof selection>
export type Comparison = z.infer<typeof comparison>
export type FeatureQuality = z.infer<typeof featureQuality>
export type SnapshotChoice = z.infer<typeof snapshotChoice>
export type GeneratorFacts = z.infer<typeof generatorFacts>
export type RejectedFilms = z.infer<typeof rejectedFilms>
export type ExcludedCopies = z.infer<typeof excludedCopies>
export type Verdict = z.infer<typeof verdict>
export type Result = z.infer<typeof result>
