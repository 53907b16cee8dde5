/**
 * Files that are almost the same image: saved again, resized, made brighter. The perceptual hash proposes pairs, the
 * correlation of their fine structure decides.
 *
 * Measured on real films (scripts/calibrate-near-duplicates.mjs): among 19,900 pairs of 200 adults (NIH) and 75,855 pairs
 * of 390 films of 289 children (Guangzhou) 58 and 440 have hashes within 10 bits, and the largest correlation of two
 * different films is 0.68. Copies of every film, saved as JPEG of quality 20 to 50, halved, doubled, stretched, 20 %
 * darker, 15 % brighter, with more contrast, or several of these, are all found: within 8 bits, correlation 0.85 and
 * more. Of copies cropped by 2 % at each side 37 % and 85 % are found; a shifted or turned copy may well be missed.
 */
import { elementAt } from '../base/element-at.js'
import { correlationFrom, type Fingerprint } from '../image/fingerprint.js'
import type { NearDuplicate, NearDuplicateKind } from '../record/inspection.js'
import { earlierAlike } from './earlier-alike.js'

/** Bits of 64 in which the hashes of a pair may differ; no unmoved copy of the calibration differed in more than 8. */
const nearestHashes = 10
/** Correlation from which two films count as the same image. */
const sameImage = 0.8

export interface FilmToCompare {
  readonly id: string
  readonly set: string
  readonly name: string
  readonly label: string
  readonly patient: string
  /** Whether somebody said who the patient is. */
  readonly patientKnown: boolean
  /** The set of the dataset's own split. */
  readonly split?: string
  /** Equal for equal pixels: such pairs are exact duplicates, which the audit names. */
  readonly pixelHash: string
  readonly fingerprint: Fingerprint
}

/** Kinds from the gravest to the mildest. */
const kinds: readonly { kind: NearDuplicateKind; fits: (a: FilmToCompare, b: FilmToCompare) => boolean }[] = [
  { kind: 'two datasets', fits: (a, b) => a.set !== b.set },
  { kind: 'two labels', fits: (a, b) => a.label !== b.label },
  { kind: 'two sets of the split', fits: (a, b) => a.split !== b.split },
  { kind: 'no patients given', fits: (a, b) => !(a.patientKnown && b.patientKnown) },
  { kind: 'two patients', fits: (a, b) => a.patient !== b.patient },
  { kind: 'one patient', fits: () => true },
]

/**
 * For each film the earlier one of which it is a copy (of several the one that does the most harm, then the most alike),
 * so that n copies of an image are n - 1 pairs. Gravest first.
 */
export function nearDuplicates(films: readonly FilmToCompare[]): NearDuplicate[] {
  const found: { rank: number; pair: NearDuplicate }[] = []
  const alike = earlierAlike(
    films.map(({ fingerprint }) => fingerprint.hash),
    nearestHashes,
  )
  for (const [i, film] of films.entries()) {
    let best: { rank: number; correlation: number; earlier: FilmToCompare } | undefined
    for (const at of alike(i)) {
      const earlier = elementAt(films, at)
      if (earlier.pixelHash === film.pixelHash) continue
      const correlation = correlationFrom(earlier.fingerprint, film.fingerprint, sameImage)
      if (correlation === undefined) continue
      const rank = kinds.findIndex(({ fits }) => fits(earlier, film))
      if (best === undefined || rank < best.rank || (rank === best.rank && correlation > best.correlation))
        best = { rank, correlation, earlier }
    }
    if (best === undefined) continue
    const { rank, correlation, earlier } = best
    found.push({ rank, pair: { kind: elementAt(kinds, rank).kind, a: named(earlier), b: named(film), correlation } })
  }
  return found.sort((a, b) => a.rank - b.rank || b.pair.correlation - a.pair.correlation).map(({ pair }) => pair)
}

function named({ id, set, name, label }: FilmToCompare): NearDuplicate['a'] {
  return { id, set, name, label }
}
