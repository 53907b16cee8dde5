/**
 * The weights of DenseNet-121 out of a checkpoint, under the names people give them: torchvision's, those before
 * torchvision 0.3 (`norm.1`), below any prefix (`module.`, `densenet121.`, `features.`, `state_dict.`), with any number of
 * outputs behind. What is missing, of another shape or unknown is listed, all at once.
 */
import { elementAt } from '../../base/element-at.js'
import { throwProblems, UserError } from '../../base/errors.js'
import { extents, type NDArray, ndarray } from '../../base/ndarray.js'
import type { ArraySpec } from '../../tensor/infer.js'
import { flatten, unflatten } from '../../tensor/tree.js'
import type { Checkpoint, CheckpointTensor } from '../../weights/checkpoint.js'
import { type DenseNet, densenetFeatures, densenetSpecs } from './densenet121.js'

export interface DenseNetWeights {
  readonly net: DenseNet
  readonly imageChannels: 1 | 3
  /** What stands before `conv0.weight` in the file. */
  readonly prefix: string
  /** Outputs of the classifier behind the features; undefined where there is none. */
  readonly outputs: number | undefined
  /** Names of what was left out: the classifier, thresholds, an optimiser's state. */
  readonly leftOut: readonly string[]
}

/** Our names of a layer's arrays to PyTorch's. */
const parts = {
  weight: 'weight',
  scale: 'weight',
  shift: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
} as const

/** Layers in the four blocks, and what the network is called. */
const relatives: Readonly<Record<string, string>> = {
  '6, 12, 32, 32': 'DenseNet-169',
  '6, 12, 48, 32': 'DenseNet-201',
  '6, 12, 36, 24': 'DenseNet-161',
}

/** Names in one list of a message. */
const mostShown = 12

const otherNetworks =
  'Other networks than DenseNet-121 are taken as ONNX: where Python is, torch.onnx.export(model, images, "network.onnx", ' +
  'input_names=["input"], output_names=["features"], dynamic_axes={"input": {0: "N"}}) with the last layer taken off; ' +
  'then kopt backbone add NAME --from network.onnx'

/**
 * Finds the network. `source` names the file; `prefix` picks one of several networks in it.
 * Throws a `UserError` that lists every tensor that is missing, unknown or of a wrong shape.
 */
export function densenetWeights(checkpoint: Checkpoint, source: string, prefix?: string): DenseNetWeights {
  const byName = new Map(checkpoint.tensors.map((tensor) => [currentName(tensor.name), tensor]))
  const root = findRoot(byName, source, prefix)
  const stem = byName.get(`${root}conv0.weight`) as CheckpointTensor
  const imageChannels = stem.shape[1] === 1 ? 1 : 3

  const specs = densenetSpecs(imageChannels)
  const expected = flatten(specs).map(({ path, leaf }) => {
    const steps = path.split('/')
    const last = steps.pop() as keyof typeof parts
    return { name: `${root}${steps.join('.')}.${parts[last]}`, spec: leaf }
  })
  const wanted = new Set(expected.map(({ name }) => name))
  const missing: string[] = []
  const misshapen: string[] = []
  for (const { name, spec } of expected) {
    const tensor = byName.get(name)
    const shape = torchShape(spec.shape)
    if (!tensor) missing.push(name)
    else if (tensor.shape.join() !== shape.join())
      misshapen.push(`${name} [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}]`)
  }
  const outside = [...byName.keys()].filter((name) => !wanted.has(name) && !name.endsWith('.num_batches_tracked'))
  const inFeatures = (name: string) =>
    name.startsWith(root) && /^(conv0|norm\d|denseblock\d|transition\d)\b/.test(name.slice(root.length))
  const unknown = outside.filter((name) => inFeatures(name) || (root.endsWith('features.') && name.startsWith(root)))
  if (missing.length + misshapen.length + unknown.length > 0) {
    throw notThisNetwork(source, layersIn(byName, root), { missing, misshapen, unknown })
  }

  const leaves = expected.map(({ name, spec }) => arrayOf(byName.get(name) as CheckpointTensor, spec, source))
  refuseImpossible(expected, leaves, source)
  return {
    net: unflatten(specs, leaves) as DenseNet,
    imageChannels,
    prefix: root,
    outputs: outputsBehind(byName, root),
    leftOut: outside,
  }
}

/** Names before torchvision 0.3 to those after: `denselayer1.norm.1` to `denselayer1.norm1`. */
function currentName(name: string): string {
  return name.replace(/(denselayer\d+)\.(norm|conv)\.([12])\./, '$1.$2$3.')
}

