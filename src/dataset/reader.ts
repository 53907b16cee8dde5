/**
 * The contract of a dataset reader: it lists films with what the dataset says about each, and reads no pixels.
 * `open.ts` picks a reader and makes a cohort of what it found.
 */
import type { Rectangle } from '../image/rectangle.js'
import type { ImageInFile, RegionSource, SplitName } from './sample.js'
import type { Warning } from './warning.js'

export interface FoundFilm extends ImageInFile {
  readonly file: string
  readonly name: string
  readonly label: string
  readonly patient?: string
  readonly split?: SplitName
  readonly roi?: Rectangle
  /** Where the region of interest was given, if in a file of its own. */
  readonly region?: RegionSource
  /** Why nothing of it can be read, where that is seen without opening it: completes "NAME ...". */
  readonly problem?: string
}

export interface Reading {
  readonly root: string
  readonly films: readonly FoundFilm[]
  /** One reason per film that was found and left out. */
  readonly excluded: readonly string[]
  readonly warnings: readonly Warning[]
  /** What is plain to see and asks for nothing, such as columns that are not used. */
  readonly remarks?: readonly string[]
  /** Sentences that forbid use, told together with what the audit finds. */
  readonly problems?: readonly string[]
  /** Whether labels are names of folders, which need not be classes where regions have labels. */
  readonly labelsFromFolders?: boolean
}

const splitWords: Record<string, SplitName> = {
  train: 'train',
  training: 'train',
  val: 'tuning',
  valid: 'tuning',
  validation: 'tuning',
  tuning: 'tuning',
  tune: 'tuning',
  dev: 'tuning',
  test: 'test',
  testing: 'test',
}

/** The set that a word means ('val' and 'validation' are the tuning set); undefined for other words. */
export function splitOfWord(word: string): SplitName | undefined {
  const key = word.trim().toLowerCase()
  return Object.hasOwn(splitWords, key) ? splitWords[key] : undefined
}

const imageExtension =
  /\.(png|jpe?g|jpe|jfif|tiff?|dcm|dicom|bmp|gif|webp|jp2|j2k|heic|heif|avif|jxl|jxr|psd|exr|p[bgp]m|npy|npz)$/i

/** Whether a file's name claims that it is an image. */
export function namedAsImage(name: string): boolean {
  return imageExtension.test(name)
}

/** Whether a file is the table of contents of a disc, by the name that it must have (PS3.10, 8.6). */
export function isDicomDirectory(name: string): boolean {
  return /(^|\/)DICOMDIR$/i.test(name)
}

/** What systems put beside data, in lower case: Windows, macOS, ext4, and storage by Synology, QNAP and NetApp. */
const systemNames = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'ehthumbs_vista.db',
  'desktop.ini',
  '$recycle.bin',
  'recycler',
  'recycled',
  'system volume information',
  'found.000',
  '__macosx',
  'icon\r',
  'network trash folder',
  'temporary items',
  'thevolumesettingsfolder',
  'lost+found',
  '#recycle',
  '#snapshot',
  '~snapshot',
])
/** Names that begin so (a dot hides files from users; `@` is what storage calls its own folders), or end as Synology's streams do. */
const systemForm =
  /^(\.|@(eadir|recycle|recently-snapshot|tmp|sharebin|syno)|syno(photo|file|video|audio)_|~\$)|@syno(eastream|resource)$/i

/** Whether a folder's entry is left by the system and never meant as data. */
export function isSystemEntry(name: string): boolean {
  return systemNames.has(name.toLowerCase()) || systemForm.test(name)
}

export { throwProblems as refuse } from '../base/errors.js'
export { firstFew } from '../base/first-few.js'
