/** Stands for `image/dicom/codecs.ts` in the page, whose films are decoded in a thread of their own already. */
import { decodeFrame } from '../../image/dicom/codec-decoder.js'
import { samplesOf } from '../../image/dicom/codec-job.js'
import type { Codestream } from '../../image/dicom/codestream.js'

export function decodeCodestream(stream: Codestream): ReturnType<typeof samplesOf> {
  return samplesOf(stream, decodeFrame)
}
