/** `kopt backbone`: the feature extractors that are known and those that were added; adding one; what a checkpoint holds. */
import type { Command } from 'commander'
import { openModel } from '../../backbone/backbone.js'
import { convertBackbone } from '../../backbone/convert.js'
import { fetchWeights } from '../../backbone/fetch-weights.js'
import { findContract } from '../../backbone/find-contract.js'
import { embedded, knownSources } from '../../backbone/registry.js'
import { checkNewName, storeBackbone, storedBackbone, storedNames } from '../../backbone/store.js'
import { UserError } from '../../base/errors.js'
import { readBytes } from '../../base/files.js'
import { count, counted, figures } from '../../base/format.js'
import { hashBytes } from '../../base/hash.js'
import { shownLine, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import { dataFolder } from '../../base/user-folders.js'
import { physicalCores } from '../../runtime/session.js'
import { openCheckpoint } from '../../weights/open.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

export function define(command: Command, outside: Outside): void {
  command.description(
    'Feature extractors for --backbone: list them, add one from a file of weights, see what a file of weights holds.\n' +
      'Checkpoints are read without Python, and nothing in them is ever executed.',
  )
  defineList(command.command('list'), outside)
  defineAdd(command.command('add'), outside)
  defineCheck(command.command('check'), outside)
  examples(command, [
    ['What is here, and what is known', 'kopt backbone list'],
    ['A CheXNet checkpoint of PyTorch', 'kopt backbone add chexnet --from model.pth.tar'],
    ['What a file of weights holds', 'kopt backbone check model.pth.tar'],
  ])
}

function defineList(command: Command, { result }: Outside): void {
  command.summary('extractors that are here, and those that are known').action(() => {
    const added = storedNames().map(describeStored)
    const known = Object.entries(knownSources)
      .filter(([name]) => !added.some((each) => each.name === name))
      .map(([name, { about, licence, place }]) => ({ name, about, licence, place }))
    const lines = [
      `${embedded}: wavelet scattering, embedded; needs no weights`,
      ...added.map(
        ({ name, sha256, inputSize, note }) =>
          `${name}: added; ${inputSize.join(' x ')}, SHA-256 ${sha256.slice(0, 16)}${note ? `; ${note}` : ''}`,
      ),
      ...known.map(
        ({ name, about, licence }) =>
          `${name}: not here; ${about}. Licence: ${licence}. kopt backbone add ${name} [--from FILE]`,
      ),
      `Added ones are kept in ${dataFolder()}`,
    ]
    result({ embedded, folder: dataFolder(), added, known }, shownLines(lines))
  })
}

function describeStored(name: string) {
  const file = storedBackbone(name) as string
  const onnx = readBytes(file)
  const { inputSize, channels, scaling, note } = findContract(onnx, file)
  return { name, file, sha256: hashBytes(onnx), inputSize, channels, scaling, ...(note === undefined ? {} : { note }) }
}

interface AddOptions {
  from?: string
  like?: string
  prefix?: string
  replace?: boolean
}

function defineAdd(command: Command, outside: Outside): void {
  command
    .summary('add one, from a file or (known ones) from its makers')
    .description(
      'Reads PyTorch checkpoints of DenseNet-121 (old and new form, state dicts and whole modules, any prefix, any number of\n' +
        'outputs), safetensors, and ONNX models of any network. Writes an ONNX model with its input contract inside, which\n' +
        'every --backbone then finds by name. Without --from a known one is downloaded over https and checked.',
    )
    .argument('<name>', `the name it gets; known are ${Object.keys(knownSources).join(', ')}`)
    .option('--from <file>', 'a file of weights (.pth, .pt, .pth.tar, .safetensors) or an ONNX model')
    .option('--like <source>', 'a known source whose input (size, channels, scaling) it has, for a name of your own')
    .option('--prefix <name>', 'which network, where the file holds several')
    .option('--replace', 'put it in the place of one of that name')
    .action((name: string, options: AddOptions) => add(name, options, outside))
  examples(command, [
    ['CheXNet from its makers, over the network', 'kopt backbone add chexnet'],
    ['The same without one, from a file that was carried over', 'kopt backbone add chexnet --from model.pth.tar'],
    ['A network of your own that was trained as CheXNet was', 'kopt backbone add ours --from ours.pth --like chexnet'],
  ])
}

async function add(name: string, options: AddOptions, outside: Outside): Promise<void> {
  const { from, like, prefix, replace = false } = options
  checkNewName(name, replace)
  const { bytes, file } = from === undefined ? await fetchKnown(name, outside) : { bytes: readBytes(from), file: from }
  const { onnx, weights, remarks } = convertBackbone(bytes, { name, file, like, prefix })
  const backbone = await openModel(onnx, findContract(onnx, file), name, { threads: physicalCores() })
  await backbone.close()
  const { features, inputSize, channels, scaling, hash, note } = backbone.contract
  const stored = storeBackbone(name, { onnx, weights, replace })
  const source = hashBytes(bytes)
  for (const remark of [...remarks, ...(note === undefined ? [] : [note])]) outside.note(shownLine(remark))
  outside.note(
    shownLine(
      `input: ${inputSize.join(' x ')}, ${channels === 1 ? 'grey' : 'three channels'}, (v / 255 - mean) / deviation with ` +
        `mean ${scaling.mean.map((n) => figures(n, 6)).join(', ')} and deviation ${scaling.deviation.map((n) => figures(n, 6)).join(', ')}`,
    ),
  )
  outside.result(
    {
      name,
      file: stored,
      sha256: hash,
      source: { file, sha256: source },
      features,
      inputSize,
      channels,
      scaling,
      remarks,
    },
    shownLines([
      `${name}: ${features} features, in ${shownPath(stored)}`,
      `SHA-256 of the file it comes from ${source}`,
      `SHA-256 of the model              ${hash}`,
      `Use it: kopt run DATASET --backbone ${name}`,
    ]),
  )
}

async function fetchKnown(name: string, { announce, interruption }: Outside) {
  if (!Object.hasOwn(knownSources, name)) {
    throw new UserError(
      `${name} is no known source (there are ${Object.keys(knownSources).join(', ')}); name its file: kopt backbone add ${name} --from FILE`,
    )
  }
  return fetchWeights(name, (text) => announce(shownLine(text)), interruption())
}

function defineCheck(command: Command, { result }: Outside): void {
  command
    .summary('what a file of weights holds: names, shapes, types')
    .argument('<file>', 'PyTorch in any form, safetensors or ONNX; of any network')
    .action((file: string) => {
      const { form, tensors } = openCheckpoint(file)
      const listed = tensors.map(({ name, shape, type, elsewhere }) => ({ name, shape, type, elsewhere }))
      const place = (elsewhere?: string) => (elsewhere === undefined ? '' : `  (its numbers are in ${elsewhere})`)
      const numbers = listed.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0)
      result(
        { file, form, sha256: hashBytes(readBytes(file)), tensors: listed },
        shownLines([
          ...listed.map((each) => `${each.name}  ${each.type} [${each.shape.join(', ')}]${place(each.elsewhere)}`),
          `${form}: ${counted(listed.length, 'tensor')}, ${count(numbers)} numbers`,
        ]),
      )
    })
  examples(command, [
    ['Which network is this?', 'kopt backbone check model.pth.tar'],
    ['For a program', 'kopt backbone check weights.safetensors --json'],
  ])
}
