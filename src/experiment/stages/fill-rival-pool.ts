/**
 * The pools of a rival, beside those of the run's generator: of the same training films, the same counts and as many draws,
 * each from seeds of its own. Films go through the same backbone and the same check for copies; features are drawn where the
 * head sees them, scaled by the training films, and kept as the backbone would give them.
 */
import type { FeatureCache } from '../../backbone/feature-cache.js'
import { elementAt } from '../../base/element-at.js'
import { concatRows, extents, type NDArray, ndarray, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { Rng } from '../../base/random.js'
import { learnAtOnce } from '../../generator/at-once.js'
import { type Standardisation, standardisation, standardised } from '../../head/head.js'
import type { StageName } from '../../record/events.js'
import { progressOf } from '../../record/progress.js'
import type { FeatureSampler } from '../../rivals/feature-sampler.js'
import type { FeatureRival, FilmRival, Rival } from '../../rivals/rival.js'
import type { Sifted } from '../../synthetic/sift.js'
import { repeatedFilmsWords } from '../../words/rivals.js'
import { rivalSource } from '../arms.js'
import type { SearchData } from '../cohort/film-set.js'
import { largestTried } from '../config/multiples.js'
import type { StageContext } from '../stage.js'
import { drawsOf } from '../work/repeats.js'
import { poolName } from '../work/trials.js'
import { copySieves } from './exclude-copies.js'
import { fillFrom, imagesLeft, multipleLeft, poolCounts } from './fill-pool.js'

/** Vectors that are drawn between two looks at whether to go on. */
const chunk = 64

/**
 * Fills the pools of a rival, one for each draw and class.
 * @returns the largest of the multiples asked for that they last to; null: none that the search could take
 */
export async function fillRivalPool(
  context: StageContext,
  data: SearchData,
  rival: Rival,
  cache: FeatureCache,
  stage: StageName,
): Promise<number | null> {
  const images = drawsOf(context.config).length * poolCounts(context, data).reduce((sum, count) => sum + count, 0)
  switch (rival.makes) {
    case 'films':
      return fillWithFilms(context, data, rival, cache, progressOf(context, stage, images, 'images', 2))
    case 'features':
      await fillWithFeatures(context, data, rival, progressOf(context, stage, images, 'feature vectors'))
      return largestTried(context.config.search)
    case 'duplicates':
      return largestTried(context.config.search)
  }
}

async function fillWithFilms(
  context: StageContext,
  data: SearchData,
  rival: FilmRival,
  cache: FeatureCache,
  progress: (more: number) => void,
): Promise<number | null> {
  const { config, threads } = context
  const { images, labels } = { images: data.train.pixels, labels: data.train.films.map(({ classIndex }) => classIndex) }
  const [, height, width, channels] = extents(images, 4)
  const imageSize: [number, number] = [height, width]
  const options = rival.kind.complete({
    classes: [...data.classes],
    imageSize,
    channels,
    seed: seedsOf(context, rival).split('training').uint32(),
    steps: 1,
  })
  const sieves = await copySieves(context, data)
  const sampler = await learnAtOnce(rival.kind, options, { images, labels: Int32Array.from(labels) }, { threads })
  const sifted: Sifted[][] = data.classes.map(() => [])
  try {
    await eachPool(context, data, rival, async ({ classIndex, ...pool }) => {
      const wanted = { ...pool, classIndex, keepsImages: false }
      const found = await fillFrom(context, cache, sampler, sieves?.[classIndex], wanted, progress)
      if (found) elementAt(sifted, classIndex).push(found)
    })
  } finally {
    await sampler.close()
  }
  return sieves ? multipleLeft(config, data, imagesLeft(sifted)) : largestTried(config.search)
}

async function fillWithFeatures(
  context: StageContext,
  data: SearchData,
  rival: FeatureRival,
  progress: (more: number) => void,
): Promise<void> {
  const { config, directory, seals, emit, signal } = context
  const films = readNpy(directory.featureMatrix('train'), 'float32')
  const scaling = config.head.standardise ? standardisation(films) : null
  const [, features] = extents(films, 2)
  const scaled = ndarray('float32', films.shape, standardised(films, scaling))
  const sampler = rival.open(
    data.classes.map((_, c) =>
      takeRows(
        scaled,
        data.train.films.flatMap(({ classIndex }, row) => (classIndex === c ? [row] : [])),
      ),
    ),
  )
  for (const classIndex of sampler.repeated)
    emit({ type: 'note', text: repeatedFilmsWords(rival.name, elementAt(data.classes, classIndex)) })
  await eachPool(context, data, rival, async ({ name, ...wanted }) => {
    const file = directory.featureMatrix(name)
    if (seals.holds(file)) return
    const vectors = await drawVectors(sampler, wanted, features, progress, signal)
    seals.writeNpy(file, unscaled(vectors, scaling))
  })
}

interface WantedVectors {
  readonly classIndex: number
  readonly seed: number
  readonly count: number
}

async function drawVectors(
  sampler: FeatureSampler,
  { classIndex, seed, count }: WantedVectors,
  features: number,
  progress: (more: number) => void,
  signal?: AbortSignal,
): Promise<NDArray<'float32'>> {
  const parts = [ndarray('float32', [0, features], new Float32Array(0))]
  for (let start = 0; start < count; start += chunk) {
    signal?.throwIfAborted()
    const drawn = Math.min(chunk, count - start)
    parts.push(sampler.draw({ classIndex, seed, start, count: drawn }))
    progress(drawn)
    await new Promise(setImmediate)
  }
  return concatRows(parts)
}

/** As the backbone gives features. */
function unscaled(vectors: NDArray<'float32'>, scaling: Standardisation | null): NDArray<'float32'> {
  if (scaling === null) return vectors
  const [, d] = extents(vectors, 2)
  const { mean, deviation } = scaling
  return ndarray(
    'float32',
    vectors.shape,
    vectors.data.map((value, at) => elementAt(mean, at % d) + elementAt(deviation, at % d) * value),
  )
}

async function eachPool(
  context: StageContext,
  data: SearchData,
  rival: Rival,
  fill: (pool: WantedVectors & { readonly name: string }) => Promise<void>,
): Promise<void> {
  const counts = poolCounts(context, data)
  for (const draw of drawsOf(context.config)) {
    const seed = seedsOf(context, rival).split('pool').at(draw).uint32()
    for (const [classIndex, count] of counts.entries())
      await fill({ name: poolName(rivalSource(rival), draw, classIndex), classIndex, seed, count })
  }
}

function seedsOf({ config }: Pick<StageContext, 'config'>, { name }: Rival): Rng {
  return new Rng(config.seed).split('rival').split(name)
}
