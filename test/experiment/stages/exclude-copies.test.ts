import { beforeAll, describe, expect, it } from 'vitest'
import { ndarray, rows } from '../../../src/base/ndarray.js'
import { Rng } from '../../../src/base/random.js'
import { originalsOf, type SearchData } from '../../../src/experiment/cohort/film-set.js'
import type { Config } from '../../../src/experiment/config/schema.js'
import { copyChecks, excludedCopies, sayExcluded } from '../../../src/experiment/stages/exclude-copies.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { ImageCheck } from '../../../src/synthetic/copies.js'
import { tinyWork } from '../tiny-work.js'

let search: SearchData
let config: Config
beforeAll(async () => {
  const { context } = await tinyWork()
  search = (await prepareData(context)).search
  config = { ...context.config, synthetic: { excludeCopies: true, rejected: null } }
})

describe('the check for copies', () => {
  it('is none where copies may stay', async () => {
    expect(
      await copyChecks({ config: { ...config, synthetic: { excludeCopies: false, rejected: null } } }, search),
    ).toBeNull()
  })

  it('of each class knows the training films of that class and no others', async () => {
    // Made films of one size and kind are too alike.
    const { shape, data } = search.train.pixels
    const pixels = ndarray('uint8', shape, new Rng(3).bytes(data.length).slice())
    const unlike = { ...search, train: { ...search.train, pixels } }
    const checks = (await copyChecks({ config }, unlike)) ?? []
    expect(checks).toHaveLength(search.classes.length)
    for (const [c, check] of checks.entries()) {
      const [own, others] = [originalsOf(unlike, c), originalsOf(unlike, 1 - c)]
      expect((await check.compare(own)).close.count).toBe(own.shape[0])
      expect((await check.compare(others)).close.count).toBeLessThan(others.shape[0] / 2)
    }
  })

  it('takes two films of a patient for no sign of how alike patients are', async () => {
    const { films } = search.train
    // As if all films were one patient's: none is left to be held against.
    const train: SearchData['train'] = {
      ...search.train,
      films: films.map((film) => ({ ...film, patientId: films[0].patientId })),
    }
    const [check] = (await copyChecks({ config }, { ...search, train })) ?? []
    expect(check.byChance(1, 10)).toEqual({ byChance: null, p: null })
  })

  it('is stopped by the signal', async () => {
    await expect(copyChecks({ config, signal: AbortSignal.abort() }, search)).rejects.toThrow('aborted')
  })
})

describe('what was left out', () => {
  const images = ndarray('uint8', [40, 16, 16, 1], new Rng(7).bytes(40 * 256).slice())

  it('is not said where nothing could be compared: a class of one training film', async () => {
    const check = await ImageCheck.of(rows(images, 0, 1))
    const events: unknown[] = []
    sayExcluded(
      { emit: (event) => void events.push(event) },
      ['rare'],
      [excludedCopies(check, [{ checked: 9, excluded: 0 }])],
    )
    expect(events).toEqual([
      {
        type: 'note',
        text: 'class rare: its synthetic films were not checked for copies, which takes training films of two patients at least',
      },
    ])
  })

  it('is counted over all pools, and suspicious where chance would hardly bring so many', async () => {
    const check = await ImageCheck.of(images)
    const few = excludedCopies(check, [
      { checked: 30, excluded: 1 },
      { checked: 20, excluded: 1 },
    ])
    expect(few).toMatchObject({ checked: 50, excluded: 2, suspicious: false })
    const many = excludedCopies(check, [
      { checked: 30, excluded: 25 },
      { checked: 20, excluded: 20 },
    ])
    expect(many).toMatchObject({ checked: 50, excluded: 45, byChance: few.byChance, suspicious: true })
    expect(many.p).toBeLessThan(few.p ?? 0)
    expect(excludedCopies(check, [{ checked: 50, excluded: 2 }], true).suspicious).toBe(true)
  })

  it('is not called suspicious where nobody can say what chance would bring', async () => {
    const check = await ImageCheck.of(rows(images, 0, 1))
    expect(excludedCopies(check, [{ checked: 9, excluded: 9 }])).toEqual({
      checked: 9,
      excluded: 9,
      byChance: null,
      p: null,
      suspicious: false,
    })
  })

  it('is said of each class: a warning where it is suspicious, else a note', () => {
    const events: unknown[] = []
    sayExcluded(
      { emit: (event) => events.push(event) },
      ['clear', 'sick'],
      [
        { checked: 1, excluded: 1, byChance: null, p: null, suspicious: true },
        { checked: 50, excluded: 2, byChance: 2.4, p: 0.6, suspicious: false },
      ],
    )
    expect(events).toEqual([
      {
        type: 'warning',
        text: 'class clear: 1 of 1 synthetic film left out as suspected copies of training films',
      },
      {
        type: 'note',
        text: 'class sick: 2 of 50 synthetic films left out as suspected copies of training films (about 2.4 would be if none were a copy)',
      },
    ])
  })
})
