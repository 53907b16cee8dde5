/**
 * What a way of computing convolutions offers: `conv` and its two adjoints as ONNX nodes over [N, H, W, C] values.
 * The ways are interchangeable; each is tested against the interpreter.
 */
import type { Equation } from '../../graph.js'
import type { NodeWriter } from '../format/node-writer.js'

export type ConvEquation = Extract<Equation, { primitive: 'conv' }>
export type ConvInputEquation = Extract<Equation, { primitive: 'convInput' }>
export type ConvFilterEquation = Extract<Equation, { primitive: 'convFilter' }>
export type ConvolutionEquation = ConvEquation | ConvInputEquation | ConvFilterEquation

export interface ConvolutionLowering {
  /** Names of x and w in, name of y out. */
  conv(equation: ConvEquation, x: string, w: string, writer: NodeWriter): string
  /** Names of y and w in, name of x out. */
  convInput(equation: ConvInputEquation, y: string, w: string, writer: NodeWriter): string
  /** Names of x and y in, name of w out. */
  convFilter(equation: ConvFilterEquation, x: string, y: string, writer: NodeWriter): string
}
