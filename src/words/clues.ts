/** Leakage traps in sentences: what tells the classes apart though it has nothing to do with the disease. */
import { fixed } from '../base/format.js'
import type { ClueName } from '../record/inspection.js'

/** `class`: the class that is told from the others; null where there are two. */
export interface TrapFound {
  readonly class: string | null
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What each clue means where it is a trap. `told`: 'tell the classes apart (AUC ...)'. */
const sentences: Readonly<Record<ClueName, (told: string) => string>> = {
  size: (told) => `rows and columns alone ${told}: a classifier would learn the size of the films`,
  'pixel format': (told) =>
    `file format, bit depth and colour alone ${told}: the classes were exported differently, and a classifier would learn the traces of it`,
  brightness: (told) =>
    `mean grey and contrast alone ${told}: unless the disease itself does that, the classes were exposed or windowed differently, and a classifier would learn the exposure`,
  border: (told) =>
    `the outermost pixels alone ${told}: the classes were cropped, framed or marked differently, and a classifier would learn the border`,
  maker: (told) => `makers and models of the apparatus alone ${told}: a classifier would learn the apparatus`,
  view: (told) =>
    `the views (PA, AP ...) alone ${told}: a classifier would learn the view; take films of one view, or match the classes by view`,
  'all together': (told) => `all of these together ${told}: a classifier need not look at the disease`,
}

export function trapWords(name: ClueName, trap: TrapFound): string {
  const what = trap.class === null ? 'tell the classes apart' : `tell ${trap.class} from the others`
  return sentences[name](`${what} (AUC ${fixed(trap.value, 2)}, ${fixed(trap.low, 2)} to ${fixed(trap.high, 2)})`)
}
