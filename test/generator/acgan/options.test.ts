import { describe, expect, it } from 'vitest'
import { UserError } from '../../../src/base/errors.js'
import { type AcganOptions, channelWidths, defaultAcganOptions } from '../../../src/generator/acgan/options.js'
import { stateSpecs } from '../../../src/generator/acgan/steps.js'
import { summarise } from '../../../src/nn/summary.js'

const given = { classes: ['clear', 'sinusitis'], steps: 100 }

describe('options of the ACGAN', () => {
  it("are the paper's where none is given", () => {
    expect(defaultAcganOptions(given)).toMatchObject({
      imageSize: [56, 56],
      channels: 3,
      latentSize: 100,
      latentDeviation: 1,
      embeddingSize: 50,
      initDeviation: 0.02,
      learningRate: 2e-4,
      beta1: 0.5,
      batchSize: 64,
      dropout: 0.5,
      leakySlope: 0.2,
      classHeadLearnsFromFakes: true,
    })
  })

  it('are refused all at once, with what was expected', () => {
    const wrong = {
      ...given,
      imageSize: [56, 60],
      batchSize: '64',
      dropout: 1,
      learningrate: 0.1,
      classes: ['a'],
    } as unknown as AcganOptions
    expect(() => defaultAcganOptions(wrong)).toThrow(UserError)
    expect(() => defaultAcganOptions(wrong)).toThrow(
      /5 problems:\n.*learningrate is no option; did you mean learningRate\?\n.*classes is \["a"\], but .*two classes\n.*imageSize is \[56,60\], but .*divisible by 8.*\n.*batchSize is "64".*\n.*dropout is 1/,
    )
  })

  it('ask for classes and steps', () => {
    expect(() => defaultAcganOptions({} as typeof given)).toThrow(/classes is missing.*\n.*steps is missing/)
  })

  it('scale the widths, and leave a channel at least', () => {
    expect(channelWidths({ widths: 'tutorial', width: 1 })).toEqual({
      generator: [384, 192, 96],
      discriminator: [32, 64, 128, 256],
    })
    expect(channelWidths({ widths: 'covidgan', width: 0.5 })).toEqual({
      generator: [512, 256, 128],
      discriminator: [32, 64, 128, 256],
    })
    expect(channelWidths({ widths: 'tutorial', width: 0.001 }).discriminator).toEqual([1, 1, 1, 1])
  })

  it.each([
    ['tutorial', 4.2, 0.4],
    ['covidgan', 21.5, 1.6],
  ] as const)('%s has %s million weights in the generator and %s in the discriminator', (widths, g, d) => {
    const { generator, discriminator } = stateSpecs(defaultAcganOptions({ ...given, widths }))
    expect(summarise(generator.params).parameters / 1e6).toBeCloseTo(g, 1)
    expect(summarise(discriminator.params).parameters / 1e6).toBeCloseTo(d, 1)
  })
})
