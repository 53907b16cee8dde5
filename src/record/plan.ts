/**
 * What `kopt plan` found, as plain data: made by `experiment/plan/`, shown by the terminal and the page, printed by
 * `--json`. No film and no patient is named.
 */
import type { StageName } from './events.js'

/** A figure with what it may lie between. */
export interface Range {
  readonly value: number
  readonly low: number
  readonly high: number
}

export interface Plan {
  readonly dataset: string
  readonly classes: readonly string[]
  readonly positive: string | null
  readonly preset: string
  readonly backbone: string
  /** Films of each class in each set. */
  readonly split: Readonly<Record<'train' | 'tuning' | 'test', Readonly<Record<string, number>>>>
  readonly patients: Readonly<Record<'train' | 'tuning' | 'test', number>>
  readonly external: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Outer folds in all (folds x times); 0: one split. */
  readonly folds: number
  /** Inner folds that choose K; 0: other films do. */
  readonly innerFolds: number
  /** What would be done, in one figure each. */
  readonly work: {
    readonly ganSteps: number
    /** GANs that are trained. */
    readonly gans: number
    /** Calls of a program that makes the images; nobody knows how long they take, and no time here counts them. */
    readonly calls: number
    /** The multiples K that would be tried, ascending. */
    readonly multiples: readonly number[]
    readonly repeats: number
    readonly heads: number
    readonly imagesDrawn: number
    readonly imagesThroughBackbone: number
  }
  readonly stages: readonly { readonly stage: StageName; readonly seconds: Range }[]
  readonly seconds: Range
  /** The same by several workers (`kopt work`) that are like this computer. */
  readonly workers: {
    readonly times: readonly { readonly workers: number; readonly seconds: Range }[]
    /** So many come within 5 % of what any number could do. */
    readonly enough: number
  }
  readonly machine: {
    readonly platform: string
    readonly threads: number
    readonly ganStepSeconds: Range
    readonly imagesPerSecond: number
    /** Seconds that the plan itself took. */
    readonly planSeconds: number
  }
  readonly baseline: Baseline | null
  readonly testSet: TestSetPower | null
  readonly learningCurve: PlannedCurve | null
  readonly advice: Advice
  readonly warnings: readonly string[]
}

/** The classifier on real films alone, cross-validated inside the training and tuning films. */
export interface Baseline {
  readonly auc: Range
  /** Training films of each fold. */
  readonly trainedOn: number
  readonly films: number
  readonly patients: number
}

/** What the test films could show, by the verdict's own limits. */
export interface TestSetPower {
  readonly films: number
  readonly positives: number
  readonly negatives: number
  readonly patients: number
  /** Comparators that the verdict would need to beat. */
  readonly comparators: number
  /** AUC of the comparators and correlation of scores that the figures assume. */
  readonly auc: number
  readonly correlation: number
  /** Chance of a "yes" at which a gain counts as shown. */
  readonly probability: number
  readonly smallestGain: number | null
  /** The smallest gain if scores were less alike and more alike. */
  readonly smallestGainAt: readonly { readonly correlation: number; readonly gain: number | null }[]
  /** `verdict.delta`, the chance of showing a gain of that size, and the films that would show it. */
  readonly delta: number
  readonly chanceAtDelta: number
  readonly filmsForDelta: number | null
  /** What outer folds would show, which make every film a test film once; null where there are folds, or can be none. */
  readonly withFolds: { readonly films: number; readonly smallestGain: number | null } | null
}

export interface PlannedCurve {
  readonly points: readonly { readonly films: number; readonly auc: Range }[]
  /** Fitted band, from the smallest size to beyond the present one. */
  readonly band: readonly { readonly films: number; readonly auc: Range }[]
  /** Training films that the run would have. */
  readonly present: number
  /** What more training films would bring. */
  readonly ahead: readonly { readonly more: number; readonly gain: Range }[]
  /** AUC at the largest size less that at about half of it, as measured. */
  readonly recent: Range & { readonly from: number; readonly to: number }
  readonly text: string
}

/** Whether more films would raise the AUC: a rise that chance does not explain, none that would matter, or not to be told. */
export type Trend = 'rises' | 'flat' | 'open'

/** One reason for or against a run, with the numbers that its sentence needs. */
export type AdviceReason =
  | { readonly kind: 'too-few-films' }
  /** On so many test films no gain would be shown. */
  | { readonly kind: 'nothing-shown'; readonly films: number }
  /** Only a gain larger than generated images usually bring would be shown. */
  | (ShownGain & { readonly kind: 'large-gain-alone'; readonly films: number })
  /** A gain of delta would more likely end as "unclear". */
  | (ShownGain & { readonly kind: 'delta-unlikely' })
  | { readonly kind: 'gain-shown'; readonly smallestGain: number }
  /** What outer folds would show; null: nothing either. */
  | { readonly kind: 'with-folds'; readonly films: number; readonly smallestGain: number | null }
  /** Real films alone reach so much that little is left to gain. */
  | { readonly kind: 'little-room'; readonly auc: number }
  /** What more real films did, from one size to another. */
  | {
      readonly kind: 'more-films'
      readonly trend: Trend
      readonly from: number
      readonly to: number
      readonly change: Range
    }

interface ShownGain {
  readonly smallestGain: number
  readonly delta: number
  /** Test films that would show delta; null where no number would. */
  readonly filmsForDelta: number | null
}

/** What so many more training films would bring. */
export interface Prospect {
  readonly more: number
  readonly gain: Range
  readonly trend: Trend
}

export interface Advice {
  readonly worth: 'yes' | 'perhaps' | 'hardly'
  /** Sentences in order of weight. */
  readonly reasons: readonly string[]
  readonly text: string
}
