/** The backbone of a run: whole and frozen, or cut before its last block, which every trial then trains with its head. */
import path from 'node:path'
import { exists, writeAtomic } from '../base/files.js'
import { type Backbone, openBackbone } from '../classifier/backbone.js'
import type { BackboneContract } from '../classifier/backbone-contract.js'
import { encodeDensenet } from '../classifier/densenet-file.js'
import { openCut } from '../classifier/unfrozen.js'
import type { RunContext } from './stage.js'

export interface RunBackbone {
  /** What films are put through once. */
  readonly backbone: Backbone
  /** Of the whole network, for the result. */
  readonly contract: BackboneContract
  readonly unfrozen?: RunContext['unfrozen']
}

export async function openForRun({ config, directory, threads }: RunContext): Promise<RunBackbone> {
  const { name, inputSize, unfreeze } = config.backbone
  const options = { threads, device: config.compute.device, inputSize: inputSize ?? undefined }
  if (unfreeze === 'none') {
    const backbone = await openBackbone(name, options)
    return { backbone, contract: backbone.contract }
  }
  const { trunk, contract, block, size } = await openCut(name, options)
  const file = path.join(directory.features, 'block.safetensors')
  if (!exists(file)) writeAtomic(file, encodeDensenet(block))
  return { backbone: trunk, contract, unfrozen: { block: file, size } }
}
