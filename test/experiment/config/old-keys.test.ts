import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { version } from '../../../src/base/version.js'
import { readRequest } from '../../../src/experiment/config/request.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import type { PartialConfig } from '../../../src/experiment/config/schema.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'
import { storedConfig } from '../../../src/experiment/config/stored.js'
import { RunDirectory } from '../../../src/record/run-directory.js'

const dataset = { dataset: 'films' }
const resolved = (...settings: string[]) => resolveConfig(dataset, ...settings.map(parseSetting))
const refused = (...settings: string[]) => {
  try {
    resolved(...settings)
  } catch (error) {
    return (error as Error).message
  }
}

describe('keys of 0.1', () => {
  it.each([
    ['gan.steps=70', 'generator={kind: acgan, steps: 70}'],
    ['gan={steps: 70, width: 1, seeds: 3}', 'generator={kind: acgan, steps: 70, width: 1}', 'training.seeds=3'],
    ['gan.checkpointEvery=7', 'generator.kind=acgan', 'training.checkpointEvery=7'],
    ['synthetic.from=drawn', 'generator={kind: given, from: drawn}'],
    ['synthetic={from: drawn, order: random}', 'generator={kind: given, from: drawn, order: random}'],
    ['synthetic={from: null, order: name, excludeCopies: true}', 'synthetic.excludeCopies=true'],
  ])('%s is %s', (before, ...now) => {
    expect(resolved(before)).toEqual(resolved(...now))
  })

  it('stand over and under those of now, in the order in which they were said', () => {
    expect(resolved('gan.steps=70', 'generator.steps=80').generator.steps).toBe(80)
    expect(resolved('generator.steps=80', 'gan.steps=70').generator.steps).toBe(70)
  })

  it('are said to have other names now, those that were used and no others', () => {
    const remarks = (...set: string[]) => readRequest({ ...dataset, set }).remarks
    expect(remarks('generator.steps=80', 'training.seeds=2')).toEqual([])
    expect(remarks('gan.steps=70', 'generator.steps=80', 'gan.seeds=2')).toEqual([
      'gan.seeds is called training.seeds now; the old name goes on working',
      'gan.steps and generator.steps are two names of one value: generator.steps was given last, so 80 counts; leave the other out',
    ])
    expect(remarks('training.seeds=3', 'gan.seeds=2')).toEqual([
      'training.seeds and gan.seeds are two names of one value: gan.seeds was given last, so 2 counts; leave the other out',
    ])
    expect(resolved('training.seeds=3', 'gan.seeds=2').training.seeds).toBe(2)
    expect(remarks('gan.steps=70')).toEqual(['gan.steps is called generator.steps now; the old name goes on working'])
    expect(remarks('gan.steps=70', 'gan.seeds=2')).toEqual([
      'gan.steps and gan.seeds are called generator.steps and training.seeds now; the old names go on working',
    ])
  })

  it('say nothing of images made elsewhere, as then', () => {
    const given = { kind: 'given', from: path.resolve('drawn'), order: 'name' }
    expect(resolved('synthetic.from=drawn', 'gan.steps=70').generator).toEqual(given)
    expect(resolved('gan.steps=70', 'synthetic.from=drawn').generator).toEqual(given)
    expect(resolved('synthetic.order=random').generator.kind).toBe('edm')
    expect(resolved('synthetic.from=drawn', 'synthetic.from=null').generator.kind).toBe('acgan')
  })

  it('are refused in the words in which they were said', () => {
    expect(refused('gan.steps=0')).toContain('gan.steps: expected at least 1, got 0')
    expect(refused('gan.seeds=0')).toContain('gan.seeds: expected at least 1, got 0')
    expect(refused('gan.snapshot=best')).toContain('key gan.snapshot is not known')
    expect(refused('gan.stesp=5')).toContain('key gan.stesp is not known; did you mean gan.steps?')
    expect(refused('gan=5')).toContain('gan: expected object, got 5')
    expect(refused('synthetic.from=[1]')).toContain('synthetic.from: expected string, got [1]')
    expect(refused('synthetic.form=x')).toContain('key synthetic.form is not known')
  })
})

