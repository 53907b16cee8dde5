/**
 * A generator that is called: handed the training films and asked for all images at once, for every draw that it serves. What it
 * leaves is looked through and goes into the pools; its folder is then removed, and nothing hangs on it any more.
 */
import path from 'node:path'
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { makePrivateDirectory, readJson, removeDirectory } from '../../base/files.js'
import { count, counted, listing } from '../../base/format.js'
import { hashBytes } from '../../base/hash.js'
import { extents, takeRows } from '../../base/ndarray.js'
import { encodeNpy, readNpy } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import type { ImageSpec } from '../../generator/contract.js'
import { type MadeImages, readMade } from '../../generator/read-made.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies, RejectedFilms } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import { judged, mostDrawn, type Sieve, type Sifted, siftedOf, stays } from '../../synthetic/sift.js'
import { endsEarlyWords, equalFilmsWords, imagesOfClasses } from '../../words/run-warnings.js'
import { classCounts, FilmIndex, type SealedTestSets, type SearchData } from '../cohort/film-set.js'
import { type CalledGenerator, calledGenerator, calledLine } from '../config/chosen-generator.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import { resumeLine } from '../config/resume-line.js'
import type { Config } from '../config/schema.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf, ganOfDraw } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'
import { filmsAmong, refuseTestFilms } from './known-films.js'
import { rejectedFilms, sievesOf } from './leave-out-rejected.js'

export interface CalledPools {
  /** Images of each class that were made and could be used, over all calls, before copies were left out. */
  readonly images: readonly number[]
  /** Of those in the pools, the ones that equal a training film. */
  readonly trainingFilms: readonly number[]
  /** Suspected copies, left out; null where they may stay. */
  readonly excluded: readonly ExcludedCopies[] | null
  /** What a person has rejected, left out; null where that is nothing. */
  readonly rejected: RejectedFilms | null
  /** The largest of the multiples asked for that every pool has images for. */
  readonly kMax: number
  /** Of all calls. */
  readonly seconds: number
}

/** What a call has made of a class. */
interface ClassMade extends Sifted {
  /** Images that equal a training film. */
  readonly equal: number
  /** Images of each draw. */
  readonly drawn: number
}

/** What is left of a call beside the pools. */
interface CallFacts {
  readonly seconds: number
  readonly classes: readonly ClassMade[]
}

/** One of the calls of a run or a fold; `number` from 1. */
interface Call {
  readonly number: number
  /** Written last. */
  readonly facts: string
  /** Files of the pools that it fills: of each class its draws. */
  readonly pools: readonly (readonly string[])[]
}

/** Calls the generator for each of its seeds and fills the pools of all draws. */
export function callGenerator(context: StageContext, data: SearchData, sealed: SealedTestSets): Promise<CalledPools> {
  const { config, seals, emit } = context
  return runStage(context, 'call-generator', async () => {
    const sieves = await sievesOf(context, data)
    const called: CallFacts[] = []
    for (const call of callsOf(context, data)) {
      if (![call.facts, ...call.pools.flat()].every((file) => seals.holds(file)))
        seals.writeJson(call.facts, await callOnce(context, call, { data, sealed, sieves }))
      called.push(readJson<CallFacts>(call.facts))
    }
    const byClass = data.classes.map((_, c) => called.map(({ classes }) => elementAt(classes, c)))
    const sums = (of: (made: ClassMade) => number) => byClass.map((made) => total(made.map(of)))
    const rejected = rejectedFilms(context, data.classes, byClass)
    const checks = sieves?.flatMap(({ copies }) => copies ?? []) ?? []
    const excluded = config.synthetic.excludeCopies
      ? checks.map((check, c) => {
          const made = elementAt(byClass, c)
          return excludedCopies(
            check,
            made,
            made.some(({ equal }) => equal > 0),
          )
        })
      : null
    if (excluded) sayExcluded(context, data.classes, excluded)
    const trainingFilms = excluded ? data.classes.map(() => 0) : sums(({ equal }) => equal)
    if (total(trainingFilms) > 0) emit({ type: 'warning', text: equalFilmsWords(total(trainingFilms)) })
    const drawn = byClass.map((made) => Math.min(...made.map((one) => one.drawn)))
    const multiples = multiplesOf(config, data, drawn)
    const [kMax, asked] = [elementAt(multiples, multiples.length - 1), largestTried(config.search)]
    if (kMax < asked)
      emit({ type: 'warning', text: endsEarlyWords({ classes: data.classes, counts: drawn }, kMax, asked) })
    return {
      images: sums(({ checked }) => checked),
      trainingFilms,
      excluded,
      rejected,
      kMax,
      seconds: total(called.map(({ seconds }) => seconds)),
    }
  })
}

