/** What made a run's synthetic images, of results of any version: those of before knew one kind and images made elsewhere. */
import type { GeneratorFacts, Result } from './result.js'

type Said = Pick<Result, 'generator' | 'gan'>

export function generatorOf({ generator, gan }: Said): GeneratorFacts {
  if (generator) return generator
  if (!gan) return { kind: 'given', name: 'images made elsewhere', noun: 'generator', training: null }
  const { seeds, steps, stepsPerSecond, seconds, parameters } = gan
  const curves = {
    losses: ['discriminator', 'generator'],
    shares: ['realAccuracy', 'fakeAccuracy', 'classAccuracy'],
  }
  return {
    kind: 'acgan',
    name: 'auxiliary-classifier GAN',
    noun: 'GAN',
    training: { seeds, steps, stepsPerSecond, seconds, parameters, curves },
  }
}

/** Its options by name, as far as the result says them. */
export function generatorOptions({ config }: Pick<Result, 'config'>): Readonly<Record<string, unknown>> {
  const { generator, gan } = config as { generator?: Record<string, unknown>; gan?: Record<string, unknown> }
  return generator ?? gan ?? {}
}

/** Whether it was trained step by step, so that there is a curve and more steps could be asked for. */
export function isTrainedInSteps({ training }: GeneratorFacts): boolean {
  return training !== null && training.curves.losses.length + training.curves.shares.length > 0
}
