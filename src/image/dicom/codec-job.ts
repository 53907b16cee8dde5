/** What a decoder of compressed frames is asked, and how its answer becomes samples: the same wherever the decoder runs. */
import { ImageProblem } from '../raster.js'
import type { Codestream } from './codestream.js'

/** What a decoder is asked. */
export type CodecJob = Pick<
  Codestream,
  'kind' | 'width' | 'height' | 'components' | 'precision' | 'signed' | 'ycc' | 'bytes'
> & { readonly bytesPerSample: 1 | 2 }

/** What it answers: samples, or its words for a failure. */
export type CodecReply = { readonly samples: ArrayBuffer } | { readonly problem: string }

/**
 * The samples of a codestream, channels interleaved unless it is `planar`, as the stream holds them (colour not converted).
 * Throws an `ImageProblem` where it can't be decoded.
 */
export async function samplesOf(
  stream: Codestream,
  ask: (job: CodecJob) => Promise<CodecReply>,
): Promise<Uint8Array | Int8Array | Uint16Array | Int16Array> {
  const { kind, width, height, components, precision, signed, ycc } = stream
  if (kind === 'jpeg-2000' && components > 1 && precision > 8) {
    // the decoder keeps one byte of each such sample
    throw new ImageProblem(
      'has JPEG 2000 colours of more than 8 bits, which are not read: unpack it with gdcmconv --raw IN OUT',
    )
  }
  // the HTJ2K decoder clamps negative samples of one byte
  const wide = precision > 8 || (kind === 'ht-jpeg-2000' && signed)
  const bytesPerSample = wide ? 2 : 1
  // a copy of its own, so that it can be moved to a thread
  const bytes = stream.bytes.slice()
  const reply = await ask({ kind, width, height, components, precision, signed, ycc, bytesPerSample, bytes })
  if ('problem' in reply) throw new ImageProblem(`holds a damaged ${names[kind]} frame (${reply.problem})`)
  const count = width * height * components

  if (reply.samples.byteLength < count * bytesPerSample) {
    throw new ImageProblem(`holds a damaged ${names[kind]} frame (fewer samples than it announces)`)
  }
  const form = wide ? (signed ? Int16Array : Uint16Array) : signed ? Int8Array : Uint8Array
  return new form(reply.samples, 0, count)
}

const names = {
  jpeg: 'JPEG',
  'jpeg-ls': 'JPEG-LS',
  'jpeg-2000': 'JPEG 2000',
  'ht-jpeg-2000': 'HTJ2K',
} as const