/**
 * Throws a `UserError` unless the program that would be called was named by whoever runs this: a configuration and a run's folder
 * may come from anybody.
 */
export function requireNamed({
  config,
  run,
  programNamed,
}: Pick<StageContext, 'config' | 'run' | 'programNamed'>): void {
  const line = calledLine(config)
  if (line === null || programNamed) return
  throw new UserError(
    `${shownPath(run.root)} goes on with a program that its folder names (${line}), and kopt starts no program that was not named on its own command line: a folder may come from anybody. If you trust it: ${resumeLine(run.root, config)}`,
  )
}

/** Features of the pools that the calls have filled. */
export async function extractCalledFeatures(
  context: StageContext,
  data: SearchData,
  cache: FeatureCache,
): Promise<void> {
  const { config, directory } = context
  await runStage(context, 'fill-pool', async () => {
    const pools = drawsOf(config).flatMap((draw) => data.classes.map((_, c) => poolName('synthetic', draw, c)))
    const images = imagesWanted(context, data).reduce((a, b) => a + b, 0)
    const progress = progressOf(context, 'fill-pool', drawsOf(config).length * images, 'images')
    for (const name of pools)
      await featureMatrix(context, cache, name, () => readNpy(directory.poolArray(name), 'uint8'), progress)
    return null
  })
}

/** Of each class, in one draw. */
function imagesWanted({ config }: Pick<StageContext, 'config'>, data: SearchData): number[] {
  return additions(classCounts(data.train, data.classes), largestTried(config.search))
}

function callsOf({ config, directory }: Pick<StageContext, 'config' | 'directory'>, data: SearchData): Call[] {
  return Array.from({ length: config.training.seeds }, (_, i) => {
    const draws = drawsOf(config).filter((draw) => ganOfDraw(config, draw) === i + 1)
    return {
      number: i + 1,
      facts: directory.poolFacts(`call-${i + 1}`),
      pools: data.classes.map((_, c) => draws.map((draw) => directory.poolArray(poolName('synthetic', draw, c)))),
    }
  })
}

/** What a call learns from, and what its images are held against. */
interface Known {
  readonly data: SearchData
  readonly sealed: SealedTestSets
  /** Of each class; null where nothing is left out. */
  readonly sieves: readonly Sieve[] | null
}

async function callOnce(context: StageContext, call: Call, known: Known): Promise<CallFacts> {
  const { config, directory, emit, signal } = context
  requireNamed(context)
  const generator = calledGenerator(config)
  const { classes, train } = known.data
  const [, height, width, channels] = extents(train.pixels, 4)
  const spec: ImageSpec = { classes: [...classes], imageSize: [height, width], channels: channels as 1 | 3 }
  const wanted = imagesWanted(context, known.data).map((each, c) => {
    const sieve = known.sieves?.[c]
    const count = each * elementAt(call.pools, c).length
    return sieve ? mostDrawn(count, sieve) : count
  })
  const scratch = path.join(directory.private, `call-${call.number}`)
  // A call that was stopped leaves its folder to the next.
  removeDirectory(scratch)
  makePrivateDirectory(directory.private)
  makePrivateDirectory(scratch)
  const begun = performance.now()
  try {
    const job = {
      ...spec,
      images: train.pixels,
      labels: Int32Array.from(train.films, (film) => film.classIndex),
      wanted,
      seed: repeatSeed(config.seed, 'gan', call.number) % 2 ** 31,
      scratch,
      log: path.join(directory.private, `call-${call.number}.log`),
    }
    const folders = await generator.make(job, { onLine: (text) => emit({ type: 'program-line', text }), signal })
    const seconds = (performance.now() - begun) / 1000
    const made = await readMade({ ...spec, wanted, scratch, folders, maker: generator.maker }, signal)
    return { seconds, classes: await fillPools(context, call, known, generator, made) }
  } finally {
    removeDirectory(scratch)
  }
}

