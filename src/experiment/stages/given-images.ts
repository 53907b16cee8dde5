/**
 * Synthetic images that a generator made elsewhere, in place of a trained one's: read onto the common pixel path, kept from
 * being films of the sealed sets, and counted, for the search ends where they do. What that generator was trained on
 * nobody here can know; an image that is a test film is proof that it was.
 */

import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { throwProblems } from '../../base/errors.js'
import { extents, type NDArray, rowCount, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { loadPixels } from '../../dataset/load.js'
import { shownWarning } from '../../dataset/warning.js'
import { type GivenOptions, takeGiven } from '../../generator/given/given.js'
import { readGenerated } from '../../generator/given/read.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies, RejectedFilms } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import { judged, type Sifted, siftedOf, stays } from '../../synthetic/sift.js'
import { endsEarlyWords, equalFilmsWords, generatorUnknown } from '../../words/run-warnings.js'
import { classCounts, FilmIndex, type SealedTestSets, type SearchData } from '../cohort/film-set.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'
import { filmsAmong, type ImagesOfClass, refuseTestFilms } from './known-films.js'
import { rejectedFilms, sievesOf } from './leave-out-rejected.js'

export interface GivenImages {
  /** Images of each class that may be used, in the order of the classes. */
  readonly counts: readonly number[]
  /** Of them, those that equal a training film. */
  readonly trainingFilms: readonly number[]
  /** Suspected copies of training films, already left out; null where they may stay. */
  readonly excluded: readonly ExcludedCopies[] | null
  /** What a person has rejected, left out, too; null where that is nothing. */
  readonly rejected: RejectedFilms | null
  /** The largest of the multiples asked for that every class has images for. */
  readonly kMax: number
  readonly warnings: readonly string[]
}

/** Reads the images once in the life of a run; a resumed run goes on with what it read. */
export function readGivenImages(
  context: StageContext,
  { from: folder }: GivenOptions,
  data: SearchData,
  sealed: SealedTestSets,
): Promise<GivenImages> {
  const { config, directory, seals, emit, signal } = context
  return runStage(context, 'read-synthetic', async () => {
    const given = await readGenerated(folder, data.classes, { signal })
    const [, height, width, channels] = extents(data.train.pixels, 4)
    const progress = progressOf(context, 'read-synthetic', given.byClass.flat().length, 'images')
    const target = { height, width, channels: channels as 1 | 3, maxValue: given.maxValue }
    const byClass: ImagesOfClass[] = []
    for (const images of given.byClass)
      byClass.push({ images, pixels: await loadPixels(images, target, progress, signal) })
    refuseTestFilms(
      context,
      folder,
      byClass,
      data,
      sealed,
      'take them away, and ask whether the generator was trained on such films',
    )

    const training = new FilmIndex(data.train)
    const found = byClass.map((ofClass) => ({ ...ofClass, equal: filmsAmong(ofClass, training) }))
    const sifted = await siftGiven(context, data, found)
    const excluded = sifted?.excluded ?? null
    const rejected = sifted?.rejected ?? null
    const usable = sifted?.pixels ?? byClass.map(({ pixels }) => pixels)
    const trainingFilms = found.map(({ equal }) => (excluded ? 0 : equal.filter(Boolean).length))
    const counts = usable.map(rowCount)
    const originals = classCounts(data.train, data.classes)
    const tried = multiplesTried(config.search)
    const [asked, filled] = [largestTried(config.search), multiplesFilled(originals, counts, tried)]
    const wanted = config.search.fixedK ?? elementAt(tried, 0)
    if (!filled.includes(wanted)) refuseTooFew(folder, data.classes, originals, { counts, excluded, rejected }, wanted)
    const kMax = elementAt(filled, filled.length - 1)
    usable.forEach((images, c) => {
      seals.writeNpy(directory.poolArray(givenName(c)), images)
    })
    const copies = trainingFilms.reduce((a, b) => a + b, 0)
    const warnings = [
      ...given.warnings.map(shownWarning),
      generatorUnknown,
      ...(copies > 0 ? [equalFilmsWords(copies)] : []),
      ...(kMax < asked ? [endsEarlyWords({ classes: data.classes, counts }, kMax, asked)] : []),
    ]
    for (const text of warnings) emit({ type: 'warning', text })
    return { counts, trainingFilms, excluded, rejected, kMax, warnings }
  })
}

/** Fills the pools of every draw from the images given: the first ones by name, or by a permutation of each draw. */
export async function fillGivenPool(
  context: StageContext,
  { order }: GivenOptions,
  data: SearchData,
  cache: FeatureCache,
): Promise<void> {
  const { config, directory, seals } = context
  await runStage(context, 'fill-pool', async () => {
    const counts = additions(classCounts(data.train, data.classes), largestTried(config.search))
    const total = drawsOf(config).length * counts.reduce((a, b) => a + b, 0)
    const progress = progressOf(context, 'fill-pool', total, 'images')
    for (const draw of drawsOf(config)) {
      const seed = repeatSeed(config.seed, 'pool', draw)
      for (const [classIndex, count] of counts.entries()) {
        const all = readNpy(directory.poolArray(givenName(classIndex)), 'uint8')
        const images = takeGiven(all, { classIndex, seed, count, order })
        const name = poolName('synthetic', draw, classIndex)
        seals.writeNpy(directory.poolArray(name), images)
        await featureMatrix(context, cache, name, () => images, progress)
      }
    }
    return null
  })
}

/** By class what is left of the images; null where nothing is left out. What equals a training film of any class goes with the copies. */
async function siftGiven(
  context: Pick<StageContext, 'config' | 'run' | 'directory' | 'emit' | 'signal'>,
  data: SearchData,
  byClass: readonly (Pick<ImagesOfClass, 'pixels'> & { readonly equal: readonly boolean[] })[],
): Promise<(Pick<GivenImages, 'rejected'> & { pixels: NDArray<'uint8'>[]; excluded: ExcludedCopies[] | null }) | null> {
  const sieves = await sievesOf(context, data)
  if (!sieves) return null
  const sifted: Sifted[] = []
  const excluded: ExcludedCopies[] = []
  const left: NDArray<'uint8'>[] = []
  for (const [c, { pixels, equal }] of byClass.entries()) {
    const sieve = elementAt(sieves, c)
    const against = (await judged(sieve, pixels, context.signal)).map((one, row) =>
      sieve.copies && equal[row] ? { ...one, suspected: true } : one,
    )
    const found = siftedOf(against)
    sifted.push(found)
    if (sieve.copies) excluded.push(excludedCopies(sieve.copies, [found], equal.some(Boolean)))
    const remaining = against.flatMap((one, row) => (stays(one) ? [row] : []))
    left.push(takeRows(pixels, remaining))
  }
  const pools = sifted.map((found) => [found])
  const rejected = rejectedFilms(context, data.classes, pools)
  if (!context.config.synthetic.excludeCopies) return { pixels: left, excluded: null, rejected }
  sayExcluded(context, data.classes, excluded)
  return { pixels: left, excluded, rejected }
}

function givenName(classIndex: number): string {
  return `given-c${classIndex}`
}

function refuseTooFew(
  folder: string,
  classes: readonly string[],
  originals: readonly number[],
  { counts, excluded, rejected }: Pick<GivenImages, 'counts' | 'excluded' | 'rejected'>,
  wanted: number,
): void {
  throwProblems(
    `${folder} holds too few images for K = ${wanted}`,
    additions(originals, wanted).flatMap((needed, c) => {
      const count = elementAt(counts, c)
      if (count >= needed) return []
      const label = elementAt(classes, c)
      const reasons = [
        ...(excluded ? [`${elementAt(excluded, c).excluded} more were left out as suspected copies`] : []),
        ...(rejected ? [`${rejected.leftOut[label] ?? 0} more because a person has rejected them`] : []),
      ]
      const leftOut = reasons.length > 0 ? ` (${reasons.join(', ')})` : ''
      return [
        `class ${label} has ${count}${leftOut}, but ${needed} are needed beside its ${elementAt(originals, c)} training films`,
      ]
    }),
  )
}
