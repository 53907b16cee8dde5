/** What the figures of synthetic images warn of, in words that hold for the command line and the report alike. */
import { count, expectedCount, figures, fixed } from '../base/format.js'
import type { FeatureQuality } from '../record/feature-quality.js'
import type { CopyCounts, CopyFinding, QualityFindings, QualityWarning } from '../record/findings.js'
import { figureInWords, reasonWords } from './reasons.js'

export interface FindingsWords {
  readonly suspicious: boolean
  readonly copies: string
  readonly warnings: string[]
}

export function findingsWords({ suspicious, copies, warnings }: QualityFindings): FindingsWords {
  return { suspicious, copies: copyWords(copies), warnings: warnings.map(warningWords) }
}

/** The figures themselves as a result keeps them, with words for those that could not be had. */
export function qualityInWords(quality: FeatureQuality) {
  const { kid, copies, reference } = quality
  return {
    ...figureInWords(quality),
    kid: figureInWords(kid),
    copies: figureInWords(copies),
    reference: { ...reference, kid: reference.kid && figureInWords(reference.kid) },
  }
}

export type QualityInWords = ReturnType<typeof qualityInWords>

function copyWords(found: CopyFinding): string {
  switch (found.kind) {
    case 'not-checked':
      return `not checked for copies: ${found.reason === null ? 'there is no figure' : reasonWords(found.reason)}`
    case 'suspected':
      return `copies suspected: ${countsWords(found.counts)}. Look at the closest pairs`
    case 'close': {
      const others =
        found.reference === 'held-out' ? 'real films that were held out are' : 'training films are to each other'
      return `closer to the training films than ${others} (median distance ${fixed(found.nearestRatio, 2)} of theirs): copying does this, and so does a lack of detail. Look at the closest pairs`
    }
    case 'like-no-real':
      return `copies can’t be judged: a copy would resemble a real film, and these films resemble none; ${countsWords(found.counts)}`
    case 'none-found':
      return `copies: none found by this check: ${countsWords(found.counts)}`
  }
}

function countsWords({ byFeatures, images }: CopyCounts): string {
  const features = `${count(byFeatures.suspected)} of ${count(byFeatures.of)} are closer to a training film than 99 % of training films are to each other (about ${expectedCount(byFeatures.byChance)} would be if none were a copy)`
  return images
    ? `${features}; compared pixel by pixel, ${count(images.suspected)} of ${count(images.of)} are (about ${expectedCount(images.byChance)} would be)`
    : features
}

function warningWords(warning: QualityWarning): string {
  switch (warning.kind) {
    case 'no-overlap': {
      const where =
        warning.overlap === 'none'
          ? 'its films have nothing in common with the real ones'
          : 'its films resemble only a few of the real ones'
      return `the generator failed: ${where} (precision ${fixed(warning.precision)}, coverage ${fixed(warning.coverage)})`
    }
    case 'fid-of-small-sample':
      return `FID is too high in small samples: two halves of the real films alone are ${figures(warning.halves)} apart. KID has no such error`
    case 'unequal-counts':
      return `recall and coverage depend on the number of films (${count(warning.real)} real, ${count(warning.synthetic)} synthetic): compare only figures of equal numbers`
  }
}
