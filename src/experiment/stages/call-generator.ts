/**
 * A generator that is called: handed the training films and asked for all images at once, for every draw that it serves. What it
 * leaves is looked through and goes into the pools; its folder is then removed, and nothing hangs on it any more.
 */
import path from 'node:path'
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { exists, makePrivateDirectory, readJson, removeDirectory } from '../../base/files.js'
import { count, counted, listing } from '../../base/format.js'
import { hashBytes } from '../../base/hash.js'
import { rowCount, rows, takeRows } from '../../base/ndarray.js'
import { encodeNpy, readNpy } from '../../base/npy.js'
import { shownPath } from '../../base/shown-path.js'
import { type MadeImages, readMade } from '../../generator/read-made.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import type { ImageCheck } from '../../synthetic/copies.js'
import { drawsPerImage, type Sifted } from '../../synthetic/sift.js'
import { endsEarlyWords, equalFilmsWords, imagesOfClasses } from '../../words/run-warnings.js'
import { classCounts, FilmIndex, type SealedTestSets, type SearchData } from '../cohort/film-set.js'
import { type CalledGenerator, calledGenerator, calledLine } from '../config/chosen-generator.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import { resumeLine } from '../config/resume-line.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf, ganOfDraw } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { copyChecks, excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'
import { refuseTestFilms } from './refuse-test-films.js'

export interface CalledPools {
  /** Images of each class that were made and could be used, over all calls, before copies were left out. */
  readonly images: readonly number[]
  /** Of those in the pools, the ones that equal a training film. */
  readonly trainingFilms: readonly number[]
  /** Suspected copies, left out; null where they may stay. */
  readonly excluded: readonly ExcludedCopies[] | null
  /** The largest of the multiples asked for that every pool has images for. */
  readonly kMax: number
  /** Of all calls. */
  readonly seconds: number
}

/** What a call has left, beside the pools. By class. */
interface CallFacts {
  readonly seconds: number
  readonly sifted: readonly Sifted[]
  /** Images that equal a training film. */
  readonly equal: readonly number[]
  /** Images of each draw. */
  readonly drawn: readonly number[]
}

/** Calls the generator for each of its seeds and fills the pools of all draws. */
export function callGenerator(context: StageContext, data: SearchData, sealed: SealedTestSets): Promise<CalledPools> {
  const { config, seals } = context
  const generator = calledGenerator(config)
  return runStage(context, 'call-generator', async () => {
    const checks = await copyChecks(context, data)
    const calls: CallFacts[] = []
    for (let number = 1; number <= config.training.seeds; number++) {
      const facts = factsOf(context, number)
      const files = poolsOf(context, data, number).flat()
      if (![facts, ...files].every((file) => seals.holds(file))) {
        seals.writeJson(facts, await callOnce(context, generator, number, data, sealed, checks))
      }
      calls.push(readJson<CallFacts>(facts))
    }
    const perClass = (of: (call: CallFacts) => readonly number[]) =>
      data.classes.map((_, c) => calls.reduce((sum, call) => sum + of(call)[c], 0))
    const excluded =
      checks?.map((check, c) => {
        const certain = calls.some(({ equal }) => equal[c] > 0)
        return excludedCopies(
          check,
          calls.map(({ sifted }) => sifted[c]),
          certain,
        )
      }) ?? null
    if (excluded) sayExcluded(context, data.classes, excluded)
    const equal = perClass((call) => call.equal)
    const copies = equal.reduce((a, b) => a + b, 0)
    if (copies > 0 && !excluded) context.emit({ type: 'warning', text: equalFilmsWords(copies) })
    return {
      images: perClass(({ sifted }) => sifted.map(({ checked }) => checked)),
      trainingFilms: excluded ? equal.map(() => 0) : equal,
      excluded,
      kMax: multipleFilled(context, data, calls),
      seconds: calls.reduce((sum, { seconds }) => sum + seconds, 0),
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

function drawsOfCall({ config }: Pick<StageContext, 'config'>, number: number): number[] {
  return drawsOf(config).filter((draw) => ganOfDraw(config, draw) === number)
}

/** What is left of a call beside its pools; written last. */
function factsOf({ directory }: Pick<StageContext, 'directory'>, number: number): string {
  return directory.poolFacts(`call-${number}`)
}

/** Files of the pools that a call fills: by class, and of each its draws. */
function poolsOf(context: Pick<StageContext, 'config' | 'directory'>, data: SearchData, number: number): string[][] {
  return data.classes.map((_, c) =>
    drawsOfCall(context, number).map((draw) => context.directory.poolArray(poolName('synthetic', draw, c))),
  )
}

async function callOnce(
  context: StageContext,
  generator: CalledGenerator,
  number: number,
  data: SearchData,
  sealed: SealedTestSets,
  checks: readonly ImageCheck[] | null,
): Promise<CallFacts> {
  const { config, directory, emit, signal } = context
  requireNamed(context)
  const counts = imagesWanted(context, data)
  const draws = drawsOfCall(context, number).length
  const [, height, width, channels] = data.train.pixels.shape
  const images = {
    classes: [...data.classes],
    imageSize: [height, width] as [number, number],
    channels: channels as 1 | 3,
  }
  const wanted = counts.map((each) => draws * each * (checks ? drawsPerImage : 1))
  const scratch = path.join(directory.private, `call-${number}`)
  // A call that was stopped leaves its folder to the next.
  if (exists(scratch)) removeDirectory(scratch)
  makePrivateDirectory(directory.private)
  makePrivateDirectory(scratch)
  const begun = performance.now()
  try {
    const job = {
      ...images,
      images: data.train.pixels,
      labels: Int32Array.from(data.train.films, (film) => film.classIndex),
      wanted,
      seed: repeatSeed(config.seed, 'gan', number) % 2 ** 31,
      scratch,
      log: path.join(directory.private, `call-${number}.log`),
    }
    const folders = await generator.make(job, { onLine: (text) => emit({ type: 'program-line', text }), signal })
    const seconds = (performance.now() - begun) / 1000
    const made = await readMade({ ...images, wanted, scratch, folders, maker: generator.maker }, signal)
    return { seconds, ...(await fillPools(context, generator, number, data, sealed, { made, counts, checks })) }
  } finally {
    removeDirectory(scratch)
  }
}

async function fillPools(
  context: StageContext,
  generator: CalledGenerator,
  number: number,
  data: SearchData,
  sealed: SealedTestSets,
  {
    made,
    counts,
    checks,
  }: { made: readonly MadeImages[]; counts: readonly number[]; checks: readonly ImageCheck[] | null },
): Promise<Omit<CallFacts, 'seconds'>> {
  const place = `what ${generator.maker} left`
  refuseTestFilms(
    place,
    'let it learn from the films that it is handed, and from no others',
    made,
    data.selection,
    sealed,
  )
  const training = new FilmIndex(data.train)
  const equal = made.map(({ films, pixels }) =>
    films.map(({ pixelHash }, row) => training.holds(pixelHash, rows(pixels, row, row + 1))),
  )
  refuseFilmsGivenBack(place, data.classes, equal)
  const pools = poolsOf(context, data, number)
  const facts = {
    sifted: [] as Sifted[],
    drawn: [] as number[],
    equal: equal.map((rows) => rows.filter(Boolean).length),
  }
  const left: number[][] = []
  for (const [c, { pixels }] of made.entries()) {
    const close = checks && (await checks[c].compare(pixels, context.signal)).close
    const rowsLeft = equal[c].flatMap((same, row) => (close && (same || close.suspected[row]) ? [] : [row]))
    const checked = rowCount(pixels)
    facts.sifted.push({ checked, excluded: checked - rowsLeft.length })
    facts.drawn.push(Math.min(counts[c], Math.floor(rowsLeft.length / pools[c].length)))
    left.push(rowsLeft)
  }
  requireEnough(context, generator, data, facts)
  const endedBefore = context.seals.recorded(factsOf(context, number)) !== undefined
  for (const [c, { pixels }] of made.entries()) {
    const each = facts.drawn[c]
    for (const [i, file] of pools[c].entries()) {
      const images = takeRows(pixels, left[c].slice(i * each, (i + 1) * each))
      writePool(context, { maker: generator.maker, endedBefore }, file, images)
    }
  }
  return facts
}

/** Where the call had ended before, features and trials of its images may stand in the run, which can't go on with others. */
function writePool(
  { seals }: Pick<StageContext, 'seals'>,
  { maker, endedBefore }: { maker: string; endedBefore: boolean },
  file: string,
  images: MadeImages['pixels'],
): void {
  const before = seals.recorded(file)
  if (endedBefore && before !== undefined && before !== hashBytes(encodeNpy(images))) {
    throw new UserError(
      `${maker} made other images than before of the same films with the same seed, so that what was lost of this run can't be made anew; start a new run, and have the program draw by the seed that it is handed`,
    )
  }
  seals.writeNpy(file, images)
}

/** Films that come back as they were are no new images: where they are most of a class's, the program makes none. */
function refuseFilmsGivenBack(place: string, classes: readonly string[], equal: readonly (readonly boolean[])[]): void {
  const copied = equal.flatMap((rows, c) => {
    const same = rows.filter(Boolean).length
    return 2 * same > rows.length ? [`${count(same)} of ${counted(rows.length, 'image')} of class ${classes[c]}`] : []
  })
  if (copied.length === 0) return
  throw new UserError(
    `${place} are training films, pixel by pixel (${listing(copied)}): it gives back what it was handed; have it draw new images`,
  )
}

/** The largest K for which every pool has enough images. */
function multipleFilled(
  { config, emit }: Pick<StageContext, 'config' | 'emit'>,
  data: SearchData,
  calls: readonly CallFacts[],
): number {
  const counts = data.classes.map((_, c) => Math.min(...calls.map(({ drawn }) => drawn[c])))
  const asked = largestTried(config.search)
  const multiples = filled(config, data, counts)
  const kMax = elementAt(multiples, multiples.length - 1)
  if (kMax < asked) emit({ type: 'warning', text: endsEarlyWords({ classes: data.classes, counts }, kMax, asked) })
  return kMax
}

/** The multiples that draws of so many images of each class have enough for. */
function filled({ search }: StageContext['config'], data: SearchData, counts: readonly number[]): number[] {
  return multiplesFilled(classCounts(data.train, data.classes), counts, multiplesTried(search))
}

/** Throws a `UserError` where a call has left too few for the first K, or the one that is asked for. */
function requireEnough(
  { config }: Pick<StageContext, 'config'>,
  { maker, kind }: CalledGenerator,
  data: SearchData,
  { drawn, sifted }: Pick<CallFacts, 'drawn' | 'sifted'>,
): void {
  const { search } = config
  const wanted = search.fixedK ?? elementAt(multiplesTried(search), 0)
  if (filled(config, data, drawn).includes(wanted)) return
  const why = sifted.some(({ excluded }) => excluded > 0)
    ? `, suspected copies of training films left out. ${kind.againstCopies}, or keep the copies and see the report (synthetic.excludeCopies=false)`
    : "; have it write as many as it is asked for into the folder of each class, and end with an error where it can't"
  const needed = additions(classCounts(data.train, data.classes), wanted)
  throw new UserError(
    `${maker} left too few images for K = ${wanted}: ${imagesOfClasses(data.classes, drawn)} for each draw, where ${imagesOfClasses(data.classes, needed)} are needed${why}`,
  )
}
