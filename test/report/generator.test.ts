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

  it('has what every snapshot scored where tuning films chose one, and nothing of it elsewhere', () => {
    const chosen = structuredClone(other)
    const score = (step: number, of: number | null) => ({
      step,
      images: of === null ? 0 : 120,
      score: of,
      se: of && 0.03,
    })
    chosen.generator!.training!.snapshots = [
      { gan: 1, step: 125, scores: [score(125, 0.81), score(250, 0.84), score(500, null)] },
      { gan: 2, step: 500, scores: [score(125, 0.7), score(250, 0.75), score(500, 0.9)] },
    ]
    expect(resultSchema.parse(chosen).generator).toEqual(chosen.generator)
    const page = renderReport({ ...input, result: chosen, curves: [] })
    const table = page.match(/<table[^>]*>(?:(?!<table).)*Snapshots of the model.*?<\/table>/s)?.[0] ?? ''
    const rows = [...table.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
      [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/gs)].map(([, cell]) => cell.replace(/<[^>]*>/g, '').trim()),
    )
    expect(rows[0]).toEqual(['Model', 'Step', 'Films of each class', 'AUC (± error)'])
    expect(rows.slice(1, 4)).toEqual([
      ['1', '125 (taken)', '120', '0.810 (± 0.030)'],
      ['1', '250', '120', '0.840 (± 0.030)'],
      ['1', '500', '0', '–'],
    ])
    expect(rows.slice(4).filter(([, step]) => step.includes('taken'))).toEqual([
      ['2', '500 (taken)', '120', '0.900 (± 0.030)'],
    ])
    expect(methodsFile(chosen)).toContain(
      'Of each 3 snapshots at equal distances were kept, and a classifier was trained on 120 synthetic films of each class of every one alone; films were drawn from the earliest whose AUC on the tuning films was within one standard error of the best (standard error of the difference, over patients; steps 125 and 500)',
    )
    expect(methodsFile(chosen)).toContain('and that choose the snapshot of the generator anew')
    expect(renderReport({ ...input, result: other, curves: [] })).not.toMatch(/[Ss]napshot/)
    expect(methodsFile(other)).not.toMatch(/[Ss]napshot/)
  })
})
