import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { takeRows } from '../../../src/base/ndarray.js'
import { earlyArms, equalStepsArms, generatorArms } from '../../../src/experiment/arms.js'
import { classCounts, type SearchData } from '../../../src/experiment/cohort/film-set.js'
import { givenImages } from '../../../src/experiment/config/chosen-generator.js'
import { largestTried, upToMultiple } from '../../../src/experiment/config/multiples.js'
import { runProcedure } from '../../../src/experiment/run/procedure.js'
import { readGivenImages } from '../../../src/experiment/stages/given-images.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import type { GivenOptions } from '../../../src/generator/given/given.js'
import { chosenArm } from '../../../src/record/arm.js'
import { type TinyWork, type TinyWorkOptions, tinyWork } from '../tiny-work.js'

/** What the configuration says of the images that were made elsewhere. */
const imagesGiven = ({ context }: TinyWork) => givenImages(context.config) as GivenOptions

const names = (arms: readonly { name: string }[]) => arms.map(({ name }) => name)

/** The whole procedure on images made elsewhere. */
async function procedureOn(options: TinyWorkOptions = {}, change = (data: SearchData) => data) {
  const work = await tinyWork({ given: 40, set: ['search.kMax=2'], ...options })
  const { search: read, sealed } = await prepareData(work.context)
  const search = change(read)
  const given = await readGivenImages(work.context, imagesGiven(work), search, sealed)
  const outcome = await runProcedure(upToMultiple(work.context, given.kMax), work.backbone, { search, sealed })
  return { ...work, search, sealed, outcome }
}

/** As many training films of each class as the smallest has. */
function withEqualClasses(data: SearchData): SearchData {
  const { train, classes } = data
  const fewest = Math.min(...classCounts(train, classes))
  const places = classes.flatMap((_, c) =>
    train.films.flatMap(({ classIndex }, row) => (classIndex === c ? [row] : [])).slice(0, fewest),
  )
  const rows = places.toSorted((a, b) => a - b)
  const films = rows.map((row) => train.films[row])
  return { ...data, train: { ...train, films, pixels: takeRows(train.pixels, rows) } }
}

describe('the procedure', () => {
  let whole: Awaited<ReturnType<typeof procedureOn>>
  beforeAll(async () => {
    whole = await procedureOn()
  })

  it('delivers every arm at its K, and scores each on the test films it had never seen', async () => {
    const { outcome, search, sealed, trials } = whole
    expect(names(outcome.delivered.map(({ arm }) => arm))).toEqual(names([...earlyArms, ...generatorArms]))
    const [test] = sealed.open({ kOptimal: 1 })
    const [scores] = outcome.scores
    expect(Object.keys(scores.scores)).toEqual(names([...earlyArms, ...generatorArms]))
    expect(scores.films).toEqual(test.films.map(({ id }) => id))
    const seen = new Set([...search.train.films, ...search.selection.films].map(({ id }) => id))
    expect(scores.films.filter((film) => seen.has(film))).toEqual([])
    for (const { arm, k } of outcome.delivered) {
      if (arm.multiplyWith) expect(k, arm.name).toBe(outcome.searches[arm.name].kOptimal)
      else expect(k, arm.name).toBe(arm.balanceWith ? 1 : 0)
    }
    // Four arms with one form, four with two multiples, two repeats of each; none twice.
    expect(trials).toHaveLength(2 * (4 + 4 * 2))
    expect(new Set(trials).size).toBe(trials.length)
    expect(outcome.comparators).not.toContain(chosenArm)
    expect(outcome.comparators).not.toContain('GCB+OMGDA+CDA')
    expect([outcome.gans, outcome.pools]).toEqual([[], null])
  })

  it('counts arms of balanced classes that are one training once', async () => {
    const balanced = await procedureOn({}, withEqualClasses)
    const levels = ({ search: { train, classes } }: typeof balanced) => new Set(classCounts(train, classes)).size
    expect([levels(whole), levels(balanced)]).toEqual([2, 1])
    expect(whole.outcome.comparators).toEqual(expect.arrayContaining(['OD', 'OD=balanced', 'GCB']))
    expect(balanced.outcome.comparators).toContain('OD')
    expect(balanced.outcome.comparators).not.toContain('OD=balanced')
    expect(balanced.outcome.comparators).not.toContain('GCB')
  })

  it('fits each arm once more with the chosen arm’s steps where the head is trained by steps', async () => {
    const { outcome } = await procedureOn({
      set: ['search.kMax=2', 'search.repeats=1', 'head.kind=adam', 'head.epochs=1'],
    })
    const delivered = new Map(outcome.delivered.map((arm) => [arm.arm.name, arm]))
    expect([...delivered.keys()]).toEqual(names([...earlyArms, ...generatorArms, ...equalStepsArms]))
    const steps = delivered.get(chosenArm)?.steps as number
    for (const { name, equalStepsOf } of equalStepsArms) {
      expect(delivered.get(name)?.steps, name).toBe(steps)
      expect(delivered.get(name)?.k, name).toBe(delivered.get(equalStepsOf as string)?.k)
    }
  })

  it('ends the search where the images do, and says so', async () => {
    const work = await tinyWork({ given: 12, set: ['search.kMax=9'] })
    const { search, sealed } = await prepareData(work.context)
    const { kMax } = await readGivenImages(work.context, imagesGiven(work), search, sealed)
    expect(kMax).toBeLessThan(9)
    expect(kMax).toBeGreaterThan(0)
    expect(work.warnings()).toContainEqual(expect.stringContaining(`are enough up to K = ${kMax}`))
    expect(largestTried(upToMultiple(work.context, kMax).config.search)).toBe(kMax)
  })

  it('goes on where it was stopped, with no trial done twice', async () => {
    const stop = new AbortController()
    const work = await tinyWork({ given: 40, set: ['search.kMax=2'] })
    const { search, sealed } = await prepareData(work.context)
    await readGivenImages(work.context, imagesGiven(work), search, sealed)
    const emit: typeof work.context.emit = (event) => {
      if (event.type === 'trial' && work.trials.length === 7) stop.abort(new Error('stopped'))
    }
    const stopped = { ...work.context, emit, signal: stop.signal }
    await expect(runProcedure(stopped, work.backbone, { search, sealed })).rejects.toThrow()
    const done = work.trials.length
    expect(done).toBeLessThan(whole.trials.length)
    const outcome = await runProcedure(work.goOn(), work.backbone, { search, sealed })
    expect(outcome.scores).toEqual(whole.outcome.scores)
    expect(outcome.searches).toEqual(whole.outcome.searches)
    const files = readdirSync(work.context.directory.trials).filter((name) => name.endsWith('.json'))
    expect(files).toHaveLength(whole.trials.length)
  })
})
