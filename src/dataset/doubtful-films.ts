/** Films that can be read and may be no radiographs: screenshots and dose reports of an archive's export, films without content. */
import { elementAt } from '../base/element-at.js'
import { counted } from '../base/format.js'
import { groupBy } from '../base/group-by.js'
import type { DicomFacts } from '../image/dicom/header.js'
import { firstFew } from './reader.js'
import { NamedFilms, type Warning } from './warning.js'

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7'
/** Modalities of what a workstation, a scanner of paper or another program puts into the archive. */
const noApparatus = new Set(['OT', 'SC', 'DOC', 'SR', 'PR', 'KO', 'PLAN', 'REG', 'SEG', 'AU', 'HC'])
/** Where an image that was not acquired comes from (0008,0064): a workstation, scanned paper, a drawing. */
const conversions = new Set(['WSD', 'SD', 'DRW', 'SYN'])
/** Films by other names: computed, digital and plain radiography. */
const radiography = new Set(['CR', 'DX', 'DR', 'RG', 'RF'])

/** What is known of a film that was decoded. */
interface SeenFilm {
  readonly name: string
  /** Whether it holds one value alone. */
  readonly flat: boolean
  readonly dicom?: DicomFacts
}

/** What is doubtful among films that were decoded, a sentence for each kind. */
export function doubtsOfFilms(films: readonly SeenFilm[]): Warning[] {
  const captures = capturesAmong(films)
  const remedy = 'leave them out (column exclude of a manifest)'
  const found: [SeenFilm[], string][] = [
    [
      films.filter(({ flat }) => flat),
      `one grey value alone, as a failed export or a wrong window leaves it; ${remedy}`,
    ],
    [captures, `secondary captures (${modalities(captures)}): dose reports and screenshots look like this; ${remedy}`],
  ]
  const warnings = found.flatMap(([some, text], i) => {
    if (some.length === 0) return []
    const verb = i === 0 ? (some.length === 1 ? 'holds' : 'hold') : some.length === 1 ? 'is' : 'are'
    const count = `${some.length} of ${counted(films.length, 'film')} ${verb} ${text}`
    return [new NamedFilms(count, firstFew(some.map(({ name }) => name)))]
  })
  const others = new Set(captures)
  return [...warnings, ...mixedModalities(films.filter((film) => !others.has(film)))]
}

/**
 * Films of no apparatus: by modality, by how they came to be, or by being secondary captures where others are not. A dataset
 * of secondary captures alone is one that somebody converted.
 */
function capturesAmong(films: readonly SeenFilm[]): SeenFilm[] {
  const isCapture = ({ sopClassUid = '' }: Partial<DicomFacts>) => sopClassUid.startsWith(secondaryCapture)
  const all = films.every(({ dicom }) => dicom !== undefined && isCapture(dicom))
  return films.filter(({ dicom }) => {
    if (dicom === undefined) return false
    const { modality = '', conversionType = '' } = dicom
    return noApparatus.has(modality) || conversions.has(conversionType) || (!all && isCapture(dicom))
  })
}

function mixedModalities(films: readonly SeenFilm[]): Warning[] {
  const said = films.filter(({ dicom }) => dicom?.modality !== undefined)
  const counts = groupBy(said, ({ dicom }) => dicom?.modality as string)
  const kinds = new Set([...counts.keys()].map((modality) => (radiography.has(modality) ? 'DX' : modality)))
  if (kinds.size < 2) return []
  const sorted = [...counts].toSorted(([, a], [, b]) => b.length - a.length)
  const tally = sorted.map(([modality, own]) => `${modality} ${own.length}`).join(', ')
  const fewest = elementAt(sorted, sorted.length - 1)[1].map(({ name }) => name)
  const sentence = `the films are of several modalities (${tally}): a localiser of a CT or an ultrasound image is no radiograph; leave out what is none`
  return [new NamedFilms(sentence, firstFew(fewest))]
}

function modalities(films: readonly SeenFilm[]): string {
  return [...new Set(films.map(({ dicom }) => dicom?.modality ?? 'no modality'))].sort().join(', ')
}
