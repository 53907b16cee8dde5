/** The last block of DenseNet-121, with the normalisation and the mean behind it, as a top that is trained. */
import type { NDArray } from '../../base/ndarray.js'
import { extents } from '../../base/ndarray.js'
import { emitOnnx } from '../../tensor/onnx/emit.js'
import { constant, reshape } from '../../tensor/ops.js'
import { simplify } from '../../tensor/simplify.js'
import { type Tensor, traceProgram } from '../../tensor/trace.js'
import { mapTree, type Tree } from '../../tensor/tree.js'
import { cutOutput, type TopInput, type TrainableNetwork, type TrainableTop } from '../trainable-top.js'
import { withoutStatistics, withStatistics } from './batch-statistics.js'
import { decodeDensenet } from './densenet-file.js'
import {
  type DenseNet,
  type DenseNetTop,
  type DenseNetTrunk,
  densenetFeatures,
  densenetInput,
  densenetSpecs,
  densenetTop,
  densenetTopChannels,
  densenetTrunk,
} from './densenet121.js'

const { denseblock4, norm5 } = densenetSpecs(3)

export const densenetBlock4: TrainableTop = {
  id: 'densenet121.block4',
  channels: densenetTopChannels,
  features: densenetFeatures,
  specs: { denseblock4, norm5 } as unknown as TrainableTop['specs'],
  apply: (weights, x) => densenetTop(weights as unknown as DenseNetTop<Tensor>, x),
  trained: withoutStatistics,
  joined: withStatistics,
}

export const trainableDensenet: TrainableNetwork = {
  called: 'a DenseNet-121',
  tops: { block4: densenetBlock4 },
  cut(bytes, source, _top, inputSize) {
    const net = decodeDensenet(bytes, source)
    return {
      ...emitTrunk(net, inputSize),
      weights: { denseblock4: net.denseblock4, norm5: net.norm5 } as unknown as Tree<NDArray>,
    }
  },
}

function emitTrunk(net: DenseNet, [height, width]: readonly [number, number]): { onnx: Uint8Array; input: TopInput } {
  const [, , channels] = extents(net.conv0.weight, 4)
  let input: TopInput = [0, 0, densenetTopChannels]
  const { graph } = traceProgram(
    (images: Tensor) => {
      const weights = mapTree((array: NDArray) => constant(array), net)
      const cut = densenetTrunk(weights as DenseNetTrunk<Tensor>, images)
      const [, rows, columns] = extents(cut, 4)
      input = [rows, columns, densenetTopChannels]
      return reshape(cut, [-1, input[0] * input[1] * input[2]])
    },
    { shape: [2, height, width, channels], dtype: 'float32' },
  )
  const names = { inputNames: [densenetInput], outputNames: [cutOutput] }
  return { onnx: emitOnnx(simplify(graph), { ...names, dynamicBatch: true }), input }
}
