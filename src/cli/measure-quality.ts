/** Quality of synthetic images given as datasets or as matrices of features: what is read, checked and measured for `kopt quality`. */

import { openBackbone } from '../backbone/backbone.js'
import { elementAt } from '../base/element-at.js'
import { throwProblems, UserError } from '../base/errors.js'
import { exists, isDirectory, readBytes, readHead } from '../base/files.js'
import { fromNumbers, type NDArray, ndarray, takeRows } from '../base/ndarray.js'
import { decodeNpy } from '../base/npy.js'
import { Rng } from '../base/random.js'
import { shown, shownLine } from '../base/shown.js'
import { loadPixels } from '../dataset/load.js'
import { type GeneratedImage, readGenerated } from '../generator/given/read.js'
import { standardisation, standardised } from '../head/head.js'
import { sniffContent } from '../image/codec.js'
import type { FeatureMatrix } from '../metrics/feature-matrix.js'
import type { FeatureQuality } from '../record/feature-quality.js'
import { progressOf } from '../record/progress.js'
import { physicalCores, type RuntimeDevice } from '../runtime/session.js'
import { type ImageCopies, imageCopies } from '../synthetic/copies.js'
import { findings } from '../synthetic/findings.js'
import { type ClassFeatures, measureFeatures } from '../synthetic/quality.js'
import { type ClassSimilarity, classSimilarity } from '../synthetic/similarity.js'
import { type FindingsWords, findingsWords, type QualityInWords, qualityInWords } from '../words/findings.js'
import { channelsOf, readFilms } from './cohort.js'
import type { Outside } from './command.js'

export interface QualityOptions {
  heldOut?: string
  backbone: string
  size?: [number, number]
  standardise?: boolean
  device: RuntimeDevice
  patientFrom?: string
  encoding?: string
}

/** What is printed of two matrices, and of each class of two datasets. */
export interface MeasuredQuality extends QualityInWords {
  readonly class?: string
  readonly msSsim?: ClassSimilarity
  readonly features: 'raw' | 'standardised'
  readonly copies: QualityInWords['copies'] & { readonly images?: ImageCopies['summary'] }
  readonly findings: FindingsWords
}

/** Measures two datasets (a list, class by class) or two matrices. Throws a `UserError` where they do not go together. */
export async function measureQuality(
  real: string,
  synthetic: string,
  options: QualityOptions,
  outside: Outside,
): Promise<MeasuredQuality | MeasuredQuality[]> {
  const given = [real, synthetic, ...(options.heldOut === undefined ? [] : [options.heldOut])]
  const matrices = given.map(isMatrix)
  if (matrices.every(Boolean)) return measureMatrices(real, synthetic, options)
  if (matrices.some(Boolean)) {
    const other = given[matrices.indexOf(false)]
    throw new UserError(
      `${given[matrices.indexOf(true)]} is a .npy matrix and ${other} is none; give datasets alone, or matrices alone (kopt features writes one from a dataset)`,
    )
  }
  return measureDatasets(real, synthetic, options, outside)
}

function isMatrix(what: string): boolean {
  if (!exists(what))
    throw new UserError(`${what} does not exist; give a folder with one folder per class, or a .npy matrix`)
  return !isDirectory(what) && (/\.npy$/i.test(what) || sniffContent(readHead(what, 132)) === 'npy')
}

function measureMatrices(
  realFile: string,
  syntheticFile: string,
  { heldOut: heldOutFile, standardise }: QualityOptions,
) {
  const real = readMatrix(realFile)
  const scaled = scaler(real, standardise)
  const other = (file: string) => {
    const matrix = readMatrix(file)
    if (matrix.shape[1] === real.shape[1]) return scaled(matrix)
    throw new UserError(
      `${file} has ${matrix.shape[1]} features a row, ${realFile} has ${real.shape[1]}; extract both with the same backbone`,
    )
  }
  const [synthetic, heldOut] = [other(syntheticFile), heldOutFile === undefined ? undefined : other(heldOutFile)]
  return told(measureAll({ real: scaled(real), synthetic, heldOut }), standardise)
}

/** A matrix of finite numbers, a row an image. Throws a `UserError` that says what it is instead. */
function readMatrix(file: string): FeatureMatrix {
  const matrix = decodeNpy(readBytes(file), file)
  const { shape, dtype, data } = matrix
  const [images = 0, features = 0, ...others] = shape
  if (images === 0 || features === 0 || others.length > 0)
    throw new UserError(`${file} has shape (${shape.join(', ')}), but a matrix (images, features) was expected`)
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new UserError(`${file} holds ${dtype} elements; save it as float32 or float64`)
  const odd = data.findIndex((value: number) => !Number.isFinite(value))
  if (odd >= 0) {
    const [row, column] = [Math.floor(odd / features), odd % features]
    throw new UserError(
      `${file} holds ${data[odd]} in row ${row}, column ${column} (counted from 0); every feature must be a finite number`,
    )
  }
  return matrix as FeatureMatrix
}

