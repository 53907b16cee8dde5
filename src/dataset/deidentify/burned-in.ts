/** Signs that a film shows text that no header holds: names drawn into the pixels. Nothing here looks at pixels. */
import type { DataSet } from '../../image/dicom/data-set.js'
import type { DicomHeader } from '../../image/dicom/header.js'
import { type ElementName, elements } from '../../image/dicom/tags.js'
import { isOverlayOrCurve } from './clean.js'

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7'
/** Modalities whose apparatus, or whose way into the archive, writes into the image. */
const drawnInto = new Set(['US', 'XC', 'ES', 'GM', 'SM', 'OT', 'SC', 'DOC', 'IVUS', 'ECG', 'OP', 'RG', 'HC'])
const recognizableFeatures: ElementName = { tag: 0x0028_0302, vr: 'CS' }

/** Sentences without names, such as 'says that text is burned in'; none where nothing speaks for it. */
export function burnedInSigns({ dataSet, facts }: DicomHeader): string[] {
  const signs: string[] = []
  const { burnedInAnnotation: burnedIn, modality = '', sopClassUid = '', conversionType } = facts
  if (burnedIn === 'YES') signs.push('text is burned into the pixels, says the file')
  if (burnedIn !== 'NO' && burnedIn !== 'YES') {
    const reasons = [
      ...(sopClassUid.startsWith(secondaryCapture) ? ['a secondary capture'] : []),
      ...(conversionType !== undefined ? [`converted (${conversionType})`] : []),
      ...(drawnInto.has(modality) ? [`modality ${modality}`] : []),
    ]
    if (reasons.length > 0) signs.push(`text may be burned into the pixels: ${reasons.join(', ')}`)
  }
  if (dataSet.text(recognizableFeatures) === 'YES') signs.push('a face may be recognised, says the file')
  if (dataSet.tags().some((tag) => isOverlayOrCurve(tag))) {
    signs.push(
      hidesOverlay(dataSet)
        ? 'an overlay lies in unused bits of the pixels, which are kept as they are'
        : 'an overlay or a curve was removed',
    )
  }
  return signs
}

/** An overlay that has no data of its own is a bit plane of the pixels (retired, PS3.5 8.1.2). */
function hidesOverlay(dataSet: DataSet): boolean {
  const groups = dataSet.tags().filter((tag) => isOverlayOrCurve(tag) && (tag & 0xffff) === 0x0010)
  return groups.some((tag) => {
    const inGroup = (element: number, vr: string): ElementName => ({ tag: ((tag & 0xffff_0000) >>> 0) + element, vr })
    return (
      !dataSet.has(inGroup(0x3000, 'OW')) &&
      (dataSet.number(inGroup(elements.OverlayBitPosition.tag & 0xffff, 'US')) ?? 0) > 0
    )
  })
}
