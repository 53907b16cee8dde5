/**
 * Which values of a program traced with N examples keep "number of examples" as a first axis of their own, so that the emitted
 * model can leave N open. A value is batched when its first axis is N times a fixed number and rows of different
 * examples never mix. Programs that mix examples (batch statistics, weight gradients) are refused.
 */
import { InternalError } from '../../base/errors.js'
import type { Equation, Value } from '../graph.js'
import { unexpandedOperands } from './lowering-rules.js'

/** Whether the equation's output is batched. Throws where leaving N open would change the program. */
export function outputIsBatched(
  equation: Equation,
  n: number,
  isBatched: (value: Value) => boolean,
  producer: (value: Value) => Equation | undefined,
): boolean {
  const { primitive, inputs, output } = equation
  const first = inputs[0]
  if (!inputs.some(isBatched)) return false
  const keep = (holds: boolean, why: string): true => {
    if (!holds) throw new InternalError(`the number of examples can't be left open: ${primitive} ${why}`)
    return true
  }
  switch (primitive) {
    case 'neg':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'tanh':
    case 'abs':
    case 'cast':
      return true
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'max':
    case 'min':
    case 'greater':
    case 'equal':
    case 'select':
      return unexpandedOperands(equation, { producer }).every((operand) => {
        const full = operand.shape.length === output.shape.length
        if (isBatched(operand)) return keep(full && operand.shape[0] === output.shape[0], 'moves the first axis')
        return keep(!full || operand.shape[0] === 1, 'has an operand for a fixed number of examples')
      })
    case 'matmul':
      return keep(isBatched(first) && (!isBatched(inputs[1]) || first.shape.length > 2), 'sums over examples')
    case 'sum':
    case 'reduceMax':
      return keep(!equation.params.axes.includes(0), 'reduces over examples')
    case 'reshape':
      return keep(output.shape.length > 0 && output.shape[0] % n === 0, 'moves the first axis')
    case 'transpose':
      return keep(equation.params.permutation[0] === 0, 'moves the first axis')
    case 'broadcast':
      return keep(
        first.shape.length === output.shape.length && first.shape[0] === output.shape[0],
        'moves the first axis',
      )
    case 'concat':
      return keep(equation.params.axis !== 0 && inputs.every(isBatched), 'joins other rows to the examples')
    case 'slice':
      return keep(equation.params.start[0] === 0 && equation.params.end[0] === first.shape[0], 'takes some examples')
    case 'pad':
      return keep(equation.params.low[0] === 0 && equation.params.high[0] === 0, 'adds examples')
    case 'take':
      return keep(!isBatched(first), 'takes some examples')
    case 'conv':
    case 'convInput':
      return keep(!isBatched(inputs[1]), 'has kernels that depend on examples')
    case 'maxPool':
    case 'averagePool':
      return true
    case 'convFilter':
      return keep(false, 'sums over examples')
  }
}