describe('config.yaml of 0.1', () => {
  const presets = JSON.parse(readFileSync(path.join(import.meta.dirname, 'resolved-presets.json'), 'utf8'))
  const storedIn = (config: unknown) => {
    const directory = new RunDirectory(mkdtempSync(path.join(tmpdir(), 'kopt-old-run-')))
    writeFileSync(directory.config, stringify({ koptVersion: version, ...(config as object) }))
    return storedConfig(directory, 'to evaluate it')
  }

  it.each(['quick', 'standard', 'kong2022'] as const)('of the preset %s is read as what it is called now', (preset) => {
    const before: PartialConfig = {
      dataset: 'films',
      preset,
      generator: { kind: 'acgan' },
      search: { multiples: 'whole', rivals: 'none', selected: false },
    }
    expect(storedIn(presets[preset])).toEqual(resolveConfig(before))
  })

  it('is read where it took images made elsewhere', () => {
    const { synthetic, ...others } = presets.quick
    const config = storedIn({ ...others, synthetic: { ...synthetic, from: 'drawn', order: 'random' } })
    expect(config.generator).toEqual({ kind: 'given', from: 'drawn', order: 'random' })
  })

  it('is damaged where a value of it is missing', () => {
    const { steps: _, ...gan } = presets.quick.gan
    expect(() => storedIn({ ...presets.quick, gan })).toThrow(/does not say what the run was made with/)
  })
})

describe('the generator of a configuration', () => {
  it('is of the kind that was named last, with what was said of that kind or of none', () => {
    const file: PartialConfig = { generator: { kind: 'given', from: '/drawn', order: 'random' } }
    expect(resolveConfig(dataset, file).generator).toEqual({ kind: 'given', from: '/drawn', order: 'random' })
    expect(resolveConfig(dataset, file, { generator: { kind: 'acgan' } }, { generator: { steps: 9 } })).toEqual(
      resolveConfig(dataset, { generator: { kind: 'acgan', steps: 9 } }),
    )
  })

  it.each([
    ['quick', 'edm'],
    ['standard', 'edm'],
    ['kong2022', 'acgan'],
  ])('is, where no kind is named, that of the preset: %s, %s', (preset, kind) => {
    expect(resolved(`preset=${preset}`).generator.kind).toBe(kind)
    expect(resolved(`preset=${preset}`, 'generator.steps=9').generator).toMatchObject({ kind, steps: 9 })
    expect(resolved(`preset=${preset}`, 'gan.steps=9').generator).toMatchObject({ kind: 'acgan', steps: 9 })
  })

  it('has the values of its kind for the preset', () => {
    expect(resolved('preset=quick', 'generator.kind=acgan').generator).toMatchObject({ steps: 1000, width: 0.25 })
    expect(resolved('preset=quick', 'generator={kind: given, from: drawn}').generator).toEqual({
      kind: 'given',
      from: path.resolve('drawn'),
      order: 'name',
    })
  })

  it.each(['pca', '[1]', 'null', '5'])('is refused where it is no section, but %s', (value) => {
    expect(refused(`generator=${value}`)).toContain('generator: expected its keys, such as generator.kind=acgan, got ')
  })

  it('is refused where its kind is empty', () => {
    expect(refused('generator.kind=')).toContain(
      'generator.kind: expected acgan, command, edm, given, pca or smoothed, got ',
    )
  })

  it.each(['pca', 'smoothed'])('is one where it is computed from the films alone: %s', (kind) => {
    expect(refused(`generator.kind=${kind}`, 'training.seeds=3')).toContain(
      `training.seeds 3 with generator.kind ${kind}: this generator is computed from the training films, the same one every time; leave training.seeds at 1`,
    )
  })

  it('is refused where there is no such kind or option', () => {
    expect(refused('generator.kind=acgam')).toContain(
      'generator.kind: expected acgan, command, edm, given, pca or smoothed, got "acgam"; did you mean acgan?',
    )
    expect(refused('generator.stesp=5')).toContain('key generator.stesp is not known; did you mean generator.steps?')
    expect(refused('generator.kind=given')).toContain('generator.from: expected string')
    expect(refused('generator.kind=given', 'generator.from=drawn', 'generator.steps=5')).toContain(
      'generator.steps is an option of another kind than generator.kind asks for; leave it out',
    )
    expect(refused('generator.kind=given', 'generator.from=drawn', 'training.seeds=2')).toContain(
      'training.seeds 2 with generator.kind given',
    )
  })
})
