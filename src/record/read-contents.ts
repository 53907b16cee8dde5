/** What a run folder holds, kind by kind, read from the disk: by the names that `run-directory.ts` gives. */
import path from 'node:path'
import { fileSize, isLink, isOwnDirectory, listDirectory } from '../base/files.js'
import { type ContentFacts, type ContentKind, contentKinds, type RunContent } from './run-contents.js'
import type { RunDirectory } from './run-directory.js'

/** Kinds that nothing asks for once a run has its result: neither its report nor its model, nor a film that is judged later. */
const spareOfFinished: readonly ContentKind[] = ['snapshots', 'pools', 'features', 'inner-folds', 'fold-generators']

/** Kinds that there are anything of. Links are neither followed nor counted. */
export function runContents(directory: RunDirectory, { finished, chosen }: ContentFacts): RunContent[] {
  const needed = neededCheckpoints(directory, chosen)
  const found = filesBelow(directory.root, '').map((name) => ({
    name,
    kind: kindOf(directory, name, needed),
    bytes: fileSize(path.join(directory.root, name)),
  }))
  return contentKinds.flatMap((kind): RunContent[] => {
    const files = found.filter((file) => file.kind === kind)
    if (files.length === 0) return []
    const spare = files.filter(({ name }) => (finished ? spareOfFinished.includes(kind) : isCache(name)))
    return [
      {
        kind,
        files: files.length,
        bytes: sumOf(files),
        spare: spare.map(({ name }) => name),
        spareBytes: sumOf(spare),
      },
    ]
  })
}

function sumOf(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Relative, with slashes, in the order of their names. */
function filesBelow(root: string, folder: string): string[] {
  return listDirectory(path.join(root, folder))
    .map(({ name }) => (folder === '' ? name : `${folder}/${name}`))
    .sort()
    .flatMap((name) => {
      const file = path.join(root, name)
      if (isLink(file)) return []
      return isOwnDirectory(file) ? filesBelow(root, name) : [name]
    })
}

function kindOf(directory: RunDirectory, name: string, needed: ReadonlySet<string>): ContentKind {
  const [top = '', ...rest] = name.split('/')
  if (/(^|\/)inner\/\d+\//.test(name)) return 'inner-folds'
  if (isCheckpoint(name)) return top === 'folds' ? 'fold-generators' : needed.has(name) ? 'generator' : 'snapshots'
  if (top === 'folds' && rest.length > 1)
    return rest[1] === 'pool' ? 'pools' : rest[1] === 'features' ? 'features' : 'folds'
  const of: Record<string, ContentKind> = {
    gan: 'generator',
    pool: 'pools',
    features: kindOfFeatures(directory, path.join(directory.root, name)),
    trials: 'trials',
    model: 'model',
    private: 'private',
    state: 'state',
    scores: 'result',
    external: 'result',
    tables: 'report',
    figures: 'report',
  }
  if (rest.length > 0) return Object.hasOwn(of, top) ? (of[top] as ContentKind) : 'other'
  const file = path.join(directory.root, name)
  const { report, sharedReport, methodsText, lock, topNames } = directory
  if ([report, sharedReport, methodsText].includes(file)) return 'report'
  if (file === lock) return 'state'
  return topNames.includes(name) ? 'result' : 'other'
}

/** Predictions look at how far a film lies from the training films: their features are small, and belong to the model. */
function kindOfFeatures(directory: RunDirectory, file: string): ContentKind {
  if (file === directory.loadedTop) return 'state'
  return file === directory.featureMatrix('train') ? 'model' : 'features'
}

function isCheckpoint(name: string): boolean {
  return /(^|\/)gan\/(seed-\d+\/)?checkpoint-\d+\.safetensors$/.test(name)
}

/** What a backbone has computed before, image by image: it saves time and no more. */
function isCache(name: string): boolean {
  return /(^|\/)features\/cache-[0-9a-f]+\.(keys|values)$/.test(name)
}

/** The newest checkpoint of each generator, from which a longer training would go on, and the one that images were drawn from. */
function neededCheckpoints(directory: RunDirectory, chosen: ContentFacts['chosen']): Set<string> {
  const within = (file: string) => path.relative(directory.root, file).split(path.sep).join('/')
  const others = listDirectory(directory.gan).map(({ name }) => Number(/^seed-(\d+)$/.exec(name)?.[1]))
  const stepOf = (name: string) => Number(/^checkpoint-(\d+)\.safetensors$/.exec(name)?.[1] ?? Number.NaN)
  return new Set(
    [1, ...others.filter((number) => number > 1)].flatMap((number) => {
      const folder = directory.ganOf(number)
      const checkpoints = listDirectory(folder).filter(({ name }) => !Number.isNaN(stepOf(name)))
      const newest = Math.max(...checkpoints.map(({ name }) => stepOf(name)))
      return checkpoints
        .filter(({ name }) => stepOf(name) === newest || stepOf(name) === chosen[number - 1])
        .map(({ name }) => within(path.join(folder, name)))
    }),
  )
}
