import { describe, expect, it } from 'vitest'
import { generatorOf } from '../../src/record/generator-of.js'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { figureFiles } from '../../src/report/figure-list.js'
import { methodsFile } from '../../src/report/methods-text.js'
import { renderReport } from '../../src/report/report.js'
import { concernLines } from '../../src/words/concerns.js'
import { sampleReportInput } from '../support/sample-result.js'

/** As 0.1 wrote it. */
const { result: before, curves = [], ...input } = sampleReportInput()
const now: Result = structuredClone(before)
now.generator = generatorOf(before)
now.config = { ...before.config, generator: { kind: 'acgan', ...(before.config.gan as object) } }
delete now.config.gan

const other: Result = structuredClone(now)
other.gan = null
other.generator = {
  kind: 'diffusion',
  name: 'small diffusion model',
  noun: 'model',
  training: {
    seeds: 2,
    steps: 500,
    stepsPerSecond: 10,
    seconds: 50,
    parameters: { denoiser: 1234 },
    curves: { losses: ['denoising'], shares: [] },
  },
}
other.config.generator = { kind: 'diffusion', steps: 500, batchSize: 32, noise: 0.5 }

describe('what a report says of the generator', () => {
  it('is the same of a result of 0.1 and of now', () => {
    expect(before.generator).toBeUndefined()
    expect(resultSchema.safeParse(before).success).toBe(true)
    expect(resultSchema.parse(now).generator).toEqual(now.generator)
    expect(methodsFile(now)).toBe(methodsFile(before))
    expect(concernLines(now)).toEqual(concernLines(before))
    const figure = 'training-curves'
    expect(figureFiles(now, curves)[figure]).toBe(figureFiles(before, curves)[figure])
    const synthetic = (result: Result) =>
      renderReport({ ...input, result, curves }).match(/<section id="synthetic".*?<\/section>/s)
    expect(synthetic(before)?.[0]).toContain('An auxiliary classifier GAN (ACGAN) learned from')
    expect(synthetic(now)?.[0]).toBe(synthetic(before)?.[0])
  })

  it('is of its kind, where the report has no words for that one', () => {
    const methods = methodsFile(other)
    expect(methods).toContain(
      'drawn from a small diffusion model with 1,234 weights in the denoiser, trained on the training films alone for 500 steps (noise 0.5). 2 models were trained',
    )
    const rows = [1, 2, 3].map((step) => ({ step, denoising: 1 / step }))
    expect(figureFiles(other, rows)['training-curves']).toContain('Training of the model')
    expect(figureFiles(other, rows)['training-curves']).toContain('denoising loss 0.33')
    const page = renderReport({ ...input, result: other, curves: rows })
    expect(page).toContain(
      'A generator (small diffusion model) learned from the training films alone: 500 steps on batches of 32',
    )
    expect(page).not.toMatch(/ACGAN|made elsewhere|discriminator/)
  })
})
