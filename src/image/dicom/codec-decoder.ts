/** JPEG, JPEG-LS, JPEG 2000 and HTJ2K frames unpacked by dcmjs-codecs (libjpeg, CharLS, OpenJPEG, OpenJPH as WebAssembly). */
import codecs from 'dcmjs-codecs'
import type { CodecJob, CodecReply } from './codec-job.js'

const { Context, NativeCodecs, log } = codecs
log.setLevel('silent')

/** What is used of WebAssembly's global, of which Node's types do not speak. */
declare const WebAssembly: {
  instantiate: (
    code: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ) => Promise<{
    instance: { exports: Record<string, unknown> }
  }>
}

/** The memory that a decoder may take. */
const maxBytes = 320 * 2 ** 20

const decoders = {
  jpeg: 'decodeJpeg',
  'jpeg-ls': 'decodeJpegLs',
  'jpeg-2000': 'decodeJpeg2000',
  'ht-jpeg-2000': 'decodeHtJpeg2000',
} as const

let ready: Promise<void> | undefined

/** Has the decoders' code from `load`, where they can't find it by themselves: they look beside their own file. */
export function loadDecodersFrom(load: () => Promise<ArrayBuffer>): void {
  Object.assign(NativeCodecs, { _getWebAssemblyBytes: load })
}

export async function decodeFrame({
  kind,
  width,
  height,
  components,
  precision,
  signed,
  ycc,
  bytesPerSample,
  bytes,
}: CodecJob): Promise<CodecReply> {
  ready ??= startLimited()
  await ready
  try {
    const decoded = NativeCodecs[decoders[kind]](
      new Context({
        width,
        height,
        bitsAllocated: 8 * bytesPerSample,
        bitsStored: precision,
        samplesPerPixel: components,
        pixelRepresentation: signed ? 1 : 0,
        planarConfiguration: 0,
        photometricInterpretation: components === 1 ? 'MONOCHROME2' : ycc ? 'YBR_FULL' : 'RGB',
        encodedBuffer: bytes,
      }),
      { convertColorspaceToRgb: false },
    )
    const samples = decoded.getDecodedBuffer() as Uint8Array<ArrayBuffer>
    return { samples: samples.buffer }
  } catch (error) {
    // An exception leaves the decoder's memory as it was when it struck: the next frame gets a new one.
    ready = undefined
    NativeCodecs.release()
    return { problem: String((error as Error)?.message ?? error) }
  }
}

/** The module may grow to 2 GiB; it asks the host at each growth, after which the new pages are not touched yet. */
async function startLimited(): Promise<void> {
  const { instantiate } = WebAssembly
  WebAssembly.instantiate = async (code, imports) => {
    let memory: { buffer: ArrayBuffer } | undefined
    const grown = () => {
      if (memory !== undefined && memory.buffer.byteLength > maxBytes) throw new Error('out of memory')
    }
    const source = await instantiate(code, {
      ...imports,
      env: { ...imports.env, emscripten_notify_memory_growth: grown },
    })
    memory = source.instance.exports.memory as { buffer: ArrayBuffer }
    return source
  }
  try {
    await NativeCodecs.initializeAsync()
  } finally {
    WebAssembly.instantiate = instantiate
  }
}
