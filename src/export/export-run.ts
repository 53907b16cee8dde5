/**
 * What a run found as a folder that can be handed on: the classifier, the generator where it may go, the last layers of all
 * arms, two scripts that predict, and the papers that the field asks for. Nothing in it names a film, a file or a patient.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { exists, fileSize, jsonText, listDirectory, readBytes, readText, writeAtomic } from '../base/files.js'
import { listing } from '../base/format.js'
import { hashBytes } from '../base/hash.js'
import { ndarray } from '../base/ndarray.js'
import { requireNewFolder, writeFolder } from '../base/output.js'
import { shownPath } from '../base/shown-path.js'
import { checkpointFile, checkpointSteps, readCheckpoint } from '../generator/checkpoint.js'
import { parseClassifierInfo } from '../head/classifier-info.js'
import { readStoredHead, type StoredHead } from '../head/stored-head.js'
import { encodeSafetensors } from '../nn/safetensors.js'
import { withExternalSets } from '../record/external-set.js'
import { generatorOf } from '../record/generator-of.js'
import type { Result } from '../record/result.js'
import { openRunDirectory, type RunDirectory } from '../record/run-directory.js'
import { requireModel } from '../record/run-model.js'
import { requireWhole } from '../record/seals.js'
import { readExternalSets, readResult } from '../record/stored-result.js'
import { decodeModel } from '../tensor/onnx/format/protobuf.js'
import { type ExportedGenerator, exportGenerator } from './generator.js'
import { chaiModelCard } from './papers/chai.js'
import { citation } from './papers/citation.js'
import { datasheet } from './papers/datasheet.js'
import type { ModelFacts } from './papers/facts.js'
import { modelCard } from './papers/model-card.js'
import { monaiMetadata } from './papers/monai.js'

export interface ExportedRun {
  /** As it was named. */
  readonly folder: string
  /** In the order of their names. */
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[]
  /** Why there is no generator.onnx; null where there is one. */
  readonly noGenerator: string | null
}

/**
 * Writes the folder, whole or not at all.
 *
 * ```ts run
 * import { exportRun } from 'kopt'
 * const { files } = await exportRun('run', 'model')
 * console.log(files.map(({ name }) => name).filter((name) => name.endsWith('.onnx')))
 * ```
 *
 * ```text
 * [ 'classifier.onnx', 'generator.onnx' ]
 * ```
 *
 * @param runFolder folder of a finished run
 * @param folder a new or an empty folder
 * @returns the files with their sizes in bytes and checksums, and why there is no generator where there is none
 * @throws `UserError` where the run has not finished, has no model or is damaged, and where `folder` holds something
 */
export async function exportRun(runFolder: string, folder: string): Promise<ExportedRun> {
  const directory = openRunDirectory(runFolder)
  const result = withExternalSets(readResult(directory), readExternalSets(directory))
  const onnx = readBytes(requireModel(directory, runFolder))
  const heads = readHeads(directory)
  const generator = readGenerator(directory, result)
  requireNewFolder('--out', folder)
  const { metadata } = decodeModel(onnx, shownPath(directory.classifier))
  const facts: ModelFacts = {
    result,
    classifier: parseClassifierInfo(metadata.find(({ key }) => key === 'kopt')?.value, directory.classifier),
    hash: hashBytes(onnx),
    generator,
    heads: heads.map(({ arm }) => arm),
  }
  const contents: Record<string, Uint8Array | string> = {
    'classifier.onnx': onnx,
    ...('onnx' in generator && { 'generator.onnx': generator.onnx }),
    'heads.safetensors': encodeHeads(heads),
    'model-card.md': modelCard(facts),
    'metadata.json': jsonText(monaiMetadata(facts)),
    'chai-model-card.xml': chaiModelCard(facts),
    'datasheet.md': datasheet(facts),
    'CITATION.cff': citation(facts),
    'predict.py': readText(example('predict.py')),
    'predict.mjs': readText(example('predict.mjs')),
  }
  const names = Object.keys(contents).sort()
  const sums = names.map((name) => `${hashBytes(contents[name] as Uint8Array)}  ${name}\n`).join('')
  const all = { ...contents, SHA256SUMS: sums }
  await writeFolder('--out', folder, (draft) => {
    for (const [name, content] of Object.entries(all)) writeAtomic(path.join(draft, name), content)
  })
  return {
    folder,
    files: Object.entries(all).map(([name, content]) => ({
      name,
      bytes: fileSize(path.join(folder, name)),
      sha256: hashBytes(content),
    })),
    noGenerator: 'absent' in generator ? generator.absent : null,
  }
}

function example(name: string): string {
  return fileURLToPath(new URL(`examples/${name}`, import.meta.url))
}

function readHeads(directory: RunDirectory): StoredHead[] {
  return listDirectory(directory.heads)
    .filter(({ name }) => name.endsWith('.json'))
    .map(({ name }) => {
      const file = path.join(directory.heads, name)
      requireWhole(directory, file)
      return readStoredHead(file)
    })
}

function encodeHeads(heads: readonly StoredHead[]): Uint8Array {
  const arrays = heads.flatMap(({ arm, weights, bias }) => {
    const outputs = bias.length
    return [
      [`${arm}.weight`, ndarray('float64', [outputs, weights.length / outputs], Float64Array.from(weights))],
      [`${arm}.bias`, ndarray('float64', [outputs], Float64Array.from(bias))],
    ] as const
  })
  const facts = heads.map(({ arm, k, native, blocks }) => [arm, JSON.stringify({ k, native, blocks })])
  return encodeSafetensors(Object.fromEntries(arrays), { format: 'kopt-heads', ...Object.fromEntries(facts) })
}

/** The generator as a graph, or why it does not go with the model. */
function readGenerator(directory: RunDirectory, result: Result): ExportedGenerator | { absent: string } {
  const { training, name } = generatorOf(result)
  if (!training) {
    const made = result.synthetic?.source === 'called' ? 'by a program of the user' : 'elsewhere'
    return { absent: `the synthetic films were made ${made}.` }
  }
  const copied = result.quality.flatMap((ofClass) => (ofClass.findings?.suspicious ? [ofClass.class] : []))
  if (copied.length > 0) {
    return {
      absent: `among the synthetic films of ${listing(copied)} there are more suspected copies of training films than chance brings, and the generator could draw them again.`,
    }
  }
  const chosen = training.snapshots?.find(({ gan }) => gan === 1)
  const step = chosen?.step ?? checkpointSteps(directory.gan)[0]
  const file = step === undefined ? undefined : checkpointFile(directory.gan, step)
  if (file === undefined || !exists(file)) return { absent: 'its checkpoint is no longer in the run folder.' }
  return (
    exportGenerator(readCheckpoint(file)) ?? {
      absent: `${name} draw by adding up the training films themselves, which would go with them.`,
    }
  )
}
