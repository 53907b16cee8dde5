/** The contract of an ONNX model: inside it, in FILE.json beside it, or known by the file's checksum. Never guessed. */
import { exists, readText } from '../base/files.js'
import { hashBytes } from '../base/hash.js'
import { decodeModel } from '../tensor/onnx/format/protobuf.js'
import { missingContract, parseContract, type WrittenContract } from './contract.js'
import { knownFiles } from './registry.js'

/** Throws a `UserError` that shows what to write where there is none. */
export function findContract(onnx: Uint8Array, file: string): WrittenContract {
  const { metadata, graph } = decodeModel(onnx, file)
  const inside = metadata.find(({ key }) => key === 'kopt.backbone')?.value
  if (inside) return parseContract(inside, `the contract inside ${file}`)
  const beside = `${file}.json`
  if (exists(beside)) return parseContract(readText(beside, 100_000), beside)
  const known = knownFiles[hashBytes(onnx)]
  if (known) return known
  const weights = new Set(graph?.initializers.map(({ name }) => name))
  const names = (values: readonly { name?: string }[] = []) => values.map(({ name = '' }) => name)
  throw missingContract(
    file,
    names(graph?.inputs).filter((name) => !weights.has(name)),
    names(graph?.outputs),
  )
}
