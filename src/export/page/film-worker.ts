/** The page's thread: films to probabilities. A thread of its own can be ended with all that it took, and the page answers meanwhile. */
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import { backboneInput } from '../../backbone/input.js'
import { ndarray } from '../../base/ndarray.js'
import { classProbabilities } from '../../head/probability.js'
import { loadDecodersFrom } from '../../image/dicom/codec-decoder.js'
import { decodeFilm } from '../../image/film.js'
import { ImageProblem, whiteOf } from '../../image/raster.js'
import { toPixels } from '../../image/resize.js'
import type { PageFacts } from '../page-facts.js'
import { unpacked } from './inflate.js'

/** What the thread begins with; texts are base64 of gzip. */
export interface Beginning {
  readonly facts: PageFacts
  readonly classifier: string
  readonly runtime: string
  readonly decoders: string
}

export interface Answer {
  /** By class, in the classifier's order. */
  readonly probabilities: readonly number[]
  /** What the file says wrongly, and how it was read. */
  readonly notes: readonly string[]
}

/** `problem` completes "NAME ..."; `failure` is a sentence: no film can be judged. */
export type Reply = { readonly answer: Answer } | { readonly problem: string } | { readonly failure: string } | 'ready'

const page = self as unknown as {
  postMessage(reply: Reply): void
  onmessage: (event: MessageEvent<Beginning | File>) => void
}
let judge: ((file: File) => Promise<Answer>) | undefined

page.onmessage = async ({ data }) => {
  if (judge === undefined) {
    try {
      judge = await prepare(data as Beginning)
      page.postMessage('ready')
    } catch (error) {
      page.postMessage({
        failure: `The classifier could not be started in this browser (${(error as Error).message}).`,
      })
    }
    return
  }
  try {
    page.postMessage({ answer: await judge(data as File) })
  } catch (error) {
    page.postMessage({ problem: reasonOf(error as Error) })
  }
}

function reasonOf(error: Error): string {
  if (error instanceof ImageProblem) return error.message
  if (error.name === 'NotReadableError' || error.name === 'NotFoundError')
    return 'could not be read: if it is a folder, drop the films in it'
  return `could not be judged (${error.message})`
}

async function prepare({ facts, classifier, runtime, decoders }: Beginning) {
  const { imageSize, channels, maxValue, classes, positive, input } = facts.classifier
  const [height, width] = imageSize
  let code: Promise<ArrayBuffer> | undefined
  loadDecodersFrom(async () => (code ??= unpacked(decoders).then(({ buffer }) => buffer)))
  env.wasm.numThreads = 1
  env.wasm.wasmBinary = (await unpacked(runtime)).buffer
  env.logLevel = 'error'
  const session = await InferenceSession.create(await unpacked(classifier))
  return async (file: File): Promise<Answer> => {
    const { raster, notes } = await decodeFilm(new Uint8Array(await file.arrayBuffer()))
    const pixels = toPixels(raster, { height, width, channels, maxValue: whiteOf(raster, maxValue) })
    const { data, shape } = backboneInput(ndarray('uint8', [1, height, width, channels], pixels), input)
    const { logit } = await session.run({ [input.name]: new Tensor('float32', data, [...shape]) }, ['logit'])
    const positiveIndex = positive === null ? null : classes.indexOf(positive)
    return { probabilities: classProbabilities(logit?.data as Float32Array, positiveIndex), notes }
  }
}
