/** Everything random of one step, and what follows from its number, so that any step can be replayed. */
import { elementAt } from '../../base/element-at.js'
import { fromNumbers, ndarray, scalar, takeRows } from '../../base/ndarray.js'
import { Rng } from '../../base/random.js'
import type { TrainingSet } from '../contract.js'
import { EpochOrder } from '../films/epoch-order.js'
import { levelWaves, wavesOf } from './network.js'
import { drawLogLevels } from './noise-levels.js'
import type { EdmOptions } from './options.js'
import type { DrawnInputs } from './steps.js'
import { variantsOf } from './variants.js'

/** The learning rate rises over so many steps, and falls with the root of the steps after so many. */
const warmUpSteps = 100
const steadySteps = 1000
/** Exponent of the average of weights: it reaches over a tenth of the steps so far (Karras et al., CVPR 2024, section 3.1). */
const averageExponent = 6.94

/** Inputs of a step, the first being 1; without the state. */
export function batches(set: TrainingSet, options: EdmOptions): (step: number) => DrawnInputs {
  const { batchSize, variants: share, seed } = options
  const rng = new Rng(seed)
  const order = new EpochOrder(set.labels.length, rng.split('edm/batch'))
  return (step) => {
    const stream = (name: string) => rng.split(`edm/${name}`).at(step)
    const films = Array.from({ length: batchSize }, (_, i) => order.item((step - 1) * batchSize + i))
    const { images, numbers } = variantsOf(takeRows(set.images, films), share, stream('variant'))
    const logLevels = drawLogLevels(stream('level'), batchSize)
    return {
      images,
      noise: ndarray('float32', images.shape, stream('noise').normals(images.data.length)),
      logLevels: ndarray('float32', [batchSize], logLevels),
      waves: fromNumbers('float32', [batchSize, levelWaves], wavesOf(logLevels)),
      labels: ndarray(
        'int32',
        [batchSize],
        Int32Array.from(films, (film) => elementAt(set.labels, film)),
      ),
      variants: numbers,
      step: scalar('float32', step),
      learningRate: scalar('float32', learningRateAt(step, options)),
      staying: scalar('float32', (1 - 1 / step) ** (averageExponent + 1)),
    }
  }
}

function learningRateAt(step: number, { learningRate }: Pick<EdmOptions, 'learningRate'>): number {
  return (learningRate * Math.min(1, step / warmUpSteps)) / Math.sqrt(Math.max(1, step / steadySteps))
}
