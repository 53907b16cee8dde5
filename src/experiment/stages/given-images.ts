/**
 * Synthetic images that a generator made elsewhere, in place of a trained one's: read onto the common pixel path, kept from
 * being films of the sealed sets, and counted, for the search ends where they do. What that generator was trained on
 * nobody here can know; an image that is a test film is proof that it was.
 */

import type { FeatureCache } from '../../backbone/feature-cache.js'
import { throwProblems } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { type NDArray, rows, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { loadPixels } from '../../dataset/load.js'
import { firstFew } from '../../dataset/reader.js'
import { shownWarning } from '../../dataset/warning.js'
import { type GivenOptions, takeGiven } from '../../generator/given/given.js'
import { type GeneratedImages, readGenerated } from '../../generator/given/read.js'
import { progressOf } from '../../record/progress.js'
import type { ExcludedCopies } from '../../record/result.js'
import { additions, multiplesFilled } from '../../synthetic/allocation.js'
import { endsEarlyWords, equalFilmsWords, generatorUnknown } from '../../words/run-warnings.js'
import { classCounts, FilmIndex, type FilmSet, type SealedTestSets, type SearchData } from '../cohort/film-set.js'
import { largestTried, multiplesTried } from '../config/multiples.js'
import { runStage, type StageContext } from '../stage.js'
import { drawsOf } from '../work/repeats.js'
import { poolName, repeatSeed } from '../work/trials.js'
import { copyChecks, excludedCopies, sayExcluded } from './exclude-copies.js'
import { featureMatrix } from './extract-features.js'

export interface GivenImages {
  /** Images of each class that may be used, in the order of the classes. */
  readonly counts: readonly number[]
  /** Of them, those that equal a training film. */
  readonly trainingFilms: readonly number[]
  /** Suspected copies of training films, already left out; null where they may stay. */
  readonly excluded: readonly ExcludedCopies[] | null
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
    const [, height, width, channels] = data.train.pixels.shape
    const progress = progressOf(context, 'read-synthetic', given.byClass.flat().length, 'images')
    const target = { height, width, channels: channels as 1 | 3, maxValue: given.maxValue }
    const pixels: NDArray<'uint8'>[] = []
    for (const images of given.byClass) pixels.push(await loadPixels(images, target, progress, signal))
    refuseTestFilms(folder, given, pixels, data.selection, sealed)

    const training = new FilmIndex(data.train)
    const equal = pixels.map((images, c) =>
      given.byClass[c].map((image, row) => training.holds(image.pixelHash, rows(images, row, row + 1))),
    )
    const excluded = await excludeCopies(context, data, pixels, equal)
    const trainingFilms = equal.map((films) => (excluded ? 0 : films.filter(Boolean).length))
    const counts = pixels.map((images) => images.shape[0])
    const originals = classCounts(data.train, data.classes)
    const tried = multiplesTried(config.search)
    const [asked, filled] = [largestTried(config.search), multiplesFilled(originals, counts, tried)]
    const wanted = config.search.fixedK ?? tried[0]
    if (!filled.includes(wanted)) refuseTooFew(folder, data.classes, originals, { counts, excluded }, wanted)
    const kMax = filled[filled.length - 1]
    pixels.forEach((images, c) => {
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
    return { counts, trainingFilms, excluded, kMax, warnings }
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

/** Takes suspected copies, and what equals a training film of any class, out of `pixels`, where the run asks for it. */
async function excludeCopies(
  context: Pick<StageContext, 'config' | 'emit' | 'signal'>,
  data: SearchData,
  pixels: NDArray<'uint8'>[],
  equal: readonly (readonly boolean[])[],
): Promise<ExcludedCopies[] | null> {
  const checks = await copyChecks(context, data)
  if (!checks) return null
  const excluded: ExcludedCopies[] = []
  for (const [c, check] of checks.entries()) {
    const { close } = await check.compare(pixels[c], context.signal)
    const remaining = close.suspected.flatMap((suspected, row) => (suspected || equal[c][row] ? [] : [row]))
    const checked = pixels[c].shape[0]
    excluded.push(excludedCopies(check, [{ checked, excluded: checked - remaining.length }], equal[c].some(Boolean)))
    pixels[c] = takeRows(pixels[c], remaining)
  }
  sayExcluded(context, data.classes, excluded)
  return excluded
}

function givenName(classIndex: number): string {
  return `given-c${classIndex}`
}

/** Films that choose or judge must not be among what is trained on. */
function refuseTestFilms(
  folder: string,
  given: GeneratedImages,
  pixels: readonly NDArray<'uint8'>[],
  selection: FilmSet,
  sealed: SealedTestSets,
): void {
  const sets = [{ name: 'tuning', index: new FilmIndex(selection) }, ...sealed.indices()]
  throwProblems(
    `${folder} can't be used`,
    sets.flatMap(({ name, index }) => {
      const found = given.byClass.flatMap((images, c) =>
        images
          .filter((image, row) => index.holds(image.pixelHash, rows(pixels[c], row, row + 1)))
          .map((image) => image.name),
      )
      if (found.length === 0) return []
      const set = name === 'internal' ? 'internal test set' : name === 'tuning' ? 'tuning set' : `test set ${name}`
      return [
        `${counted(found.length, 'image')} of it ${found.length === 1 ? 'is a film' : 'are films'} of the ${set}: ${firstFew(found)}. A classifier trained on them has seen what it is tested on: take them away, and ask whether the generator was trained on such films`,
      ]
    }),
  )
}

function refuseTooFew(
  folder: string,
  classes: readonly string[],
  originals: readonly number[],
  { counts, excluded }: Pick<GivenImages, 'counts' | 'excluded'>,
  wanted: number,
): void {
  throwProblems(
    `${folder} holds too few images for K = ${wanted}`,
    additions(originals, wanted).flatMap((needed, c) =>
      counts[c] < needed
        ? [
            `class ${classes[c]} has ${counts[c]}${excluded ? ` (${excluded[c].excluded} more were left out as suspected copies)` : ''}, but ${needed} are needed beside its ${originals[c]} training films`,
          ]
        : [],
    ),
  )
}
