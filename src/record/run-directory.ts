/**
 * A run folder and every file name in it; no other file spells them.
 * What is meant to be shown names films by run ids; paths and patients stand in `private/` alone.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { exists, isDirectory, isHalfWritten, isLink, listDirectory } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import type { StageName } from './events.js'

/** Absolute paths of everything a run leaves behind. */
export class RunDirectory {
  readonly root: string

  constructor(root: string) {
    this.root = path.resolve(root)
  }

  private at(...parts: string[]): string {
    return path.join(this.root, ...parts)
  }

  /** What a run writes at the top of its folder: names of files and of folders. */
  get topNames(): readonly string[] {
    const files = [this.config, this.mayLeave, this.split, this.events, this.result, this.report, this.sharedReport]
    const folders = [this.gan, this.features, this.trials, this.scores, this.tables, this.figures, this.model]
    const more = [this.methodsText, this.external, this.private, this.pool, this.state, this.work]
    const ofFolds = [this.fold(1), this.inner(1)].map(({ root }) => path.dirname(root))
    return [...files, ...folders, ...more, ...ofFolds].map((file) => path.basename(file))
  }

  /** Resolved configuration, written before anything starts; names in place of paths. */
  get config(): string {
    return this.at('config.yaml')
  }

  /** Who is at work in the folder; gone when nobody is. */
  get lock(): string {
    return this.at('run.lock')
  }

  /** What of the run may be passed on, in plain words. */
  get mayLeave(): string {
    return this.at('WHAT-MAY-LEAVE.txt')
  }

  /** Film ids with patient ids, label and part (train, tuning, test). */
  get split(): string {
    return this.at('split.csv')
  }

  /** One `RunEvent` a line. */
  get events(): string {
    return this.at('events.jsonl')
  }

  get result(): string {
    return this.at('result.json')
  }

  get report(): string {
    return this.at('report.html')
  }

  /** The report without real films. */
  get sharedReport(): string {
    return this.at('report-share.html')
  }

  /** Checkpoints, sample grids and curves of the GAN. */
  get gan(): string {
    return this.at('gan')
  }

  /** Folder of one GAN of several; `number` from 1, the first in `gan/` itself. */
  ganOf(number: number): string {
    return number === 1 ? this.gan : this.at('gan', `seed-${number}`)
  }

  /** Losses and accuracies by step, CSV. */
  get ganCurves(): string {
    return this.at('gan', 'curves.csv')
  }

  /** Feature cache. */
  get features(): string {
    return this.at('features')
  }

  /** Feature matrix of one set or pool, a row an image: `features/train.npy`. */
  featureMatrix(name: string): string {
    return this.at('features', `${fileName(name)}.npy`)
  }

  /** Weights of the backbone's top as they were loaded, where it is trained. */
  get loadedTop(): string {
    return this.at('features', 'block.safetensors')
  }

  get trials(): string {
    return this.at('trials')
  }

  /** One trial: `trials/GCB+OMGDA-k014-r1.json`, between whole K `...-k001.25-r1.json`; `repeat` counts from 1. */
  trial(arm: string, k: number, repeat: number): string {
    const multiple = String(k).replace(/^\d+/, (whole) => whole.padStart(3, '0'))
    return this.at('trials', `${fileName(arm)}-k${multiple}-r${repeat}.json`)
  }

  /** The top that a trial trained beside its head: `trials/GCB+OMGDA-k014-r1.safetensors`. */
  trialTop(arm: string, k: number, repeat: number): string {
    return this.trial(arm, k, repeat).replace(/json$/, 'safetensors')
  }

  get scores(): string {
    return this.at('scores')
  }

  /** Label, score and patient id of every case of one set (`internal`, `tuning`, `out-of-fold`, or an external name): `scores/GCB+CDA.internal.csv`. */
  scoresOf(arm: string, set: string): string {
    return this.at('scores', `${fileName(arm)}.${fileName(set)}.csv`)
  }

  /** The methods in prose, ready to paste. */
  get methodsText(): string {
    return this.at('methods.md')
  }

  get tables(): string {
    return this.at('tables')
  }

  /** `tables/table1-internal.csv`. */
  table(name: string): string {
    return this.at('tables', `${fileName(name)}.csv`)
  }

  get figures(): string {
    return this.at('figures')
  }

  /** `figures/roc-internal.svg`. */
  figure(name: string): string {
    return this.at('figures', `${fileName(name)}.svg`)
  }

  get model(): string {
    return this.at('model')
  }

  /** Backbone and head in one ONNX file. */
  get classifier(): string {
    return this.at('model', 'classifier.onnx')
  }

  get heads(): string {
    return this.at('model', 'heads')
  }

  /** Delivered head of one arm: `model/heads/GCB+CDA.json`. */
  head(arm: string): string {
    return this.at('model', 'heads', `${fileName(arm)}.json`)
  }

  /** Sets that were added after the run, one JSON file each. */
  get external(): string {
    return this.at('external')
  }

  /** One added set: `external/clinic-c.json`. */
  externalSet(name: string): string {
    return this.at('external', `${fileName(name)}.json`)
  }

  /** Files and patients of an added set: `private/clinic-c-films.csv`. */
  externalFilms(name: string): string {
    return this.at('private', `${fileName(name)}-films.csv`)
  }

  /** What must not be passed on: paths, patients, pixels of films. */
  get private(): string {
    return this.at('private')
  }

  /** The resolved configuration with its paths. */
  get privateConfig(): string {
    return this.at('private', 'config.yaml')
  }

  /** What data preparation found and decided: films, labels, sets. */
  get prepared(): string {
    return this.at('private', 'prepared.json')
  }