/** Nothing is written before all of it may be used: a call that is refused is made again. */
async function fillPools(
  context: StageContext,
  call: Call,
  { data, sealed, sieves }: Known,
  generator: CalledGenerator,
  made: readonly MadeImages[],
): Promise<ClassMade[]> {
  const place = `what ${generator.maker} left`
  refuseTestFilms(
    context,
    place,
    made,
    data,
    sealed,
    'let it learn from the films that it is handed, and from no others',
  )
  const training = new FilmIndex(data.train)
  const found = made.map((images) => ({ ...images, equal: filmsAmong(images, training) }))
  refuseFilmsGivenBack(
    place,
    data.classes,
    found.map(({ equal }) => equal),
  )
  const wanted = imagesWanted(context, data)
  const classes: ClassMade[] = []
  const pools: { readonly file: string; readonly images: MadeImages['pixels'] }[] = []
  for (const [c, { pixels, equal }] of found.entries()) {
    const sieve = sieves?.[c] ?? { copies: null, rejected: new Set<string>() }
    const against = (await judged(sieve, pixels, context.signal)).map((one, row) =>
      sieve.copies && equal[row] ? { ...one, suspected: true } : one,
    )
    const left = against.flatMap((one, row) => (stays(one) ? [row] : []))
    const files = elementAt(call.pools, c)
    const drawn = Math.min(elementAt(wanted, c), Math.floor(left.length / files.length))
    classes.push({ ...siftedOf(against), equal: equal.filter(Boolean).length, drawn })
    for (const [i, file] of files.entries())
      pools.push({ file, images: takeRows(pixels, left.slice(i * drawn, (i + 1) * drawn)) })
  }
  requireEnough(context, generator, data, classes)
  const { seals } = context
  for (const { file, images } of pools) {
    const before = seals.recorded(file)
    // Where the call had ended, features and trials of what it made may stand in the run.
    const mustBeSame = before !== undefined && seals.recorded(call.facts) !== undefined
    if (mustBeSame && before !== hashBytes(encodeNpy(images)))
      throw new UserError(
        `${generator.maker} made other images than before of the same films with the same seed, so that what was lost of this run can't be made anew; start a new run, and have the program draw by the seed that it is handed`,
      )
    seals.writeNpy(file, images)
  }
  return classes
}

/** Films that come back as they were are no new images: where they are most of a class's, the program makes none. */
function refuseFilmsGivenBack(place: string, classes: readonly string[], equal: readonly (readonly boolean[])[]): void {
  const copied = equal.flatMap((images, c) => {
    const same = images.filter(Boolean).length
    return 2 * same > images.length
      ? [`${count(same)} of ${counted(images.length, 'image')} of class ${elementAt(classes, c)}`]
      : []
  })
  if (copied.length === 0) return
  throw new UserError(
    `${place} are training films, pixel by pixel (${listing(copied)}): it gives back what it was handed; have it draw new images`,
  )
}

/** The multiples that draws of so many images of each class suffice for. */
function multiplesOf({ search }: Config, data: SearchData, drawn: readonly number[]): number[] {
  return multiplesFilled(classCounts(data.train, data.classes), drawn, multiplesTried(search))
}

/** Throws a `UserError` where a call has left too few for the first K, or for the one that is asked for. */
function requireEnough(
  { config }: Pick<StageContext, 'config'>,
  { maker, kind }: CalledGenerator,
  data: SearchData,
  made: readonly ClassMade[],
): void {
  const drawn = made.map((one) => one.drawn)
  const wanted = config.search.fixedK ?? elementAt(multiplesTried(config.search), 0)
  if (multiplesOf(config, data, drawn).includes(wanted)) return
  const rejected = made.some((one) => one.rejected.length > 0)
    ? ', those that a person has rejected left out; reject fewer (synthetic.rejected)'
    : ''
  const why = made.some(({ excluded }) => excluded > 0)
    ? `, suspected copies of training films left out. ${kind.againstCopies}, or keep the copies and see the report (synthetic.excludeCopies=false)`
    : rejected ||
      "; have it write as many as it is asked for into the folder of each class, and end with an error where it can't"
  const needed = additions(classCounts(data.train, data.classes), wanted)
  throw new UserError(
    `${maker} left too few images for K = ${wanted}: ${imagesOfClasses(data.classes, drawn)} for each draw, where ${imagesOfClasses(data.classes, needed)} are needed${why}`,
  )
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
