import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { workload } from '../../../src/experiment/measure/workload.js'

const round = { train: [126, 152], selection: 32, test: 79 + 132 }
const films = 389 + 132
const plan = (...settings: Parameters<typeof resolveConfig>) =>
  Object.fromEntries(
    workload(resolveConfig({ dataset: 'films' }, ...settings), films, [round]).map(({ stage, counts }) => [
      stage,
      counts,
    ]),
  )

describe('the work of a run', () => {
  it("counts the paper's numbers", () => {
    const work = plan({ preset: 'kong2022', backbone: { name: 'scattering' } })
    expect(work['train-gan']['gan-step']).toBe(30_000)
    // 40 x 304 images at the largest K, less the 278 originals
    expect(work['fill-pool'].drawing).toBe(40 * 304 - 278)
    expect(work['fill-pool'].features).toBe(40 * 304 - 278)
    // GCB once, GCB+CDA, GCB+OMGDA and both together at 40 multiples each, and seven controls with equal steps
    expect(work['search-k'].head).toBe(1 + 3 * 40 + 7)
    // n(K) = 304 K; controls as at K = 20
    const searched = 3 * 304 * ((40 * 41) / 2)
    expect(work['search-k']['head-row']).toBe(304 + searched + 7 * 20 * 304)
  })

  it('counts every repeat, and no equal-steps control for a head fitted to convergence', () => {
    const work = plan({ preset: 'standard' })
    // 26 whole multiples, and three between 1 and 2
    expect(work['search-k'].head).toBe(3 * (1 + 3 * 29))
    expect(work['early-arms'].head).toBe(3 * (3 + 29))
    expect(work['early-arms'].features).toBe(3 * (26 * 304 - 278))
  })

  it('counts the rivals: their pools, films of them through the backbone, and a search each', () => {
    const { rivals } = plan()
    const pool = 3 * (26 * 304 - 278)
    expect(rivals['rival-drawing']).toBe(4 * pool)
    expect(rivals.features).toBe(2 * pool)
    expect(rivals.head).toBe(5 * 3 * 29)
    expect(plan({ search: { rivals: ['smote'] } }).rivals).toMatchObject({
      'rival-drawing': pool,
      features: 0,
      head: 3 * 29,
    })
    expect(plan({ search: { rivals: 'none' } })).not.toHaveProperty('rivals')
    expect(plan({ generator: { kind: 'pca' } }).rivals['rival-drawing']).toBe(3 * pool)
  })

  it('counts a search at each threshold for selected films, and none of their images', () => {
    const selected = plan()['select-films']
    expect(selected).toMatchObject({ head: 3 * 3 * 29, drawing: 0, features: 0 })
    expect(selected['head-row']).toBe(3 * plan({ search: { rivals: ['duplicates'] } }).rivals['head-row'])
    expect(plan({ search: { selected: false } })).not.toHaveProperty('select-films')
    // Each trial is a training of the backbone's end, and its features are no measure of films.
    expect(plan({ backbone: { name: 'chexnet', unfreeze: 'block4' } })).not.toHaveProperty('select-films')
  })

  it('counts the images of the snapshots that one is chosen from, and a head on those of each', () => {
    const images = 2 * 8 * 2 * 152
    expect(plan({ training: { seeds: 2, snapshot: 'best' } })['choose-snapshot']).toMatchObject({
      // Three blocks of 64 of each class.
      drawing: 2 * 8 * 2 * 192,
      features: images,
      head: 2 * 8,
      'head-row': images,
    })
    expect(plan()).not.toHaveProperty('choose-snapshot')
    const large = { ...round, train: [900, 400] }
    const work = workload(resolveConfig({ dataset: 'films', training: { snapshot: 'best' } }), 2000, [large])
    expect(work.find(({ stage }) => stage === 'choose-snapshot')?.counts.features).toBe(8 * 2 * 300)
  })

  it('sees films once on the common path and once at the size of the backbone', () => {
    const work = plan()
    expect(work['prepare-data'].film).toBe(2 * films)
    expect(work['extract-features']).toMatchObject({ film: 310, features: 620 })
    expect(work['evaluate-arms']).toMatchObject({ film: 211, features: 422 })
  })

  it('puts no film of an outer fold through the backbone again, but all that is made in it', () => {
    const config = resolveConfig({ dataset: 'films' })
    const one = workload(config, films, [round])
    const withFold = workload(config, films, [round, { ...round, fold: true }])
    for (const [at, { stage, counts }] of withFold.entries()) {
      const same = ['prepare-data', 'extract-features', 'evaluate-arms'].includes(stage)
      for (const [unit, count] of Object.entries(counts)) {
        expect(count, `${stage} ${unit}`).toBe((same ? 1 : 2) * one[at].counts[unit as keyof typeof counts])
      }
    }
  })

  it('adds up over rounds', () => {
    const config = resolveConfig({ dataset: 'films' })
    const one = workload(config, films, [round])
    const three = workload(config, films, [round, round, round])
    for (const [at, { stage, counts }] of one.entries()) {
      const factor = stage === 'prepare-data' ? 1 : 3
      for (const [unit, count] of Object.entries(counts)) {
        expect(three[at].counts[unit as keyof typeof counts], `${stage} ${unit}`).toBe(factor * count)
      }
    }
  })
})
