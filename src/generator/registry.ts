/** Every kind of generator that there is: a further one is a folder and a line here. */
import { nearest, UserError } from '../base/errors.js'
import { acgan } from './acgan/acgan.js'
import { command } from './command/command.js'
import type { GeneratorKind, PresetValues, TrainedKind } from './contract.js'
import { edm } from './edm/edm.js'
import { given } from './given/given.js'
import { pca } from './span/pca.js'
import { smoothed } from './span/smoothed.js'

/** The first is the one that 0.1 knew. */
export const generatorKinds: readonly [GeneratorKind, ...GeneratorKind[]] = [acgan, command, edm, given, pca, smoothed]

/** What a run takes where no kind is asked for, by its preset. */
export const kindOfPreset: Readonly<Record<keyof PresetValues, string>> = {
  quick: edm.kind,
  standard: edm.kind,
  kong2022: acgan.kind,
}

export const trainedKinds: readonly TrainedKind[] = generatorKinds.filter((kind) => kind.form === 'trained')

/** Throws a `UserError` that names the kinds there are. */
export function generatorKind(name: string): GeneratorKind {
  const kind = generatorKinds.find((one) => one.kind === name)
  return kind ?? noKind(name, generatorKinds)
}

/** As `generatorKind`, of those that are trained here. */
export function trainedKind(name: string): TrainedKind {
  const kind = trainedKinds.find((one) => one.kind === name)
  return kind ?? noKind(name, trainedKinds)
}

function noKind(name: string, kinds: readonly GeneratorKind[]): never {
  const names = kinds.map((one) => one.kind)
  const near = nearest(name, names)
  throw new UserError(
    `${name} is no kind of generator${near ? `; did you mean ${near}?` : ''} (there are ${names.join(', ')})`,
  )
}
