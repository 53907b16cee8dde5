/** What goes between `kopt export --page`, which fills a page, and the page, which runs in a browser. */
import type { ClassifierInfo } from '../head/classifier-info.js'

export interface PageFacts {
  readonly classifier: ClassifierInfo
  /** Probability of the positive class from which the run called a film positive; null where it has none. */
  readonly cutoff: number | null
  /** SHA-256 of classifier.onnx. */
  readonly hash: string
}

/** Ids of the page's blocks that hold data: JSON, the others base64 of gzip. */
export const pageBlocks = {
  facts: 'kopt-facts',
  classifier: 'kopt-classifier',
  runtime: 'kopt-runtime',
  decoders: 'kopt-decoders',
} as const

/** Where in the page's template the model goes. */
export const modelPlace = '<!--kopt:model-->'
