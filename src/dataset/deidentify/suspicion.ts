/** Whether the value of an element that the profile keeps may tell who the patient is. */
import { isAscii } from '../../image/dicom/character-sets.js'
import type { DataSet } from '../../image/dicom/data-set.js'
import { elements } from '../../image/dicom/tags.js'
import type { Identity, TextKind } from './identity.js'
import { otherReadings } from './readings.js'

/** 'identity': it holds the patient's name or number. 'unreadable': nobody can say what it holds. */
export type Suspicion = 'identity' | 'unreadable'

const inCharacterSet = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UT'])
const codes = new Set(['AE', 'AS', 'CS', 'DA', 'DT', 'TM'])
const numbers = new Set(['DS', 'IS'])
/** Fewer bytes can hold no name that would not be found by chance. */
const leastBinaryBytes = 3
/** Longer values, beside the pixels, stand in no film, and would take long to look through. */
const mostBytes = 2 ** 21

/** Terms of the standard without which a film can't be read or shown; kept although a patient may be called so. */
const terms: ReadonlyMap<number, RegExp> = new Map([
  [elements.SpecificCharacterSet.tag, /^(?:|ISO_IR \d{1,3}|ISO 2022 IR \d{1,3}|GB18030|GBK)$/],
  [elements.PhotometricInterpretation.tag, /^(?:MONOCHROME[12]|PALETTE COLOR|RGB|YBR_[A-Z0-9_]{2,11})$/],
  [elements.VOILUTFunction.tag, /^(?:LINEAR|LINEAR_EXACT|SIGMOID)$/],
  [elements.PresentationLUTShape.tag, /^(?:IDENTITY|INVERSE)$/],
  [elements.Modality.tag, /^(?:CR|CT|DX|IO|IVOCT|MG|MR|NM|OT|PT|PX|RF|RG|RTIMAGE|SC|US|XA|XC)$/],
])
/** Numbers of the picture; they are the patient's only where they are too long to be anything else. */
const settings = new Set<number>(
  [
    elements.NumberOfFrames,
    elements.PixelSpacing,
    elements.ImagerPixelSpacing,
    elements.WindowCenter,
    elements.WindowWidth,
    elements.RescaleIntercept,
    elements.RescaleSlope,
  ].map(({ tag }) => tag),
)
const longerThanSettings = 6

/** @param vr representation by which the value is read; sequences and UIDs are not for here */
export function suspicionOf(dataSet: DataSet, tag: number, vr: string, identity: Identity): Suspicion | undefined {
  const bytes = dataSet.rawBytes({ tag })
  if (bytes.length > mostBytes) return 'unreadable'
  if (inCharacterSet.has(vr)) {
    const { characterSet } = dataSet
    const name = vr === 'PN'
    return ofText(bytes, characterSet.decode(bytes, name), characterSet.reads(bytes, name), 'free', identity)
  }
  const latin = Buffer.from(bytes).toString('latin1')
  if (vr === 'UR') return ofText(bytes, unescaped(latin), isAscii(bytes), 'free', identity)
  const values = latin.split('\\').map((value) => value.replace(/[\0 ]+$/, '').trimStart())
  if (codes.has(vr)) {
    const term = terms.get(tag)
    if (term !== undefined && values.every((value) => term.test(value))) return undefined
    return ofText(bytes, latin, isAscii(bytes), 'code', identity)
  }
  if (numbers.has(vr)) return ofNumbers(bytes, latin, values, settings.has(tag), identity)
  return bytes.length >= leastBinaryBytes && isInBinary(dataSet, bytes, identity) ? 'identity' : undefined
}

function ofText(
  bytes: Uint8Array,
  text: string,
  readable: boolean,
  kind: TextKind,
  identity: Identity,
): Suspicion | undefined {
  const solid = text.replaceAll('\0', '')
  if (identity.isIn(text, kind) || (solid !== text && identity.isIn(solid, kind))) return 'identity'
  if (isAscii(bytes)) return undefined
  if (isInOtherReadings(bytes, identity, kind)) return 'identity'
  return readable ? undefined : 'unreadable'
}

function isInOtherReadings(bytes: Uint8Array, identity: Identity, kind: TextKind): boolean {
  return otherReadings(bytes).some(({ text, certain }) =>
    certain ? identity.isIn(text, kind) : identity.isPlainlyIn(text),
  )
}

function ofNumbers(
  bytes: Uint8Array,
  latin: string,
  values: readonly string[],
  setting: boolean,
  identity: Identity,
): Suspicion | undefined {
  const isNumber = (value: string) => /^(?:|[-+]?[\d.,]+(?:[eE][-+]?\d+)?)$/.test(value)
  if (!values.every(isNumber)) return ofText(bytes, latin, isAscii(bytes), 'code', identity)
  const ofPatient = values.filter((value) => identity.isNumber(value))
  return ofPatient.some((value) => !setting || value.length >= longerThanSettings) ? 'identity' : undefined
}

/** Names in numbers and unknown bytes, in either byte order. */
function isInBinary(dataSet: DataSet, bytes: Uint8Array, identity: Identity): boolean {
  const swapped = bytes.slice(0, bytes.length - (bytes.length % 2))
  Buffer.from(swapped.buffer, swapped.byteOffset, swapped.length).swap16()
  return [bytes, swapped].some((form) =>
    [
      Buffer.from(form).toString('latin1'),
      Buffer.from(form).toString('utf8'),
      Buffer.from(form).toString('utf16le'),
      dataSet.characterSet.decode(form),
    ].some((text) => identity.isPlainlyIn(text)),
  )
}

/** An address with its %20 and %C3%BC as what they stand for. */
function unescaped(text: string): string {
  if (!text.includes('%')) return text
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return `${text} ${bytes} ${Buffer.from(bytes, 'latin1').toString('utf8')}`
}
