import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { multiplesTried } from '../../../src/experiment/config/multiples.js'
import { readConfigFile } from '../../../src/experiment/config/read-file.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'

const dataset = { dataset: 'films' }
const whole = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe('a configuration', () => {
  it('comes from the preset, the file and the settings, the later over the earlier', () => {
    const file = { preset: 'quick', generator: { kind: 'acgan', steps: 50 } } as const
    const config = resolveConfig(dataset, file, parseSetting('generator.steps=70'))
    expect(config.generator).toMatchObject({ kind: 'acgan', steps: 70, width: 0.25, beta1: 0.5 })
    expect(config.search.kMax).toBe(16)
  })

  it("has the paper's values under kong2022", () => {
    const { generator, head, search, split } = resolveConfig(dataset, { preset: 'kong2022' })
    expect(generator).toMatchObject({
      kind: 'acgan',
      steps: 30_000,
      learningRate: 0.0002,
      beta1: 0.5,
      batchSize: 64,
      width: 1,
      widths: 'tutorial',
    })
    expect(head).toMatchObject({ kind: 'adam', learningRate: 0.0001, batchSize: 8, epochs: 100, standardise: false })
    expect(search).toMatchObject({ rule: 'sliding-window', windowSize: 12 })
    expect(split).toMatchObject({ by: 'image', fractions: [0.7, 0.1, 0.2] })
  })

  it('names an unknown preset with the nearest one', () => {
    expect(() => resolveConfig(dataset, { preset: 'quik' as never })).toThrow(
      /preset "quik" is not known; did you mean quick\?/,
    )
  })

  it('names every wrong key and value at once, with the nearest key', () => {
    const wrong = { gan: { stesp: 5, batchSize: 1 }, serach: {} } as never
    expect(() => resolveConfig(dataset, wrong)).toThrow(/gan\.stesp is not known; did you mean gan\.steps\?/)
    expect(() => resolveConfig(dataset, wrong)).toThrow(/serach is not known; did you mean search\?/)
    expect(() => resolveConfig(dataset, wrong)).toThrow(/gan\.batchSize/)
  })

  it('says in words what was expected, and what came', () => {
    const refused = (setting: string) => {
      try {
        resolveConfig(dataset, parseSetting(setting))
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(refused('gan.steps=abc')).toContain('gan.steps: expected a number, got "abc"')
    expect(refused('gan.steps=1.5')).toContain('gan.steps: expected a whole number, got 1.5')
    expect(refused('gan.steps=0')).toContain('gan.steps: expected at least 1, got 0')
    expect(refused('search.rule=foo')).toContain(
      'search.rule: expected sliding-window, one-standard-error or fixed, got "foo"',
    )
    expect(refused('search.metric=logloss')).toContain(
      'search.metric: expected auc, log-loss, brier, accuracy, balanced-accuracy, f1 or sensitivity-at-specificity, got "logloss"; did you mean log-loss?',
    )
    expect(refused('search.specificity=1')).toContain('search.specificity: expected less than 1, got 1')
    expect(refused('resampling.folds=x')).toContain('resampling.folds: expected auto, or 0, or a number, got "x"')
  })

  it('refuses what contradicts itself', () => {
    expect(() => resolveConfig(dataset, parseSetting('image.size=[50, 56]'))).toThrow(
      /image\.size: expected a multiple of 8, got 50/,
    )
    expect(() => resolveConfig(dataset, parseSetting('image.size=[56, 1024]'))).toThrow(
      /image\.size: expected at most 512, got 1024/,
    )
    expect(() => resolveConfig(dataset, parseSetting('split.fractions=[0.5, 0.1, 0.2]'))).toThrow(/add up to 1/)
    expect(() => resolveConfig(dataset, parseSetting('search.rule=fixed'))).toThrow(/needs search\.fixedK/)
    const inner = (...others: string[]) =>
      resolveConfig(dataset, ...['search.selectOn=inner', ...others].map(parseSetting))
    expect(inner().search).toMatchObject({ selectOn: 'inner', innerFolds: 5 })
    expect(() => inner('resampling.folds=5')).toThrow(/36 in all; leave the outer folds out \(resampling\.folds=0\)/)
    expect(() => inner('generator.kind=given', 'generator.from=made')).toThrow(/nobody knows which films/)
    expect(() => inner('backbone.unfreeze=block4')).toThrow(/leave one of them out/)
    expect(() => inner('training.snapshot=best')).toThrow(/must not choose the snapshot/)
    expect(() => inner('search.innerFolds=2')).toThrow(/search\.innerFolds: expected at least 3, got 2/)
  })

  it('takes a list of multiples that ascend, and refuses any other in a sentence', () => {
    const withList = (list: string) => resolveConfig(dataset, parseSetting(`search.multiples=${list}`)).search
    expect(multiplesTried(withList('[1, 1.25, 1.5, 2, 3, 5, 8]'))).toEqual([1, 1.25, 1.5, 2, 3, 5, 8])
    expect(multiplesTried(withList('[1.0001]'))).toEqual([1.0001])
    const wrong = (list: string) => () => withList(list)
    expect(wrong('[1, 3, 2]')).toThrow(
      'search.multiples: expected each K once and the smaller ones first, such as [1, 1.25, 1.5, 2, 3, 5, 8], got [1,3,2]',
    )
    expect(wrong('[1, 1]')).toThrow('each K once')
    expect(wrong('[1, 1.00001]')).toThrow('search.multiples: expected K with at most 4 decimals, got [1,1.00001]')
    expect(wrong('[0.5, 1]')).toThrow('search.multiples: expected at least 1, got 0.5')
    for (const list of ['[]', '[1, .inf]', '[1, two]', 'coarse', '3', 'null', `[${whole(1, 201)}]`])
      expect(wrong(list), list).toThrow(/search\.multiples: expected .*a list of 1 to 200 numbers from 1 to 1000, got /)
    expect(multiplesTried(withList(`[${whole(1, 200)}]`))).toHaveLength(200)
    expect(wrong('[1, 1e9]')).toThrow('search.multiples: expected at most 1000, got 1000000000')
    expect(() => resolveConfig(dataset, parseSetting('search.kMax=1001'))).toThrow('search.kMax: expected at most 1000')
  })

  it('fixes no K that is not tried', () => {
    const fixedAt = (k: number, ...more: string[]) =>
      resolveConfig(dataset, ...[`search.fixedK=${k}`, 'search.rule=fixed', ...more].map(parseSetting)).search.fixedK
    expect(fixedAt(1.25)).toBe(1.25)
    expect(fixedAt(26)).toBe(26)
    expect(fixedAt(4.5, 'search.multiples=[1, 4.5]')).toBe(4.5)
    expect(() => fixedAt(27)).toThrow('search.fixedK 27 is above search.kMax 26')
    expect(() => fixedAt(2.5)).toThrow(
      "search.fixedK 2.5 is not among the K that are tried (1, 1.1, 1.25, 1.5, 2 to 26); name it there, for example --set 'search.multiples=[1, 2.5]'",
    )
    expect(() => fixedAt(30, 'search.multiples=[1, 20]', 'search.kMax=40')).toThrow('not among the K that are tried')
  })

  it('keeps the names of external sets apart from those of the run, wherever they were asked for', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kopt-config-'))
    const file = path.join(folder, 'experiment.yaml')
    writeFileSync(file, 'external:\n  internal: films\n  __proto__: films\n  constructor: films\n  Clinic: films\n')
    const asked = () => resolveConfig(dataset, readConfigFile(file), parseSetting('external.clinic=films'))
    expect(asked).toThrow(/external set "internal": internal stands for the dataset's own test films/)
    expect(asked).toThrow(/external set "__proto__": /)
    expect(asked).toThrow(/external set "constructor": /)
    expect(asked).toThrow(/external set "clinic": it differs from Clinic in capitals alone/)
    expect(() => resolveConfig(dataset, parseSetting('external.tuning=films'))).toThrow(/external set "tuning"/)
    expect(() => resolveConfig(dataset, parseSetting('roi.constructor=rois.csv'))).toThrow(
      /no external set constructor/,
    )
    const both = { external: { 'clinic.v1': 'a', 'clinic.v2': 'b' } }
    expect(resolveConfig(dataset, both).external).toEqual(both.external)
  })

  it('is read from YAML, the dataset beside the file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kopt-config-'))
    const file = path.join(folder, 'experiment.yaml')
    writeFileSync(file, 'dataset: films\ngan:\n  steps: 10\n')
    expect(readConfigFile(file)).toEqual({ dataset: path.join(folder, 'films'), gan: { steps: 10 } })
    writeFileSync(file, 'gan: [1\n')
    expect(() => readConfigFile(file)).toThrow(/experiment\.yaml is not valid YAML/)
  })

  it('resolves every relative path once, against the place where it was written', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kopt-config-'))
    const file = path.join(folder, 'experiment.yaml')
    const yaml = [
      'dataset: ../films',
      'external: {b: others/b.csv}',
      'roi: {internal: regions.json}',
      'synthetic: {from: drawn}',
      'backbone: {name: nets/mine.onnx}',
    ]
    writeFileSync(file, yaml.join('\n'))
    expect(readConfigFile(file)).toEqual({
      dataset: path.join(path.dirname(folder), 'films'),
      external: { b: path.join(folder, 'others', 'b.csv') },
      roi: { internal: path.join(folder, 'regions.json') },
      synthetic: { from: path.join(folder, 'drawn') },
      backbone: { name: path.join(folder, 'nets', 'mine.onnx') },
    })
    const here = process.cwd()
    for (const [setting, layer] of [
      ['dataset=films', { dataset: path.join(here, 'films') }],
      ['external.b=./b', { external: { b: path.join(here, 'b') } }],
      ['roi={internal: a.json}', { roi: { internal: path.join(here, 'a.json') } }],
      ['synthetic.from=../drawn', { synthetic: { from: path.join(path.dirname(here), 'drawn') } }],
      ['backbone.name=mine.onnx', { backbone: { name: path.join(here, 'mine.onnx') } }],
      ['backbone.name=chexnet', { backbone: { name: 'chexnet' } }],
      ['generator={kind: given, from: drawn}', { generator: { kind: 'given', from: path.join(here, 'drawn') } }],
      ['synthetic.from=null', { synthetic: { from: null } }],
    ] as const)
      expect(parseSetting(setting), setting).toEqual(layer)
  })

  it('refuses keys that every object inherits, wherever they stand', () => {
    const external = { b: 'b' }
    for (const [setting, said] of [
      ['__proto__.x=1', /key __proto__ is not known/],
      ['gan.__proto__.steps=5', /key gan\.__proto__ is not known/],
      ['gan={steps: 5, __proto__: {width: 1}}', /key gan\.__proto__ is not known/],
      ['external.__proto__=films', /external set "__proto__": this word has a meaning of its own/],
      ['roi.__proto__=films', /roi\.__proto__: no set can have this name/],
      ['constructor=1', /key constructor is not known/],
      ['gan.toString=1', /key gan\.toString is not known/],
      ['roi.constructor=a.json', /roi\.constructor: there is no external set constructor/],
      ['preset=toString', /preset "toString" is not known/],
    ] as const)
      expect(() => resolveConfig(dataset, { external }, parseSetting(setting)), setting).toThrow(said)
    const folder = mkdtempSync(path.join(tmpdir(), 'kopt-config-'))
    writeFileSync(path.join(folder, 'a.yaml'), 'search:\n  __proto__:\n    kMax: 3\n')
    expect(() => resolveConfig(dataset, readConfigFile(path.join(folder, 'a.yaml')))).toThrow(
      /key search\.__proto__ is not known/,
    )
  })
})
