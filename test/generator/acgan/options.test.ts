import { describe, expect, it } from 'vitest'
import { UserError } from '../../../src/base/errors.js'
import { type AcganOptions, acganOptions, channelWidths } from '../../../src/generator/acgan/options.js'
import { stateSpecs } from '../../../src/generator/acgan/steps.js'
import { summarise } from '../../../src/nn/summary.js'

const given = { classes: ['clear', 'sinusitis'], steps: 100, width: 1 }

describe('options of the ACGAN', () => {
  it("are the paper's where none is given", () => {
    expect(acganOptions(given)).toMatchObject({
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
    expect(() => acganOptions(wrong)).toThrow(UserError)
    expect(() => acganOptions(wrong)).toThrow(
      /5 problems:\n.*learningrate is no option; did you mean learningRate\?\n.*imageSize is \[56,60\], but .*divisible by 8.*\n.*batchSize is "64".*\n.*dropout is 1, but expected less than 1\n.*classes is \["a"\], but .*two classes/,
    )
  })

  it('ask for classes', () => {
    expect(() => acganOptions({} as typeof given)).toThrow(/classes is missing, but expected names/)
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
    const { generator, discriminator } = stateSpecs(acganOptions({ ...given, widths }))
    expect(summarise(generator.params).parameters / 1e6).toBeCloseTo(g, 1)
    expect(summarise(discriminator.params).parameters / 1e6).toBeCloseTo(d, 1)
  })
})
