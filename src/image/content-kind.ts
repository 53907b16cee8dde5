/** What a file is by its first bytes, never by its name; and why what is no film is none, with what to do. */
import { looksLikeDataSet } from './dicom/header.js'

/** How much of a file's beginning tells what it is. */
export const sniffedBytes = 132

export type ImageFormat = 'png' | 'jpeg' | 'tiff'
export type ContentKind = ImageFormat | 'dicom' | 'empty' | 'text' | 'unknown' | keyof typeof otherKinds

/** Kinds that are not read, and a command that makes something of them that is: OUT.png by default. */
const otherKinds = {
  zip: ['a zip or npz archive'],
  npy: ['a NumPy array'],
  pdf: ['a PDF document', 'pdfimages -png IN OUT'],
  gif: ['a GIF image', 'magick IN OUT.png'],
  bmp: ['a BMP image', 'magick IN OUT.png'],
  webp: ['a WebP image', 'magick IN OUT.png'],
  jpeg2000: ['a JPEG 2000 image', 'magick IN OUT.png'],
  heic: ['a HEIC image, as phones take them', 'heif-convert IN OUT.png'],
  avif: ['an AVIF image', 'heif-convert IN OUT.png'],
  jpegxl: ['a JPEG XL image', 'djxl IN OUT.png'],
  jpegxr: ['a JPEG XR image', 'magick IN OUT.png'],
  photoshop: ['a Photoshop document', 'magick IN[0] OUT.png'],
  openexr: ['an OpenEXR image', 'magick IN OUT.png'],
  netpbm: ['a PBM, PGM or PPM image', 'magick IN OUT.png'],
  icon: ['an icon', 'magick IN OUT.png'],
  video: ['a video', 'ffmpeg -i IN -frames:v 1 OUT.png'],
  nifti: ['a NIfTI volume', 'med2image -i IN -o OUT.png'],
  nrrd: ['an NRRD volume'],
  hdf5: ['an HDF5 file'],
  gzip: ['a gzip archive', 'gunzip'],
  'seven-zip': ['a 7z archive', '7z x IN'],
  rar: ['a RAR archive', 'unrar x IN'],
} as const satisfies Record<string, readonly [what: string, command?: string]>
const archives: ReadonlySet<ContentKind> = new Set(['zip', 'gzip', 'seven-zip', 'rar'])
/** Kinds that hold no picture by themselves. */
const noImages: ReadonlySet<ContentKind> = new Set(['npy', 'pdf', 'nrrd', 'hdf5', 'video', 'nifti', ...archives])

/** Beginnings: at a place, bytes as Latin 1. */
const beginnings: readonly (readonly [kind: ContentKind, at: number, bytes: string])[] = [
  // first, since the 128 bytes before it are free, and some writers begin them as a TIFF does
  ['dicom', 128, 'DICM'],
  ['dicom', 0, 'DICM'],
  ['png', 0, '\x89PNG\r\n\x1a\n'],
  ['jpeg', 0, '\xff\xd8\xff'],
  ['tiff', 0, 'II*\0'],
  ['tiff', 0, 'MM\0*'],
  ['tiff', 0, 'II+\0'],
  ['tiff', 0, 'MM\0+'],
  ['zip', 0, 'PK\x03'],
  ['zip', 0, 'PK\x05'],
  ['npy', 0, '\x93NUMPY'],
  ['gif', 0, 'GIF8'],
  ['webp', 8, 'WEBP'],
  ['jpeg2000', 4, 'jP  '],
  ['jpeg2000', 0, '\xff\x4f\xff\x51'],
  ['pdf', 0, '%PDF'],
  ['jpegxl', 0, '\xff\x0a'],
  ['jpegxl', 4, 'JXL '],
  ['jpegxr', 0, 'II\xbc'],
  ['photoshop', 0, '8BPS'],
  ['openexr', 0, 'v/1\x01'],
  ['icon', 0, '\0\0\x01\0'],
  ['nifti', 0, '\x5c\x01\0\0'],
  ['nrrd', 0, 'NRRD0'],
  ['hdf5', 0, '\x89HDF\r\n\x1a\n'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['seven-zip', 0, '7z\xbc\xaf\x27\x1c'],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['video', 0, '\x1aE\xdf\xa3'],
  ['video', 8, 'AVI '],
]

/** What the first bytes of a file say it is; `sniffedBytes` are enough. */
export function sniffContent(bytes: Uint8Array): ContentKind {
  if (bytes.length === 0) return 'empty'
  const head = String.fromCharCode(...bytes.subarray(0, 512))
  const found = beginnings.find(([, at, begin]) => head.startsWith(begin, at))
  if (found !== undefined) return found[0]
  if (/^BM...\0\0\0/s.test(head) && bytes[5] === 0) return 'bmp'
  if (/^P[4-6]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s/.test(head)) return 'netpbm'
  if (head.startsWith('ftyp', 4)) return isoMedia(head)
  if (looksLikeDataSet(bytes.subarray(0, sniffedBytes))) return 'dicom'
  return bytes.subarray(0, sniffedBytes).every((byte) => byte >= 0x20 || (byte >= 9 && byte <= 13)) ? 'text' : 'unknown'
}

/** A file of ISO base media boxes (ISO 14496-12) by its brands, the major one first. */
function isoMedia(head: string): ContentKind {
  const length = Math.min(head.length, head.charCodeAt(2) * 256 + head.charCodeAt(3))
  const brands = head.slice(8, Math.max(12, length))
  if (/avi[fs]/.test(brands)) return 'avif'
  return /^(?:hei[cxms]|hev[cxms]|mif1|msf1)|hei[cx]/.test(brands) ? 'heic' : 'video'
}

/** Why content of this kind is no film, as a phrase; undefined for what is read. */
export function refusalOf(kind: ContentKind): string | undefined {
  switch (kind) {
    case 'png':
    case 'jpeg':
    case 'tiff':
    case 'dicom':
      return undefined
    case 'empty':
      return 'is empty (0 bytes)'
    case 'text':
      return 'is not an image (its content is text)'
    case 'unknown':
      return 'is not an image (its content is neither PNG, JPEG, TIFF nor DICOM)'
  }
  const [what, command] = otherKinds[kind] as readonly [string, string?]
  const example = command === undefined ? '' : `, for example with ${command}`
  if (!noImages.has(kind)) return `is ${what}, which is not read: convert it to PNG${example}`
  if (command === undefined) return `is ${what}, not an image`
  return `is ${what}, not an image: ${archives.has(kind) ? 'unpack it' : 'take its images out'}${example}`
}