/** What stands before `conv0.weight`. */
function findRoot(byName: ReadonlyMap<string, CheckpointTensor>, source: string, prefix?: string): string {
  const roots = [...byName]
    .filter(
      ([name, { shape }]) =>
        /(^|\.)conv0\.weight$/.test(name) && shape.length === 4 && (shape[1] === 1 || shape[1] === 3),
    )
    .map(([name]) => name.slice(0, -'conv0.weight'.length))
    .filter((root) => [...byName.keys()].some((name) => name.startsWith(`${root}denseblock1.`)))
  if (roots.length === 0) {
    const names = [...byName.keys()]
    const first =
      names.length === 0
        ? 'it holds no tensor at all'
        : `it holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
    throw new UserError(`${source} holds no DenseNet-121 (${first}; kopt backbone check lists them). ${otherNetworks}`)
  }
  const chosen =
    prefix === undefined
      ? roots
      : roots.filter((root) => root === prefix || root === `${prefix}.` || root.startsWith(`${prefix}.`))
  const [only, ...others] = chosen
  if (only !== undefined && others.length === 0) return only
  const list = roots.map((root) => `'${root.replace(/\.$/, '')}'`).join(', ')
  throw new UserError(
    chosen.length === 0
      ? `--prefix ${prefix} is not in ${source}, which has ${list}`
      : `${source} holds several networks, below ${list}; say which one with --prefix`,
  )
}

/** [kh, kw, Cin, Cout] as PyTorch keeps it, [Cout, Cin, kh, kw]. */
function torchShape(shape: readonly number[]): readonly number[] {
  if (shape.length !== 4) return shape
  const [height, width, inputs, outputs] = extents({ shape }, 4)
  return [outputs, inputs, height, width]
}

function arrayOf(tensor: CheckpointTensor, { shape }: ArraySpec, source: string): NDArray {
  const elements = tensor.read()
  if (elements.some((n) => !Number.isFinite(n))) {
    throw new UserError(
      `${source}: '${tensor.name}' holds values that are no finite numbers; the file is of a training gone wrong`,
    )
  }
  if (shape.length !== 4) return ndarray('float32', shape, elements)
  const [height, width, inputs, outputs] = extents({ shape }, 4)
  const taps = height * width
  const out = new Float32Array(elements.length)
  elements.forEach((element, at) => {
    const [tap, input, output] = [at % taps, Math.floor(at / taps) % inputs, Math.floor(at / (taps * inputs))]
    out[(tap * inputs + input) * outputs + output] = element
  })
  return ndarray('float32', shape, out)
}

function refuseImpossible(expected: readonly { name: string }[], leaves: readonly NDArray[], source: string): void {
  const negative = expected.filter(
    ({ name }, i) => name.endsWith('running_var') && elementAt(leaves, i).data.some((n: number) => n < 0),
  )
  throwProblems(
    `${source} can't be a trained network`,
    negative.map(({ name }) => `${name} holds negative variances`),
  )
}

/** Outputs of the linear layer that takes the features. */
function outputsBehind(byName: ReadonlyMap<string, CheckpointTensor>, root: string): number | undefined {
  const above = root.replace(/features\.$/, '')
  const linear = [...byName].find(
    ([name, { shape }]) =>
      name.startsWith(above) && !name.startsWith(root || ' ') && shape.length === 2 && shape[1] === densenetFeatures,
  )
  return linear?.[1].shape[0]
}

function layersIn(byName: ReadonlyMap<string, CheckpointTensor>, root: string): string {
  return [1, 2, 3, 4]
    .map((block) => {
      const layers = new Set<string>()
      for (const name of byName.keys()) {
        if (!name.startsWith(root)) continue
        const [, ofBlock, layer] = /^denseblock(\d)\.denselayer(\d+)\./.exec(name.slice(root.length)) ?? []
        if (layer !== undefined && ofBlock === String(block)) layers.add(layer)
      }
      return layers.size
    })
    .join(', ')
}

function notThisNetwork(
  source: string,
  layers: string,
  lists: Readonly<Record<'missing' | 'misshapen' | 'unknown', readonly string[]>>,
) {
  const known = relatives[layers]
  if (known) {
    return new UserError(
      `${source} holds a ${known} (${layers} layers in its blocks), not DenseNet-121 (6, 12, 24, 16). ${otherNetworks}`,
    )
  }
  const words = { missing: 'missing', misshapen: 'of another shape', unknown: 'unknown' }
  const lines = Object.entries(lists)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => {
      const more = names.length > mostShown ? `, and ${names.length - mostShown} more` : ''
      return `  - ${names.length} ${words[kind as keyof typeof words]}: ${names.slice(0, mostShown).join(', ')}${more}`
    })
  return new UserError(`${source} is not quite DenseNet-121:`, { lines: [...lines, otherNetworks] })
}
