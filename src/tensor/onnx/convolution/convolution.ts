/**
 * What a way of computing convolutions offers: `conv` and its two adjoints as ONNX nodes over [N, H, W, C] values.
 * The ways are interchangeable; each is tested against the interpreter.
 */
import type { Shape } from '../../../base/ndarray.js'
import type { Equation } from '../../graph.js'
import type { NodeWriter } from '../format/node-writer.js'

export type ConvEquation = Extract<Equation, { primitive: 'conv' }>
export type ConvInputEquation = Extract<Equation, { primitive: 'convInput' }>
export type ConvFilterEquation = Extract<Equation, { primitive: 'convFilter' }>
export type ConvolutionEquation = ConvEquation | ConvInputEquation | ConvFilterEquation

/** [kh, kw, Cin, Cout] of the kernel that an equation takes or gives. */
export function kernelShape(equation: ConvolutionEquation): Shape {
  return equation.primitive === 'convFilter' ? equation.output.shape : equation.inputs[1].shape
}

/** The images on both sides of the convolution, whichever of the three is computed: x [N, H, W, Cin], y [N, OH, OW, Cout]. */
export function imageShapes({ primitive, inputs, output }: ConvolutionEquation): { x: Shape; y: Shape } {
  if (primitive === 'conv') return { x: inputs[0].shape, y: output.shape }
  if (primitive === 'convInput') return { x: output.shape, y: inputs[0].shape }
  return { x: inputs[0].shape, y: inputs[1].shape }
}

export interface ConvolutionLowering {
  /** Names of x and w in, name of y out. */
  conv(equation: ConvEquation, x: string, w: string, writer: NodeWriter): string
  /** Names of y and w in, name of x out. */
  convInput(equation: ConvInputEquation, y: string, w: string, writer: NodeWriter): string
  /** Names of x and y in, name of w out. */
  convFilter(equation: ConvFilterEquation, x: string, y: string, writer: NodeWriter): string
}
