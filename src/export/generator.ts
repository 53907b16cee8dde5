/**
 * A trained generator as one ONNX file that any ONNX Runtime loads: noise and class in, image out, the number of images left
 * open. How the noise is drawn and what is done with the image stands in its metadata, key `kopt`.
 */
import { Rng } from '../base/random.js'
import type { Checkpoint } from '../generator/checkpoint.js'
import { trainedKind } from '../generator/registry.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'

/** What an exported generator says of itself. */
export interface GeneratorInfo {
  readonly format: 1
  readonly use: string
  readonly kind: string
  readonly classes: readonly string[]
  readonly imageSize: readonly [number, number]
  readonly channels: 1 | 3
  /** Steps that it was trained for. */
  readonly steps: number
  readonly toolVersion: string
  readonly inputs: {
    readonly noise: { readonly shape: readonly (string | number)[]; readonly drawn: string }
    readonly label: { readonly shape: readonly string[]; readonly values: string }
  }
  readonly outputs: { readonly image: { readonly shape: readonly (string | number)[]; readonly values: string } }
}

export interface ExportedGenerator {
  readonly onnx: Uint8Array
  readonly info: GeneratorInfo
}

/** Undefined where a generator of this kind can't be handed on without the training films. */
export function exportGenerator({
  step,
  state,
  origin,
}: Pick<Checkpoint, 'step' | 'state' | 'origin'>): ExportedGenerator | undefined {
  const kind = trainedKind(origin.kind)
  if (kind.drawingProgram === undefined) return undefined
  const options = { ...origin.options, steps: step }
  const draw = kind.drawingProgram(options, kind.weightsOf(state))
  // The number of images is left open, which takes a program traced with more than one.
  const noise = kind.drawNoise(new Rng(0), 2, options)
  const { graph } = traceProgram(({ noise, label }: { noise: Tensor; label: Tensor }) => draw(noise, label), {
    noise: { shape: noise.shape, dtype: 'float32' },
    label: { shape: [2], dtype: 'int32' },
  })
  const { classes, imageSize, channels } = options
  const info: GeneratorInfo = {
    format: 1,
    use: 'research use only',
    kind: kind.kind,
    classes,
    imageSize,
    channels,
    steps: step,
    toolVersion: origin.toolVersion,
    inputs: {
      noise: {
        shape: ['N', ...noise.shape.slice(1)],
        drawn: 'float32: independent normal numbers, mean 0, deviation 1',
      },
      label: { shape: ['N'], values: 'int32: place of the class in classes, from 0' },
    },
    outputs: {
      image: {
        shape: ['N', ...imageSize, channels],
        values: 'float32 grey levels, to be rounded half up and clamped to 0..255',
      },
    },
  }
  const onnx = emitOnnx(simplify(graph), {
    // a tree's leaves go by their names
    inputNames: ['label', 'noise'],
    outputNames: ['image'],
    dynamicBatch: true,
    metadata: { kopt: JSON.stringify(info) },
  })
  return { onnx, info }
}
