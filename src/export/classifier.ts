/**
 * Backbone and head as one ONNX file that any ONNX Runtime loads. What can't be put into the graph without losing the
 * promise of equal scores (decoding, resizing) stands in its metadata, key `kopt`, so that whoever feeds it can repeat it.
 */
import { fromNumbers, ndarray } from '../base/ndarray.js'
import type { Backbone } from '../classifier/backbone.js'
import type { ClassifierInfo } from '../classifier/classifier-info.js'
import type { Head } from '../classifier/head.js'
import { composeOnnx } from '../tensor/onnx/compose.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { add, concat, constant, matmul, neg, reshape, sigmoid } from '../tensor/ops.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'

/**
 * Outputs: `features` [N, D], `logit` [N] of the positive class, `probability` [N, 2] in the order of the classes.
 * The input is the backbone's own.
 */
export function exportClassifier(
  backbone: Backbone,
  head: Head,
  facts: Omit<ClassifierInfo, 'format' | 'use' | 'input' | 'backbone'>,
): Uint8Array {
  const { inputName, layout, inputSize, channels, scaling, name, outputName } = backbone.contract
  const info: ClassifierInfo = {
    format: 1,
    use: 'research use only',
    ...facts,
    backbone: name,
    input: { name: inputName, layout, inputSize: [...inputSize], channels, scaling },
  }
  const headModel = emitHead(head, facts.classes.indexOf(facts.positive))
  return composeOnnx(
    backbone.onnx,
    headModel,
    { head_features: outputName },
    { metadata: { kopt: JSON.stringify(info) } },
  )
}

function emitHead({ weights, bias }: Head, positiveIndex: number): Uint8Array {
  const d = weights.length
  const program = (features: Tensor): Tensor[] => {
    const column = add(
      matmul(features, constant(fromNumbers('float32', [d, 1], weights))),
      constant(ndarray('float32', [1], Float32Array.of(bias))),
    )
    const positive = sigmoid(column)
    const negative = sigmoid(neg(column))
    const inOrder = positiveIndex === 1 ? [negative, positive] : [positive, negative]
    // Traced with two rows and emitted with the first axis open.
    return [reshape(features, [-1, d]), reshape(column, [-1]), concat(inOrder, 1)]
  }
  const { graph } = traceProgram(program, { shape: [2, d], dtype: 'float32' })
  return emitOnnx(simplify(graph), {
    inputNames: ['head_features'],
    outputNames: ['features', 'logit', 'probability'],
    dynamicBatch: true,
  })
}
