import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { requestedConfig } from '../../../src/experiment/config/request.js'

const here = process.cwd()

describe('what is asked for', () => {
  it('comes to the keys that it stands for, its paths from the working folder', () => {
    const config = requestedConfig({
      dataset: 'films',
      external: { b: 'films-b' },
      preset: 'quick',
      positive: 'sinusitis',
      patientFrom: 'prefix',
      roi: { internal: 'regions.json' },
      backbone: 'nets/mine.onnx',
      synthetic: 'drawn',
      seed: 7,
      device: 'webgpu',
      skipUnreadable: true,
      keepPatientIds: true,
    })
    expect(config).toMatchObject({
      dataset: path.join(here, 'films'),
      external: { b: path.join(here, 'films-b') },
      preset: 'quick',
      positive: 'sinusitis',
      patientFrom: 'prefix',
      roi: { internal: path.join(here, 'regions.json') },
      seed: 7,
      skipUnreadable: true,
      keepPatientIds: true,
    })
    expect(config.generator).toEqual({ kind: 'given', from: path.join(here, 'drawn'), order: 'name' })
    expect(config.backbone.name).toBe(path.join(here, 'nets', 'mine.onnx'))
    expect(config.compute.device).toBe('webgpu')
    expect(config.search.kMax).toBe(16)
  })

  it('lies over a file and under the settings, and over nothing where it says nothing', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-request-')), 'ours.yaml')
    writeFileSync(file, 'dataset: films\nseed: 3\nskipUnreadable: true\nexternal: {b: other}\nsearch: {kMax: 30}\n')
    const config = requestedConfig({
      configFile: file,
      seed: 4,
      skipUnreadable: false,
      external: {},
      set: ['search.kMax=31', 'search.repeats=2', 'search.repeats=5'],
    })
    expect(config).toMatchObject({
      dataset: path.join(path.dirname(file), 'films'),
      seed: 4,
      skipUnreadable: true,
      external: { b: path.join(path.dirname(file), 'other') },
      search: { kMax: 31, repeats: 5 },
    })
  })

  it('has the threads of this machine where none are asked for, and as many processes', () => {
    const { compute } = requestedConfig({ dataset: 'films' })
    expect(compute.threads).toBeGreaterThan(0)
    expect(compute.processes).toBe(compute.threads)
    const few = requestedConfig({ dataset: 'films', set: ['compute.threads=3', 'compute.processes=2'] }).compute
    expect([few.threads, few.processes]).toEqual([3, 2])
  })

  it('is refused without films', () => {
    expect(() => requestedConfig({ preset: 'quick' })).toThrow(/which films\?/)
  })
})
