/** The transfer syntaxes of PS3.5 chapter 10 and annex A: how a data set is written, and how its pixels are packed. */
import { type Encoding, explicitBig, explicitLittle, implicitLittle } from './element-reader.js'

/** How pixel data is packed; 'video' and 'elsewhere' hold no pixels that are read. */
export type Packing =
  | 'native'
  | 'encapsulated'
  | 'rle'
  | 'jpeg'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'ht-jpeg-2000'
  | 'jpeg-xl'
  | 'video'
  | 'elsewhere'
  | 'hierarchical'

export interface TransferSyntax {
  readonly uid: string
  readonly name: string
  readonly encoding: Encoding
  readonly deflated: boolean
  readonly packing: Packing
  /** Whether native pixels are big endian; in one private syntax they are so in a little endian data set. */
  readonly bigEndianPixels: boolean
}

const table: readonly (readonly [uid: string, name: string, packing: Packing])[] = [
  ['', 'Implicit VR Little Endian', 'native'],
  ['.1', 'Explicit VR Little Endian', 'native'],
  ['.1.98', 'Encapsulated Uncompressed Explicit VR Little Endian', 'encapsulated'],
  ['.1.99', 'Deflated Explicit VR Little Endian', 'native'],
  ['.2', 'Explicit VR Big Endian', 'native'],
  ['.4.50', 'JPEG Baseline', 'jpeg'],
  ['.4.51', 'JPEG Extended', 'jpeg'],
  ['.4.52', 'JPEG Extended (Process 3 and 5)', 'jpeg'],
  ['.4.53', 'JPEG Spectral Selection (Process 6 and 8)', 'jpeg'],
  ['.4.54', 'JPEG Spectral Selection (Process 7 and 9)', 'jpeg'],
  ['.4.55', 'JPEG Full Progression (Process 10 and 12)', 'jpeg'],
  ['.4.56', 'JPEG Full Progression (Process 11 and 13)', 'jpeg'],
  ['.4.57', 'JPEG Lossless', 'jpeg'],
  ['.4.58', 'JPEG Lossless (Process 15)', 'jpeg'],
  ['.4.70', 'JPEG Lossless, First-Order Prediction', 'jpeg'],
  ['.4.80', 'JPEG-LS Lossless', 'jpeg-ls'],
  ['.4.81', 'JPEG-LS Near-Lossless', 'jpeg-ls'],
  ['.4.90', 'JPEG 2000 Lossless', 'jpeg-2000'],
  ['.4.91', 'JPEG 2000', 'jpeg-2000'],
  ['.4.92', 'JPEG 2000 Part 2 Multi-component Lossless', 'jpeg-2000'],
  ['.4.93', 'JPEG 2000 Part 2 Multi-component', 'jpeg-2000'],
  ['.4.94', 'JPIP Referenced', 'elsewhere'],
  ['.4.95', 'JPIP Referenced Deflate', 'elsewhere'],
  ['.4.110', 'JPEG XL Lossless', 'jpeg-xl'],
  ['.4.111', 'JPEG XL JPEG Recompression', 'jpeg-xl'],
  ['.4.112', 'JPEG XL', 'jpeg-xl'],
  ['.4.201', 'High-Throughput JPEG 2000 Lossless', 'ht-jpeg-2000'],
  ['.4.202', 'High-Throughput JPEG 2000 with RPCL Options Lossless', 'ht-jpeg-2000'],
  ['.4.203', 'High-Throughput JPEG 2000', 'ht-jpeg-2000'],
  ['.4.204', 'JPIP HTJ2K Referenced', 'elsewhere'],
  ['.4.205', 'JPIP HTJ2K Referenced Deflate', 'elsewhere'],
  ['.5', 'RLE Lossless', 'rle'],
]

const standard = '1.2.840.10008.1.2'
/** GE's implicit little endian with big endian pixels. */
const geBigEndianPixels = '1.2.840.113619.5.2'

export const implicitLittleEndian = standard
export const explicitLittleEndian = `${standard}.1`
export const explicitBigEndian = `${standard}.2`

const known: ReadonlyMap<string, TransferSyntax> = new Map(
  [
    ...table.map(([suffix, name, packing]) => syntaxOf(`${standard}${suffix}`, name, packing)),
    {
      ...syntaxOf(standard, 'Implicit VR Little Endian with big endian pixels (GE)', 'native'),
      uid: geBigEndianPixels,
    },
  ].map((syntax) => [syntax.uid, { ...syntax, bigEndianPixels: /big endian/i.test(syntax.name) }]),
)

function syntaxOf(uid: string, name: string, packing: Packing): TransferSyntax {
  const encoding =
    uid === implicitLittleEndian ? implicitLittle : uid === explicitBigEndian ? explicitBig : explicitLittle
  const deflated = uid === `${standard}.1.99` || uid === `${standard}.4.95` || uid === `${standard}.4.205`
  return { uid, name, encoding, deflated, packing, bigEndianPixels: false }
}

/** The transfer syntax of a UID; undefined for one that is not known. */
export function transferSyntaxOf(uid: string): TransferSyntax | undefined {
  const found = known.get(uid)
  if (found !== undefined) return found
  if (uid.startsWith(`${standard}.4.10`) || uid.startsWith(`${standard}.7.`)) return syntaxOf(uid, 'video', 'video')
  const process = /^1\.2\.840\.10008\.1\.2\.4\.(59|6[0-6])$/.exec(uid)
  return process ? syntaxOf(uid, 'JPEG Hierarchical', 'hierarchical') : undefined
}