  /** Images for the report's figures, real films among them. */
  get samples(): string {
    return this.at('private', 'samples.json')
  }

  /** Synthetic images beside the training films that they are closest to. */
  get closestPairs(): string {
    return this.at('private', 'closest-pairs.json')
  }

  /** Run ids with path, patient and content hash. */
  get films(): string {
    return this.at('private', 'films.csv')
  }

  /** Arrays of films, for example `private/train-pixels.npy`. */
  privateArray(name: string): string {
    return this.at('private', `${fileName(name)}.npy`)
  }

  /** Append-only pools of synthetic and of conventionally augmented images. */
  get pool(): string {
    return this.at('pool')
  }

  /** An array of the pool: `pool/synthetic-r1.npy`. */
  poolArray(name: string): string {
    return this.at('pool', `${fileName(name)}.npy`)
  }

  /** What was left out of an array of the pool: `pool/synthetic-r1.json`. */
  poolFacts(name: string): string {
    return this.at('pool', `${fileName(name)}.json`)
  }

  get state(): string {
    return this.at('state')
  }

  /** Units of work that any process may do; gone when the run has its result. */
  get work(): string {
    return this.at('work')
  }

  /** Checksums of the run's files and those of its folds, as `sha256sum` writes them. */
  get seals(): string {
    return this.at('state', 'checksums.sha256')
  }

  /** What a person had decided of synthetic films when the run began. */
  get filmDecisions(): string {
    return this.at('state', 'film-decisions.json')
  }

  /** The backbone that the run began with. */
  get backbone(): string {
    return this.at('state', 'backbone.json')
  }

  /** Folder of one outer fold, laid out as a run's: `folds/01`; `number` counts from 1 over all times. */
  fold(number: number): RunDirectory {
    return new RunDirectory(this.at('folds', String(number).padStart(2, '0')))
  }

  /** Folder of one inner fold, with its generator, pools and features: `inner/01`; `number` from 1. */
  inner(number: number): RunDirectory {
    return new RunDirectory(this.at('inner', String(number).padStart(2, '0')))
  }

  /** What a finished fold leaves to the run. */
  get foldOutcome(): string {
    return this.at('outcome.json')
  }

  /** How far the stage at work is; there while a run is under way. */
  get progress(): string {
    return this.at('state', 'progress.json')
  }

  /** Why a run stopped before its end; its sentence may name films, so it is private. */
  get stopped(): string {
    return this.at('private', 'stopped.json')
  }

  /** That what a finished run no longer needs was removed, and what that was. */
  get cleaned(): string {
    return this.at('state', 'cleaned.json')
  }

  /** Marker of a finished stage with what later stages need of it. */
  stage(name: StageName): string {
    return this.at('state', `${name}.json`)
  }
}

/** A folder that already holds a run. Throws a `UserError` for any other place. */
export function openRunDirectory(root: string): RunDirectory {
  const directory = new RunDirectory(root)
  if (!isDirectory(directory.root))
    throw new UserError(`${root} is not a folder; expected the folder of a run, such as runs/0001-sinus`)
  if (hasBegun(directory)) return directory
  throw new UserError(
    isDirectory(directory.private) && holdsNothingYet(directory)
      ? `${root} holds no run yet: it was stopped before it had begun; begin it again: kopt run DATASET --out ${root}`
      : `${root} holds no run: config.yaml is missing; name the folder that \`kopt run\` printed`,
  )
}

/** Whether what a run is made with stands in its folder, in one place at least. */
export function hasBegun({ config, privateConfig }: RunDirectory): boolean {
  return exists(config) || exists(privateConfig)
}

/** Whether a folder holds nothing but what a kill in the first moments of a run leaves. */
export function holdsNothingYet({ root, lock, private: secret, privateConfig, state, seals }: RunDirectory): boolean {
  const first = (folder: string, names: readonly string[]) =>
    listDirectory(folder).every(({ name }) => names.includes(name) || isHalfWritten(name))
  return (
    listDirectory(root).every(
      ({ name }) => [secret, state].includes(path.join(root, name)) || isLockFile(lock, name),
    ) &&
    [secret, state].every((folder) => !isLink(folder)) &&
    first(secret, [path.basename(privateConfig)]) &&
    first(state, [path.basename(seals)])
  )
}

/** The lock, or what another process that asks for it writes beside it. */
export function isLockFile(lock: string, name: string): boolean {
  return name.startsWith(path.basename(lock))
}

/** The next free numbered name: `runs/0001-sinus` for the first run of the dataset `sinus`. */
export function nextRunName(dataset: string, runs = 'runs'): string {
  const last = Math.max(0, ...runNumbers(runs).map((run) => run.number))
  return path.join(runs, `${String(last + 1).padStart(4, '0')}-${slug(dataset) || 'dataset'}`)
}

/** The run with the highest number that has begun (holds what it is made with), or undefined. */
export function latestRun(runs = 'runs'): string | undefined {
  const begun = runNumbers(runs).filter((run) => hasBegun(new RunDirectory(run.folder)))
  return begun.at(-1)?.folder
}

function runNumbers(runs: string): { number: number; folder: string }[] {
  return listDirectory(runs)
    .filter((entry) => entry.directory && /^\d{4,}-/.test(entry.name))
    .map((entry) => ({ number: Number.parseInt(entry.name, 10), folder: path.join(runs, entry.name) }))
    .sort((a, b) => a.number - b.number)
}

function slug(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return plain.replace(/^-+|-+$/g, '').slice(0, 40)
}

/** A name as part of a file name on every system; a name that had to change carries a hash, so that no two meet. */
function fileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9+=_-]+/g, '-').slice(0, 80)
  return safe === name ? safe : `${safe}-${hashBytes(name).slice(0, 6)}`
}