async function measureDatasets(
  realPath: string,
  syntheticPath: string,
  asked: QualityOptions,
  { show, note, interruption }: Outside,
) {
  const signal = interruption()
  const { patientFrom, encoding } = asked
  const real = await readFilms(realPath, { patientFrom, encoding, forSplit: false, signal })
  const { cohort } = real.internal
  const generated = await readGenerated(syntheticPath, cohort.classes, { signal })
  const unseen =
    asked.heldOut === undefined
      ? undefined
      : await readFilms(asked.heldOut, { patientFrom, encoding, forSplit: false, signal })
  throwProblems(
    asked.heldOut ?? '',
    cohort.classes
      .filter((label) => unseen && !unseen.internal.cohort.classes.includes(label))
      .map((label) => `there is no class ${label}, which ${realPath} has`),
  )
  for (const remark of cohort.remarks) note(shownLine(remark))
  for (const warning of [...cohort.warnings, ...generated.warnings]) note(shown`warning: ${String(warning)}`)

  const backbone = await openBackbone(asked.backbone, { threads: physicalCores(), device: asked.device })
  try {
    const [height, width] = asked.size ?? backbone.contract.inputSize
    for (const warning of sizeWarnings(generated.byClass.flat(), [height, width]))
      note(shown`warning: ${String(warning)}`)
    const target = { height, width, channels: channelsOf(real.colour || generated.colour) }
    const total = cohort.films.length + generated.byClass.flat().length + (unseen?.internal.cohort.films.length ?? 0)
    const onImages = progressOf({ emit: show }, 'extract-features', total, 'images')
    const extract = (images: NDArray<'uint8'>) => backbone.extract(images, { signal, onImages })

    const { images, labels } = await real.load(cohort.films, target)
    const features = await extract(images)
    const heldOut = unseen && (await unseen.load(unseen.internal.cohort.films, target))
    const heldOutFeatures = heldOut && (await extract(heldOut.images))
    const scaled = scaler(features, asked.standardise)
    const measured: MeasuredQuality[] = []
    for (const [classIndex, label] of cohort.classes.entries()) {
      const rowsOfClass = rowsWith(labels, classIndex)
      const drawn = await loadPixels(
        elementAt(generated.byClass, classIndex),
        { ...target, maxValue: generated.maxValue },
        undefined,
        signal,
      )
      const others = heldOut ? rowsWith(heldOut.labels, unseen.internal.cohort.classes.indexOf(label)) : []
      const originals = takeRows(images, rowsOfClass)
      const patients = rowsOfClass.map((row) => elementAt(cohort.films, row).patientId)
      const figures = measureAll({
        real: scaled(takeRows(features, rowsOfClass)),
        patients,
        heldOut: heldOutFeatures && scaled(takeRows(heldOutFeatures, others)),
        synthetic: scaled(await extract(drawn)),
      })
      const { summary: alike } = await imageCopies(originals, drawn, { patients, signal })
      measured.push({
        class: label,
        msSsim: classSimilarity(
          { real: originals, synthetic: drawn, heldOut: heldOut && takeRows(heldOut.images, others) },
          new Rng(1).split('similarity').at(classIndex),
        ),
        ...told(figures, asked.standardise, alike),
      })
    }
    return measured
  } finally {
    await backbone.close()
  }
}

/** Every figure on all images given; the halves of the real ones are drawn alike on every call. */
function measureAll(features: ClassFeatures): FeatureQuality {
  return measureFeatures(features, { equalCounts: false, rng: new Rng(1).split('halves') }).quality
}

/** As it is printed. `images`: what comparing the images themselves found, where there were images. */
function told(quality: FeatureQuality, standardise = false, images?: ImageCopies['summary']): MeasuredQuality {
  const figures = qualityInWords(quality)
  return {
    ...figures,
    copies: images ? { ...figures.copies, images } : figures.copies,
    features: standardise ? 'standardised' : 'raw',
    findings: findingsWords(findings(quality, images)),
  }
}

function scaler(real: FeatureMatrix, standardise = false): (features: FeatureMatrix) => FeatureMatrix {
  if (!standardise) return (features) => features
  const single = (m: FeatureMatrix) =>
    m.dtype === 'float32' ? (m as NDArray<'float32'>) : fromNumbers('float32', m.shape, m.data)
  const by = standardisation(single(real))
  return (features) => ndarray('float32', features.shape, standardised(single(features), by))
}

function rowsWith(labels: ArrayLike<number>, classIndex: number): number[] {
  return Array.from(labels).flatMap((label, row) => (label === classIndex ? [row] : []))
}

/** Synthetic images that are enlarged are blurred beside real films that are not, and blur alone shows in every figure. */
function sizeWarnings(images: readonly GeneratedImage[], [height, width]: readonly [number, number]): string[] {
  const small = images.find((image) => image.height < height || image.width < width)
  if (!small) return []
  const size = `${small.height}x${small.width}`
  return [
    `synthetic images of ${small.height} x ${small.width} are enlarged to ${height} x ${width} and look blurred beside films that are not; --size ${size} reduces all to one size first`,
  ]
}
