/**
 * Backbone and head as one ONNX file that any ONNX Runtime loads. What can't be put into the graph without losing the
 * promise of equal scores (decoding, resizing) stands in its metadata, key `kopt`, so that whoever feeds it can repeat it.
 */

import type { Backbone } from '../backbone/backbone.js'
import { elementAt } from '../base/element-at.js'
import { fromNumbers, ndarray } from '../base/ndarray.js'
import type { ClassifierInfo } from '../head/classifier-info.js'
import type { Head } from '../head/head.js'
import { composeOnnx } from '../tensor/onnx/compose.js'
import { emitOnnx } from '../tensor/onnx/emit.js'
import { add, concat, constant, matmul, neg, reshape, sigmoid, softmax } from '../tensor/ops.js'
import { simplify } from '../tensor/simplify.js'
import { type Tensor, traceProgram } from '../tensor/trace.js'

/**
 * Outputs: `features` [N, D], `logit` [N] of the positive class (with more than two classes: [N, C], one each), and
 * `probability` [N, C] in the order of the classes. The input is the backbone's own.
 */
export function exportClassifier(
  backbone: Pick<Backbone, 'onnx' | 'contract'>,
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
  const headModel = emitHead(head, facts.positive === null ? null : facts.classes.indexOf(facts.positive))
  return composeOnnx(
    backbone.onnx,
    headModel,
    { head_features: outputName },
    { metadata: { kopt: JSON.stringify(info) } },
  )
}

function emitHead({ weights, bias }: Head, positiveIndex: number | null): Uint8Array {
  const outputs = bias.length
  const d = weights.length / outputs
  const columns = Float64Array.from(weights, (_, at) =>
    elementAt(weights, (at % outputs) * d + Math.floor(at / outputs)),
  )
  const program = (features: Tensor): Tensor[] => {
    const logits = add(
      matmul(features, constant(fromNumbers('float32', [d, outputs], columns))),
      constant(ndarray('float32', [outputs], Float32Array.from(bias))),
    )
    // Traced with two rows and emitted with the first axis open.
    const passed = reshape(features, [-1, d])
    if (positiveIndex === null) return [passed, logits, softmax(logits)]
    const positive = sigmoid(logits)
    const negative = sigmoid(neg(logits))
    const inOrder = positiveIndex === 1 ? [negative, positive] : [positive, negative]
    return [passed, reshape(logits, [-1]), concat(inOrder, 1)]
  }
  const { graph } = traceProgram(program, { shape: [2, d], dtype: 'float32' })
  return emitOnnx(simplify(graph), {
    inputNames: ['head_features'],
    outputNames: ['features', 'logit', 'probability'],
    dynamicBatch: true,
  })
}
