/** A run that has ended, as its folder keeps it, and its models opened again: the backbone it was made with and the arms' heads. */
import path from 'node:path'
import { type Backbone, openBackbone } from '../../backbone/backbone.js'
import { UserError } from '../../base/errors.js'
import { exists } from '../../base/files.js'
import { shownPath } from '../../base/shown-path.js'
import { outputsFor } from '../../head/head.js'
import { readStoredHead, type StoredHead } from '../../head/stored-head.js'
import type { Result } from '../../record/result.js'
import type { RunDirectory } from '../../record/run-directory.js'
import { requireWhole } from '../../record/seals.js'
import { readResult } from '../../record/stored-result.js'
import { physicalCores } from '../../runtime/session.js'
import type { Config } from '../config/schema.js'
import { storedConfig } from '../config/stored.js'

export interface FinishedRun {
  readonly directory: RunDirectory
  readonly config: Config
  readonly result: Result
}

export interface RunModels {
  readonly backbone: Backbone
  /** One of each arm, in the result's order. */
  readonly heads: readonly StoredHead[]
}

export function readFinishedRun(directory: RunDirectory): FinishedRun {
  const config = storedConfig(directory, 'to evaluate its arms on more films')
  return { directory, config, result: readResult(directory) }
}

/**
 * The models of a run.
 * @param moved where the backbone lies now, if it has moved
 */
export async function openModels(run: FinishedRun, moved?: string): Promise<RunModels> {
  const backbone = await openRunBackbone(run, moved)
  try {
    return { backbone, heads: readHeads(run, backbone) }
  } catch (error) {
    await backbone.close()
    throw error
  }
}

/** The very backbone of the run, by the hash of its bytes. */
async function openRunBackbone({ directory, config, result }: FinishedRun, moved?: string): Promise<Backbone> {
  const { name, inputSize } = config.backbone
  const root = shownPath(directory.root)
  if (moved === undefined && path.isAbsolute(name) && !exists(name)) {
    throw new UserError(`the backbone of ${root} is not at ${name} any more; say where it is: --backbone FILE.onnx`)
  }
  const file = moved ?? name
  const backbone = await openBackbone(file, {
    threads: physicalCores(),
    device: config.compute.device,
    inputSize: inputSize ?? undefined,
  })
  const [found, wanted] = [backbone.contract.hash, result.backbone.hash]
  if (found === wanted) return backbone
  await backbone.close()
  throw new UserError(
    `${file} is not the backbone that ${root} was made with (its bytes differ: ${found.slice(0, 12)}, not ${wanted.slice(0, 12)}); name the old one with --backbone, or make a new run`,
  )
}

function readHeads({ directory, result }: FinishedRun, { contract }: Backbone): StoredHead[] {
  const folder = shownPath(directory.heads)
  const names = result.arms.map(({ name }) => name)
  const missing = names.filter((name) => !exists(directory.head(name)))
  if (missing.length > 0) {
    throw new UserError(`${folder} lacks the heads of ${missing.join(', ')}; restore the folder model from the run`)
  }
  const heads = names.map((name) => {
    requireWhole(directory, directory.head(name))
    return readStoredHead(directory.head(name))
  })
  if (heads.some(({ blocks }) => blocks !== undefined)) {
    throw new UserError(
      `the last block was trained with every head of ${shownPath(directory.root)}, and its model holds the delivered arm's alone, so its arms can't be compared on new films; name the set when the run begins (--external), or score films by kopt predict`,
    )
  }
  const outputs = outputsFor(result.dataset.classes.length)
  const misfits = heads.filter(({ weights }) => weights.length !== outputs * contract.features)
  if (misfits.length > 0) {
    throw new UserError(
      `the heads of ${misfits.map(({ arm }) => arm).join(', ')} in ${folder} don't fit the backbone; restore the folder model from the run`,
    )
  }
  return heads
}
