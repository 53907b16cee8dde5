/** The backbone of a run: whole and frozen, or cut below its top, which every trial then trains with its head. */
import { type Backbone, openBackbone } from '../../backbone/backbone.js'
import type { BackboneContract } from '../../backbone/contract.js'
import { openBelowTop } from '../../backbone/open-below-top.js'
import { encodeWeights } from '../../backbone/weights-file.js'
import { UserError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { shownPath } from '../../base/shown-path.js'
import type { StageContext } from '../stage.js'
import type { RunContext } from '../work/run-context.js'

export interface RunBackbone {
  /** What films are put through once. */
  readonly backbone: Backbone
  /** Of the whole network, for the result. */
  readonly contract: BackboneContract
  readonly top?: RunContext['top']
}

export async function openForRun(context: StageContext): Promise<RunBackbone> {
  const { config, directory, seals, threads } = context
  const { name, inputSize, unfreeze } = config.backbone
  const options = { threads, device: config.compute.device, inputSize: inputSize ?? undefined }
  if (unfreeze === 'none') {
    const backbone = await openBackbone(name, options)
    await requireSame(context, backbone)
    return { backbone, contract: backbone.contract }
  }
  const { below, contract, top } = await openBelowTop(name, unfreeze, options)
  await requireSame(context, below, contract.hash)
  const weights = encodeWeights(top.weights)
  const hash = hashBytes(weights)
  const file = directory.loadedTop
  if (seals.recorded(file) !== undefined && seals.recorded(file) !== hash) {
    await below.close()
    throw new UserError(otherBackbone(context))
  }
  if (!seals.holds(file)) seals.write(file, weights)
  return { backbone: below, contract, top: { ...top, hash } }
}

/** Whatever name or place the backbone has by now, its bytes must be those that the run began with. */
async function requireSame(context: StageContext, backbone: Backbone, hash = backbone.contract.hash): Promise<void> {
  const { directory, seals } = context
  if (!seals.holds(directory.backbone)) return seals.writeJson(directory.backbone, { hash })
  if (readJson<{ hash: string }>(directory.backbone).hash === hash) return
  await backbone.close()
  throw new UserError(otherBackbone(context))
}

function otherBackbone({ config, run }: Pick<StageContext, 'config' | 'run'>): string {
  const root = shownPath(run.root)
  return `${config.backbone.name} is not the backbone that ${root} was begun with (its bytes differ); put the old one back, or say where it lies: kopt resume ${root} --backbone FILE.onnx`
}
