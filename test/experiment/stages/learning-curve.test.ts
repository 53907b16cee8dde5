import { beforeAll, describe, expect, it } from 'vitest'
import { worthOf } from '../../../src/experiment/run/worth.js'
import { type LearnedSize, learnFromRealFilms } from '../../../src/experiment/stages/learning-curve.js'
import type { Comparison } from '../../../src/record/result.js'
import { preparedWork } from '../tiny-work.js'

describe('learning from fewer and more real films', () => {
  let work: Awaited<ReturnType<typeof preparedWork>>
  let sizes: LearnedSize[]
  beforeAll(async () => {
    work = await preparedWork({ patients: 50, given: 4 })
    sizes = await learnFromRealFilms(work.context, work.prepared.search)
  }, 60_000)

  it('grows the training set, on the patients of the training and tuning films alone', () => {
    const { train, selection } = work.prepared.search
    const films = sizes.map((size) => size.films)
    expect(films.length).toBeGreaterThan(2)
    expect(films).toEqual(films.toSorted((a, b) => a - b))
    const patients = new Set([...train.films, ...selection.films].map(({ patientId }) => patientId))
    for (const { u, auc, values } of sizes) {
      expect(u).toHaveLength(patients.size)
      expect(auc.low).toBeLessThan(auc.value)
      expect(values.length).toBeGreaterThan(1)
    }
  })

  it('is not measured again, and read back the same', async () => {
    const before = work.events.length
    expect(await learnFromRealFilms(work.goOn(), work.prepared.search)).toEqual(sizes)
    const told = work.events.slice(before)
    expect(told).toEqual([expect.objectContaining({ type: 'stage-finished', stage: 'learning-curve', skipped: true })])
  })

  it('is nothing with too few films', async () => {
    const few = await preparedWork({ patients: 10, given: 4 })
    expect(await learnFromRealFilms(few.context, few.prepared.search)).toEqual([])
  })

  it('looks at no test film where these choose K', async () => {
    const onTest = await preparedWork({ patients: 50, given: 4, set: ['search.selectOn=test'] })
    const before = onTest.events.length
    expect(await learnFromRealFilms(onTest.context, onTest.prepared.search)).toEqual([])
    expect(onTest.events.slice(before)).toEqual([])
  })

  const comparison = (difference: number | null, set = 'internal', b = 'OD') =>
    ({
      set,
      a: 'GCB+OMGDA',
      b,
      difference,
      low: difference && difference - 0.02,
      high: difference && difference + 0.02,
    }) as Comparison
  const known = { present: 40, topTrained: false }

  it('turns the gain on the internal test set into real films, as often as it is asked to', () => {
    const { config } = work.context
    const others = [comparison(0.3, 'b'), comparison(0.3, 'internal', 'GCB')]
    const found = worthOf(config, sizes, [...others, comparison(-0.1)], known)
    expect(found.gain?.value).toBe(-0.1)
    expect(found.realFilms).toMatchObject({ value: 0, low: 0, most: 40 })
    expect(found.curve.map((point) => point.films)).toEqual(sizes.map((size) => size.films))
    expect(found.band.at(-1)?.films).toBe(80)
    expect(worthOf(config, sizes, [...others, comparison(-0.1)], known)).toEqual(found)
    expect(worthOf(config, sizes, [comparison(0.5)], known).realFilms).toMatchObject({ value: 40, high: 40 })
  })

  it('says why it is not known', () => {
    const { config } = work.context
    const text = (...asked: Parameters<typeof worthOf>) => {
      const { text: said, realFilms } = worthOf(...asked)
      expect(realFilms).toBeNull()
      return said
    }
    const compared = [comparison(0.1)]
    expect(text(config, [], compared, known)).toContain('too few training and tuning films')
    expect(text(config, sizes, compared, { ...known, topTrained: true })).toContain('trains the end of the backbone')
    expect(text(config, sizes, [comparison(null)], known)).toContain('can’t be computed')
    expect(text(config, sizes, [], known)).toContain('took none of them')
    const optimistic = { ...config, search: { ...config.search, selectOn: 'test' as const } }
    expect(text(optimistic, sizes, compared, known)).toContain('chosen on the test films')
  })
})
