/**
 * Are the synthetic images good, and are they copies? Class by class, on the pool's first repeat: how alike pairs are, and
 * the figures over the backbone's features, scaled as the head scales them. What no generator has seen are the tuning
 * films; where the search selects on test films or in inner folds there are none, for a test film serves no other end.
 */
import { elementAt } from '../../base/element-at.js'
import { type NDArray, ndarray, rows, takeRows } from '../../base/ndarray.js'
import { readNpy } from '../../base/npy.js'
import { Rng } from '../../base/random.js'
import { standardisation, standardised } from '../../head/head.js'
import { progressOf } from '../../record/progress.js'
import type { Result } from '../../record/result.js'
import type { ClosestPairs } from '../../record/samples.js'
import { type ClosePair, closestPairs, imageCopies } from '../../synthetic/copies.js'
import { findings } from '../../synthetic/findings.js'
import { measureFeatures } from '../../synthetic/quality.js'
import { classSimilarity } from '../../synthetic/similarity.js'
import { similarityByMultiple } from '../../synthetic/similarity-by-multiple.js'
import { findingsWords, qualityInWords } from '../../words/findings.js'
import { classCounts, type FilmSet, type SearchData, unseenFilms } from '../cohort/film-set.js'
import { largestTried } from '../config/multiples.js'
import { runStage, type StageContext } from '../stage.js'
import { poolName } from '../work/trials.js'
import { pngAddress } from './sample-images.js'

export async function measureSynthetic(context: StageContext, data: SearchData): Promise<Result['quality']> {
  const { config, directory, seals, signal } = context
  return runStage(context, 'measure-synthetic', async () => {
    const progress = progressOf(context, 'measure-synthetic', data.classes.length, 'classes')
    const train = readNpy(directory.featureMatrix('train'), 'float32')
    const scaling = config.head.standardise ? standardisation(train) : null
    const scaled = (features: NDArray<'float32'>) => ndarray('float32', features.shape, standardised(features, scaling))
    const heldOut = unseenFilms(config, data)
    const heldOutFeatures = heldOut && readNpy(directory.featureMatrix('selection'), 'float32')
    const quality: Result['quality'] = []
    const closest: ClosestPairs = []
    for (const [classIndex, label] of data.classes.entries()) {
      signal?.throwIfAborted()
      const rng = new Rng(config.seed).split('measure-synthetic').at(classIndex)
      const pool = poolName('synthetic', 1, classIndex)
      const images = readNpy(directory.poolArray(pool), 'uint8')
      const trainRows = rowsOf(data.train, classIndex)
      const heldOutRows = heldOut ? rowsOf(heldOut, classIndex) : []
      const originals = takeRows(data.train.pixels, trainRows)
      const films = trainRows.map((row) => elementAt(data.train.films, row))
      const patients = films.map(({ patientId }) => patientId)
      const { quality: figures, evidence } = measureFeatures(
        {
          real: takeRows(scaled(train), trainRows),
          patients,
          heldOut: heldOutFeatures ? takeRows(scaled(heldOutFeatures), heldOutRows) : undefined,
          synthetic: scaled(readNpy(directory.featureMatrix(pool), 'float32')),
        },
        { equalCounts: true, rng: rng.split('halves') },
      )
      const told = qualityInWords(figures)
      const alike = await imageCopies(originals, images, { patients, signal })
      closest.push({
        class: label,
        pairs: await shownPairs(closestPairs(evidence, alike), originals, images, (row) => elementAt(films, row).id),
      })
      quality.push({
        class: label,
        msSsim: {
          ...classSimilarity(
            {
              real: originals,
              synthetic: images,
              heldOut: heldOut ? takeRows(heldOut.pixels, heldOutRows) : undefined,
            },
            rng.split('similarity'),
          ),
          byMultiple: await similarityByMultiple(
            {
              images,
              originals: classCounts(data.train, data.classes),
              classIndex,
              largest: largestTried(config.search),
            },
            rng.split('similarity-by-multiple'),
            signal,
          ),
        },
        features: config.head.standardise ? 'standardised' : 'raw',
        ...told,
        copies: { ...told.copies, images: alike.summary },
        findings: findingsWords(findings(figures, alike.summary)),
      })
      progress(1)
      await new Promise(setImmediate)
    }
    seals.writeJson(directory.closestPairs, closest)
    return quality
  })
}

/** Pictures of close pairs, the synthetic image beside the film; private, as a copy shows a patient as much as the film does. */
async function shownPairs(
  pairs: readonly ClosePair[],
  films: NDArray<'uint8'>,
  synthetic: NDArray<'uint8'>,
  idOf: (row: number) => string,
): Promise<ClosestPairs[number]['pairs']> {
  const picture = (images: NDArray<'uint8'>, row: number) => pngAddress(rows(images, row, row + 1))
  return Promise.all(
    pairs.map(async (pair) => ({
      synthetic: await picture(synthetic, pair.synthetic),
      real: await picture(films, pair.training),
      number: pair.synthetic + 1,
      film: idOf(pair.training),
      by: pair.by,
      value: pair.value,
      suspected: pair.suspected,
    })),
  )
}

function rowsOf(set: FilmSet, classIndex: number): number[] {
  return set.films.flatMap((film, row) => (film.classIndex === classIndex ? [row] : []))
}
