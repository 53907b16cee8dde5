/** What can't be together: values that are each in range, but of which one leaves no sense to another. */
import { ranges } from '../../base/format.js'
import { generatorKind } from '../../generator/registry.js'
import { isGiven } from './chosen-generator.js'
import { multiplesTried } from './multiples.js'
import type { Config } from './schema.js'

type Contradiction = (config: Config) => readonly string[] | string | false

/** Sentences on all of them. */
export function contradictions(config: Config): string[] {
  return all.flatMap((contradiction) => contradiction(config) || [])
}

const all: readonly Contradiction[] = [
  regionsOfNoSet,
  foldsWithGivenImages,
  severalOfOneGenerator,
  noFixedK,
  fixedKNotTried,
  headSeedsWithoutSeed,
  foldsChosenOnTest,
  noSnapshotToChoose,
  snapshotChosenOnTest,
  foldsInFolds,
  innerFoldsOfGivenImages,
  innerFoldsOfLastBlock,
  innerFoldsOfSnapshots,
]

function regionsOfNoSet({ roi, external }: Config) {
  return Object.keys(roi)
    .filter((name) => name !== 'internal' && !Object.hasOwn(external, name))
    .map(
      (name) =>
        `roi.${name}: there is no external set ${name} (there are ${['internal', ...Object.keys(external)].join(', ')})`,
    )
}

function foldsWithGivenImages({ generator, resampling: { folds } }: Config) {
  return (
    isGiven({ generator }) &&
    asksForFolds(folds) &&
    `resampling.folds ${folds} with generator.kind ${generator.kind}: images made elsewhere come from one generator, which would have to be trained anew inside each fold; leave the folds out`
  )
}

function severalOfOneGenerator({ generator, training: { seeds } }: Config) {
  const kind = generatorKind(generator.kind)
  const computed = kind.form === 'trained' && kind.inClosedForm
  if (seeds === 1 || !(computed || isGiven({ generator }))) return false
  const reason = computed
    ? 'this generator is computed from the training films, the same one every time'
    : 'images made elsewhere come from one generator'
  return `training.seeds ${seeds} with generator.kind ${generator.kind}: ${reason}; leave training.seeds at 1`
}

function noFixedK({ search: { rule, fixedK } }: Config) {
  return (
    rule === 'fixed' && fixedK === null && 'search.rule fixed needs search.fixedK, for example --set search.fixedK=14'
  )
}

function fixedKNotTried({ search }: Config) {
  const { fixedK, multiples, kMax } = search
  if (fixedK === null || multiplesTried(search).includes(fixedK)) return false
  return typeof multiples === 'string' && fixedK > kMax
    ? `search.fixedK ${fixedK} is above search.kMax ${kMax}`
    : `search.fixedK ${fixedK} is not among the K that are tried (${ranges(multiplesTried(search))}); name it there, for example --set 'search.multiples=[1, ${fixedK}]'`
}

function headSeedsWithoutSeed({ search: { heads }, head }: Config) {
  return (
    heads > 1 &&
    head.kind === 'logistic' &&
    `search.heads ${heads} with head.kind logistic: that head has no seed; leave it out, or set head.kind=adam`
  )
}

function foldsChosenOnTest({ resampling: { folds }, search }: Config) {
  return (
    asksForFolds(folds) &&
    search.selectOn === 'test' &&
    `resampling.folds ${folds} with search.selectOn test: a fold's test films must not choose its K; set one of them to its default`
  )
}

function noSnapshotToChoose({ generator, training: { snapshot } }: Config) {
  const kind = generatorKind(generator.kind)
  if (snapshot === 'last' || (kind.form === 'trained' && !kind.inClosedForm)) return false
  const reason = kind.form === 'trained' ? 'computed at once' : 'not trained here'
  return `training.snapshot ${snapshot} with generator.kind ${kind.kind}: this generator is ${reason}, and leaves no snapshots to choose from; leave training.snapshot at last`
}

function snapshotChosenOnTest({ search: { selectOn }, training: { snapshot } }: Config) {
  return (
    snapshot !== 'last' &&
    selectOn === 'test' &&
    `training.snapshot ${snapshot} with search.selectOn test: no snapshot is chosen by test films; set one of them to its default`
  )
}

function foldsInFolds({ resampling: { folds }, search, training: { seeds } }: Config) {
  if (!asksForFolds(folds) || search.selectOn !== 'inner') return false
  const trainings = (Number(folds) + 1) * (search.innerFolds + 1) * seeds
  return `resampling.folds ${folds} with search.selectOn inner: each outer fold would train a generator in every inner one, ${trainings} in all; leave the outer folds out (resampling.folds=0), or let each choose its K on tuning films (search.selectOn=tuning)`
}

function innerFoldsOfGivenImages({ generator, search }: Config) {
  return (
    isGiven({ generator }) &&
    search.selectOn === 'inner' &&
    `search.selectOn inner with generator.kind ${generator.kind}: nobody knows which films the images were made of, and an inner fold must be scored by a generator that has not seen its films; leave search.selectOn out, or have the generator called in each fold (--generator COMMAND)`
  )
}

function innerFoldsOfLastBlock({ backbone, search }: Config) {
  return (
    backbone.unfreeze !== 'none' &&
    search.selectOn === 'inner' &&
    `search.selectOn inner with backbone.unfreeze ${backbone.unfreeze}: the block would be trained anew for every K in every inner fold; leave one of them out`
  )
}

function innerFoldsOfSnapshots({ search, training: { snapshot } }: Config) {
  return (
    snapshot !== 'last' &&
    search.selectOn === 'inner' &&
    `search.selectOn inner with training.snapshot ${snapshot}: a fold's films must not choose the snapshot of the generator that they score, and no others are left to; set one of them to its default`
  )
}

function asksForFolds(folds: Config['resampling']['folds']): boolean {
  return typeof folds === 'number' && folds > 0
}
