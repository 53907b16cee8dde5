/**
 * What a generator is to the rest of kopt. A kind is one folder beside this file and one line in `registry.ts`: its options
 * and their meaning, and what its form asks for. One that is trained takes steps and draws; one that is called fills a folder
 * with images of the films that it is handed; of images that were made elsewhere no more is asked than where they lie. What the
 * run decides (how often a checkpoint is written, how many generators there are) is no option of a kind.
 */
import type { z } from 'zod'
import type { NDArray } from '../base/ndarray.js'
import type { Rng } from '../base/random.js'
import type { CompileOptions } from '../runtime/compile.js'
import type { Tensor } from '../tensor/trace.js'
import type { Observer, StepValues } from './observer.js'

/** The images that a generator learns from and makes. */
export interface ImageSpec {
  /** Names in the order of the labels, at least two. */
  readonly classes: string[]
  /** Height and width in pixels. */
  readonly imageSize: [number, number]
  readonly channels: 1 | 3
}

/** What every trained generator is told; a kind adds options of its own. */
export interface TrainingOptions extends ImageSpec {
  readonly steps: number
  readonly seed: number
}

/** A partial configuration that each preset of a run lays over a kind's defaults. */
export type PresetValues = Readonly<Record<'quick' | 'standard' | 'kong2022', Readonly<Record<string, unknown>>>>

/** What all kinds have in common. */
interface Kind {
  /** The word in a configuration: `generator.kind`. */
  readonly kind: string
  /** In a sentence, without an article: `auxiliary-classifier GAN`. */
  readonly name: string
  /** In short, as sentences about it call it: `GAN`, `generator`. */
  readonly noun: string
  /** A sentence on what it is, for whoever chooses among the kinds. */
  readonly about: string
  /**
   * Its part of a configuration, without `kind`: a strict object in which every key has a range, a description that names its
   * unit, and a default.
   */
  readonly options: z.ZodObject
  readonly presets: PresetValues
}

/** A length in `stateSpecs` that the options do not fix: as many as there are training films, say. */
export const anyLength = -1

/** Columns of `curves.csv` behind the step, losses first. */
export interface CurveColumns {
  /** Of any range; `divergence` asks that they be finite. */
  readonly losses: readonly string[]
  /** From 0 to 1. */
  readonly shares: readonly string[]
}

/** Images and the index of each one's class. */
export interface TrainingSet {
  /** [N, H, W, channels] as the options say. */
  readonly images: NDArray<'uint8'>
  readonly labels: Int32Array
}

/** A training that stands at some step; it holds the state, on the device where that is possible. */
export interface Training<State> {
  /** Steps that one call takes best: several where the state would travel between calls. */
  readonly atOnce: number
  /**
   * Makes the next steps, `first` being the number of the first (from 1), and answers the values of each. Everything random
   * in a step comes from seed and step alone.
   */
  advance(first: number, count: number): Promise<readonly StepValues[]>
  /** The state after the steps so far, a copy where it lies on a device. */
  state(): Promise<State>
  close(): Promise<void>
}

/** The generator as it draws, for a fixed number of images at a time. */
export interface Drawing<Weights> {
  /**
   * @param noise float32 [count, ...], all that is random, a row an image (`TrainedKind.drawNoise`)
   * @param labels int32 [count]
   * @returns uint8 [count, H, W, channels]
   */
  run(weights: Weights, noise: NDArray<'float32'>, labels: NDArray<'int32'>): Promise<NDArray<'uint8'>>
  close(): Promise<void>
}

/**
 * Drawing as a function of noise and labels alone, the weights being constants: what can stand in one graph.
 *
 * `noise`: float32 of the shape that `TrainedKind.drawNoise` gives; independent, standard normal. `labels`: int32 [N].
 * Answers grey levels [N, H, W, channels], to be rounded half up and clamped to 0..255.
 */
export type DrawingProgram = (noise: Tensor, labels: Tensor) => Tensor

/**
 * A kind that is trained here, on the training films alone.
 * `O`: its complete options. `S`: all that a step changes, a tree of arrays. `W`: the part of it that drawing takes.
 */
export interface TrainedKind<O extends TrainingOptions = TrainingOptions, S = unknown, W = unknown> extends Kind {
  readonly form: 'trained'
  /**
   * Whether all that it learns is computed at once: one step is the whole training, a curve has nothing to show, and a second
   * generator would be the first again.
   */
  readonly inClosedForm: boolean
  /** What makes its films less like single training films, as an order: `Train it for fewer steps (generator.steps)`. */
  readonly againstCopies: string
  readonly curves: CurveColumns

  /**
   * Options with the kind's values where none is given, for these images and this seed. Throws a `UserError` that lists every
   * option that is unknown, missing, of another type or out of range.
   */
  complete(options: Readonly<Record<string, unknown>>): O
  /** Trainable weights, by network. */
  parameters(options: O): Readonly<Record<string, number>>
  /** Shapes of the state, in a tree of its form; `anyLength` for a length that hangs on the films. */
  stateSpecs(options: O): unknown
  /** The state before the first step. */
  initialState(options: O): S
  openTraining(options: O, set: TrainingSet, state: S, runtime: CompileOptions): Promise<Training<S>>
  /** What watches this kind's training besides the observers that every training has. */
  watchers(options: O): readonly Observer<S>[]

  weightsOf(state: S): W
  /** float32 [count, ...]: what `Drawing.run` takes for so many images. */
  drawNoise(rng: Rng, count: number, options: O): NDArray<'float32'>
  openDrawing(options: O, count: number, runtime: CompileOptions): Promise<Drawing<W>>
  /** What draws the same images; absent where the weights are training films, and handing them on would hand on these. */
  drawingProgram?(options: O, weights: W): DrawingProgram
}

/** A kind whose images were made elsewhere: there is nothing to train, and nothing that folds could train anew. */
export interface GivenKind extends Kind {
  readonly form: 'given'
}

/** What a kind that is called is handed: the training films of a run or of one of its folds, and what is wanted of them. */
export interface CallJob extends ImageSpec, TrainingSet {
  /** Images of each class. */
  readonly wanted: readonly number[]
  /** Whole number below 2^31. */
  readonly seed: number
  /** An empty folder for this call alone, gone when it is over. */
  readonly scratch: string
  /** File for what is said on the way. */
  readonly log: string
}

export interface CallCare {
  /** Hears what is said on the way, line by line. */
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * A kind that learns from the training films and draws in one call, with code that is not ours: it leaves nothing that could be
 * gone on with or drawn from later. A call that was stopped begins anew; one that has ended is not repeated.
 */
export interface CalledKind extends Kind {
  readonly form: 'called'
  /** As a trained kind's. */
  readonly againstCopies: string
  /** What would be run with these options, as a command line shows it: who is asked to trust it must see it. */
  lineOf(options: Readonly<Record<string, unknown>>): string
  /** Who makes the images, in a sentence: `the generator's program (python3 draw.py)`. */
  makerOf(options: Readonly<Record<string, unknown>>): string
  /**
   * Answers a folder below `scratch` for each class, whatever lies in it: who reads it trusts nothing there. Throws a `UserError`
   * where the call has failed, `Interrupted` on the signal; nothing that was started runs on in either case.
   */
  make(options: Readonly<Record<string, unknown>>, job: CallJob, care: CallCare): Promise<readonly string[]>
}

export type GeneratorKind = TrainedKind | CalledKind | GivenKind
