/** JPEG to stored values by the decoders that DICOM's compressed frames have too: no colour management, and no canvas, which some browsers falsify. */
import type { DecodedImage } from '../../image/codec.js'
import { decodeFrame } from '../../image/dicom/codec-decoder.js'
import { samplesOf } from '../../image/dicom/codec-job.js'
import { type Codestream, readCodestream } from '../../image/dicom/codestream.js'
import { ybrToRgb } from '../../image/dicom/samples.js'
import { ImageProblem } from '../../image/raster.js'
import { endsJpeg, refuseTooManyPixels, refuseTooMuchMemory } from '../../image/stored-image.js'
import { orientationIn, turned } from './orientation.js'

export async function decodeJpeg(bytes: Uint8Array): Promise<DecodedImage> {
  const stream = frameOf(bytes)
  const { width, height, components, precision, ycc = true } = stream
  refuseTooManyPixels(width, height)
  refuseTooMuchMemory({ width, height, channels: components, hasAlpha: false, bytesPerValue: 1 })
  if (precision !== 8) throw new ImageProblem(`is a JPEG of ${precision} bits, and such are read of 8: save it as PNG`)
  if (components !== 1 && components !== 3) {
    throw new ImageProblem(`is a JPEG of ${components} colours, which this page does not read: save it as PNG`)
  }
  if (!endsJpeg(bytes)) throw new ImageProblem('is a JPEG that ends early (truncated)')
  const samples = await orDamaged(() => samplesOf({ ...stream, ycc }, decodeFrame))
  const data = (components === 3 && ycc ? ybrToRgb(samples, 255) : samples) as Uint8Array
  const orientation = orientationOf(bytes)
  const raster = { width, height, channels: components, bitDepth: 8, data } as const
  return {
    format: 'jpeg',
    raster: turned(raster, orientation),
    steps: orientation > 1 ? ['turned'] : [],
    words: [],
  }
}

function frameOf(bytes: Uint8Array): Codestream {
  try {
    return readCodestream(bytes)
  } catch (error) {
    if (!endsJpeg(bytes)) throw new ImageProblem('is a JPEG that ends early (truncated)', { cause: error })
    throw new ImageProblem('is a damaged JPEG', { cause: error })
  }
}

async function orDamaged<T>(decode: () => Promise<T>): Promise<T> {
  try {
    return await decode()
  } catch (error) {
    throw new ImageProblem('is a damaged JPEG', { cause: error })
  }
}

function orientationOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 2; at + 10 <= bytes.length && bytes[at] === 0xff; ) {
    const [marker, length] = [view.getUint8(at + 1), view.getUint16(at + 2)]
    if (marker === 0xda) break
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 10))
    if (marker === 0xe1 && name === 'Exif\0\0') return orientationIn(bytes.subarray(at + 10, at + 2 + length))
    at += 2 + length
  }
  return 1
}
