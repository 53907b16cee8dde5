/** Small DICOM films for tests: explicit little endian, 16 bit, the elements that a test names. */
import { explicitLittle } from '../../src/image/dicom/element-reader.js'
import {
  encodeElements,
  encodeFile,
  type NewElement,
  shortElement,
  textElement,
} from '../../src/image/dicom/element-writer.js'

export const computedRadiography = '1.2.840.10008.5.1.4.1.1.1'

/** A film of rows x columns; `texts` by tag: [vr, text]. */
export function dicomFilm(
  texts: Readonly<Record<number, readonly [vr: string, text: string]>>,
  { rows = 8, columns = 8, value = (i: number) => i, more = [] as readonly NewElement[] } = {},
): Uint8Array {
  const pixels = new Uint8Array(2 * rows * columns)
  const view = new DataView(pixels.buffer)
  for (let i = 0; i < rows * columns; i++) view.setUint16(2 * i, value(i), true)
  const short = (tag: number, number: number) => shortElement(tag, [number], explicitLittle)
  const named: Record<number, readonly [string, string]> = {
    524310: ['UI', computedRadiography],
    524312: ['UI', '1.2.3.4'],
    524384: ['CS', 'CR'],
    ...texts,
  }
  const elements: NewElement[] = [
    ...Object.entries(named).map(([tag, [vr, text]]) => textElement(Number(tag), vr, text)),
    short(0x0028_0002, 1),
    textElement(0x0028_0004, 'CS', 'MONOCHROME2'),
    short(0x0028_0010, rows),
    short(0x0028_0011, columns),
    short(0x0028_0100, 16),
    short(0x0028_0101, 12),
    short(0x0028_0102, 11),
    short(0x0028_0103, 0),
    { tag: 0x7fe0_0010, vr: 'OW', value: pixels },
    ...more,
  ]
  const meta = [
    { tag: 0x0002_0001, vr: 'OB', value: Uint8Array.of(0, 1) },
    textElement(0x0002_0002, 'UI', named[0x0008_0016][1]),
    textElement(0x0002_0003, 'UI', named[0x0008_0018][1]),
    textElement(0x0002_0010, 'UI', '1.2.840.10008.1.2.1'),
  ]
  return encodeFile(meta, encodeElements(elements, explicitLittle))
}
