import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { multiplesTried } from '../../../src/experiment/config/multiples.js'
import { presets } from '../../../src/experiment/config/presets.js'
import { resolveConfig as resolveWhole } from '../../../src/experiment/config/resolve.js'
import { type PresetName, presetNames } from '../../../src/experiment/config/schema.js'

/** Every preset as 0.1.0 resolved it, by name. */
const before = JSON.parse(readFileSync(path.join(import.meta.dirname, 'resolved-presets.json'), 'utf8'))

describe('the multiples of the presets', () => {
  const tried = (preset: PresetName) => multiplesTried(resolveWhole({ dataset: 'films', preset }).search)
  const from2 = (last: number) => Array.from({ length: last - 1 }, (_, i) => i + 2)

  it('begin with small amounts, but for the paper’s, which are whole', () => {
    expect(tried('quick')).toEqual([1, 1.1, 1.25, 1.5, ...from2(16)])
    expect(tried('standard')).toEqual([1, 1.1, 1.25, 1.5, ...from2(26)])
    expect(tried('kong2022')).toEqual([1, ...from2(40)])
  })
})

describe.each([...presetNames])('the preset %s', (preset) => {
  it('resolves, with the generator of then, to the values it has always had, some under the names of now; nothing is rejected', () => {
    const { gan, synthetic, ...same } = before[preset]
    const { seeds, checkpointEvery, gridEvery, ...options } = gan
    expect(resolveConfig({ dataset: 'films', preset, generator: { kind: 'acgan' } })).toEqual({
      ...same,
      generator: { kind: 'acgan', ...options },
      training: { seeds, checkpointEvery, gridEvery },
      synthetic: { excludeCopies: synthetic.excludeCopies, rejected: null },
    })
  })

  it('says nothing that the defaults say already', () => {
    expect(repeated(presets[preset as PresetName], resolveConfig({ dataset: 'films' }))).toEqual([])
  })

  it('is read back from what it was resolved to', () => {
    expect(resolveConfig(before[preset])).toEqual(
      resolveConfig({ dataset: 'films', preset, generator: { kind: 'acgan' } }),
    )
  })
})

/** Keys whose value is the default itself. */
function repeated(difference: object, defaults: object, place = ''): string[] {
  return Object.entries(difference).flatMap(([key, value]) => {
    const standard = (defaults as Record<string, unknown>)[key]
    if (isRecord(value) && isRecord(standard)) return repeated(value, standard, `${place}${key}.`)
    return JSON.stringify(value) === JSON.stringify(standard) ? [`${place}${key}`] : []
  })
}

function isRecord(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** As resolved, but for the keys that 0.1.0 did not have. */
function resolveConfig(...layers: Parameters<typeof resolveWhole>) {
  const {
    encoding: _,
    search: { multiples: __, rivals: ___, selected: ____, specificity: _____, innerFolds: _______, ...search },
    training: { snapshot: ______, ...training },
    ...ofBefore
  } = resolveWhole(...layers)
  return { ...ofBefore, search, training }
}
