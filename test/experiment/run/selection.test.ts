import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashBytes } from '../../../src/base/hash.js'
import { ndarray, takeRows } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { givenImages } from '../../../src/experiment/config/chosen-generator.js'
import { upToMultiple } from '../../../src/experiment/config/multiples.js'
import { makeAnew } from '../../../src/experiment/run/make-anew.js'
import { runProcedure } from '../../../src/experiment/run/procedure.js'
import { type SelectionOutcome, searchSelection } from '../../../src/experiment/run/selection.js'
import { readGivenImages } from '../../../src/experiment/stages/given-images.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import type { UnitEffects } from '../../../src/experiment/work/executor.js'
import type { Rows, Unit } from '../../../src/experiment/work/unit.js'
import { headLogits, standardisation, standardised } from '../../../src/head/head.js'
import { probabilities, probability } from '../../../src/head/probability.js'
import { encodePng } from '../../../src/image/codec.js'
import { nearestRows } from '../../../src/metrics/nearest.js'
import { chosenArm } from '../../../src/record/arm.js'
import { multiplesFilled } from '../../../src/synthetic/allocation.js'
import { featureRange } from '../../../src/synthetic/selection.js'
import { noise } from '../../dataset/films-on-disk.js'
import { type TinyWorkOptions, tinyWork } from '../tiny-work.js'

const selectedName = 'GCB+OMGDA=selected'

/** The whole procedure on images made elsewhere: films of the phantoms, so that many pass. */
async function given(
  set: readonly string[],
  { ofNoise = false, ...options }: TinyWorkOptions & { ofNoise?: boolean } = {},
) {
  const work = await tinyWork({ given: 40, set: ['search.kMax=2', 'search.multiples=fine', ...set], ...options })
  const folder = String(work.context.config.generator.from)
  const images = ofNoise
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /png$/.test(name))
    : []
  for (const [i, name] of images.entries())
    writeFileSync(path.join(folder, name), await encodePng(noise(i, { width: 16, height: 16 })))
  const { search, sealed } = await prepareData(work.context)
  const asked = givenImages(work.context.config) as NonNullable<ReturnType<typeof givenImages>>
  const { kMax } = await readGivenImages(work.context, asked, search, sealed)
  const go = async (changes = {}) =>
    runProcedure(upToMultiple({ ...work.goOn(), ...changes }, kMax), work.backbone, { search, sealed })
  return { ...work, go, search, kMax }
}

type Given = Awaited<ReturnType<typeof given>>
const listed = (rows: Rows) =>
  typeof rows === 'string' || !('count' in rows) ? rows : Array.from({ length: rows.count }, (_, i) => rows.from + i)

type Outcome = Awaited<ReturnType<Given['go']>>

describe('the arm of selected films', () => {
  let [without, beside] = [] as unknown as [Given, Given]
  let [alone, all] = [] as unknown as [Outcome, Outcome]
  let selection: SelectionOutcome
  /** Names of the synthetic matrices, draw by draw and class by class. */
  let pools: string[][]
  const units: Unit[] = []
  beforeAll(async () => {
    without = await given(['search.selected=false'], { external: true })
    beside = await given(['search.selected=true'], { external: true })
    alone = await without.go()
    const { executor, directory } = beside.goOn()
    all = await beside.go({
      executor: {
        ...executor,
        run: (some: readonly Unit[], effects: UnitEffects) => {
          units.push(...some)
          return executor.run(some, effects)
        },
      },
    })
    pools = [1, 2].map((draw) =>
      [0, 1].map((c) => hashBytes(readFileSync(directory.featureMatrix(`synthetic-r${draw}-c${c}`)))),
    )
    selection = all.selection as SelectionOutcome
  })

  it('changes nothing of the other arms, and leaves nothing behind where it is not asked for', () => {
    const { selection: none, scores: scoresAlone, ...others } = alone
    const { selection: _, scores, ...same } = all
    expect(none).toBeNull()
    expect(same).toEqual(others)
    for (const [i, { scores: ofArms, ...set }] of scoresAlone.entries()) {
      expect(scores[i]).toMatchObject(set)
      for (const [arm, values] of Object.entries(ofArms)) expect(scores[i].scores[arm]).toEqual(values)
    }
    const { directory } = without.context
    for (const name of readdirSync(directory.trials))
      expect(readFileSync(path.join(beside.context.directory.trials, name), 'utf8')).toBe(
        readFileSync(path.join(directory.trials, name), 'utf8'),
      )
    expect(readdirSync(directory.trials).filter((name) => name.includes('selected'))).toEqual([])
    expect(existsSync(directory.stage('select-films'))).toBe(false)
  })

  it('counts what fell of each class as its features and the teacher’s probabilities say', () => {
    const { directory } = beside.context
    const { train, classes, positiveIndex } = beside.search
    const features = readNpy(directory.featureMatrix('train'), 'float32')
    const scaling = standardisation(features)
    const scaled = (matrix: typeof features) => ndarray('float32', matrix.shape, standardised(matrix, scaling))
    const teacher = all.delivered.find(({ arm }) => arm.name === 'OD=balanced')
    for (const c of classes.keys()) {
      const ofClass = train.films.flatMap(({ classIndex }, row) => (classIndex === c ? [row] : []))
      const films = scaled(takeRows(features, ofClass))
      const range = featureRange(
        films,
        ofClass.map((row) => train.films[row].patientId),
      ) as number
      const judged = [1, 2].flatMap((draw) => {
        const pool = readNpy(directory.featureMatrix(`synthetic-r${draw}-c${c}`), 'float32')
        const { distance } = nearestRows(scaled(pool), films)
        const logits = headLogits(teacher!.head, pool)
        return Array.from(distance, (one, i) => {
          const positive = probability(logits[i])
          return { isInRange: one <= range, probability: c === positiveIndex ? positive : 1 - positive }
        })
      })
      const inRange = judged.filter(({ isInRange }) => isInRange)
      expect(selection.classes[c]).toEqual({ drawn: judged.length, outOfRange: judged.length - inRange.length })
      for (const { threshold, left, refused } of selection.thresholds) {
        const passing = inRange.filter((one) => one.probability > threshold).length
        expect(left[c], `above ${threshold}`).toBe(passing)
        expect(refused[c]).toBe(inRange.length - passing)
      }
    }
    // Films of the same phantoms: some pass, and some do not.
    const last = selection.thresholds.at(-1)!
    for (const c of classes.keys()) expect(last.left[c]).toBeGreaterThan(0)
    expect(last.refused.some((films) => films > 0)).toBe(true)
  })

  it('is searched on the same multiples as far as every pool of passing films lasts, and takes the threshold that scores best', () => {
    const { search } = beside
    const originals = search.classes.map(
      (_, c) => search.train.films.filter(({ classIndex }) => classIndex === c).length,
    )
    const chosen = all.searches[chosenArm].trials.map(({ k }) => k)
    const arm = selection.arm!
    expect(arm.search.trials.map(({ k }) => k)).toEqual(
      chosen.filter((k) => k <= (selection.thresholds.find(({ threshold }) => threshold === arm.threshold)?.kMax ?? 0)),
    )
    for (const { left, kMax, found } of selection.thresholds) {
      // Two draws: the smaller pool has at most half of what is left.
      const halves = left.map((films) => Math.floor(films / 2))
      expect(kMax ?? 1).toBeLessThanOrEqual(multiplesFilled(originals, halves, chosen).at(-1) ?? 1)
      if (found)
        expect(found.score).toBeLessThanOrEqual(arm.search.trials.find(({ k }) => k === arm.search.kOptimal)!.mean)
    }
    expect(arm.delivered.arm.name).toBe(selectedName)
    expect(arm.search.arm).toBe(selectedName)
    expect(arm.delivered.k).toBe(arm.search.kOptimal)
    expect(all.comparators).not.toContain(selectedName)
    for (const set of all.scores) expect(set.scores[selectedName]).toHaveLength(set.films.length)
  })

  it('trains on the first films that pass, and on no other of the pool', () => {
    const judged: number[][][] = JSON.parse(readFileSync(beside.context.directory.stage('select-films'), 'utf8')).output
    const selected = units.filter(({ arm }) => arm.startsWith(selectedName))
    expect(selected.length).toBeGreaterThan(0)
    for (const { arm, k, repeat, training, selection: cases } of selected) {
      const place = [0, 0.5, 0.8].indexOf(Number(arm.slice(selectedName.length + 1)))
      const alike = units.find((unit) => unit.arm === chosenArm && unit.k === k && unit.repeat === repeat)!
      expect(cases).toEqual(alike.selection)
      expect(training).toHaveLength(alike.training.length)
      for (const [i, part] of training.entries()) {
        const { rows, ...same } = alike.training[i]
        expect(part).toMatchObject(same)
        const pool = pools.findIndex((matrices) => matrices.includes(part.matrix))
        if (pool < 0) expect(part.rows).toEqual(rows)
        else {
          const { count } = rows as { count: number }
          const c = pools[pool].indexOf(part.matrix)
          const first = judged[pool][c].flatMap((passed, row) => (passed > place ? [row] : [])).slice(0, count)
          expect(first).toHaveLength(count)
          expect(listed(part.rows)).toEqual(first)
        }
      }
    }
  })

  it('is gone on with: nothing is done again, and what is lost is made anew to the same bytes', async () => {
    const done = beside.trials.length
    expect(await beside.go()).toEqual(all)
    expect(beside.trials.length).toBe(done)
    const { directory } = beside.context
    const trial = readdirSync(directory.trials).find((name) => name.includes('selected'))!
    const lost = [path.join(directory.trials, trial), directory.featureMatrix('synthetic-r1-c0')]
    const before = lost.map((file) => readFileSync(file))
    for (const file of lost) rmSync(file)
    writeFileSync(directory.stage('select-films'), '{"seconds": 1, "output": [[[3]]]}')
    const { seals } = beside.goOn()
    makeAnew(directory, seals, seals.check(), beside.context.config)
    expect(await beside.go({ seals })).toEqual(all)
    expect(lost.map((file) => readFileSync(file))).toEqual(before)
    expect(beside.trials.length).toBe(done + 1)
  })
})

describe('selected films of three classes', () => {
  it('are judged by the probability of their own class, with the Adam head as well, as far as a window goes that scores no further', async () => {
    const set = ['search.selected=true', 'head.kind=adam', 'head.epochs=3', 'search.null=false', 'search.repeats=1']
    const work = await given(set, { classes: 3, patients: 21 })
    const { selection, scores, delivered } = await work.go()
    const { directory } = work.context
    const teacher = delivered.find(({ arm }) => arm.name === 'OD=balanced')!.head
    const judged: number[][][] = JSON.parse(readFileSync(directory.stage('select-films'), 'utf8')).output
    for (const [c, passed] of judged[0].entries()) {
      const logits = headLogits(teacher, readNpy(directory.featureMatrix(`synthetic-r1-c${c}`), 'float32'))
      const shares = probabilities(logits, 3)
      for (const [i, count] of passed.entries()) {
        if (count === 0) continue
        expect(count).toBe(1 + [0.5, 0.8].filter((threshold) => shares[3 * i + c] > threshold).length)
      }
    }
    const found = selection?.thresholds.find(({ threshold }) => threshold === 0)
    expect(found?.left.some((films) => films > 0)).toBe(true)
    expect(selection?.arm?.search.metric).toBe('macro-auc')
    expect(scores[0].scores[selectedName]).toHaveLength(3 * scores[0].films.length)
  })
})

describe('what stands against an arm of selected films', () => {
  it('is a backbone whose end is trained in every trial', async () => {
    const { context, search } = await given(['search.selected=true'])
    const config = { ...context.config, backbone: { ...context.config.backbone, unfreeze: 'block4' as const } }
    expect(await searchSelection({ ...context, config }, search, [], null)).toMatchObject({
      arm: null,
      reason: expect.stringContaining('trained in every trial'),
    })
  })

  it('is that no film passes: images of noise', async () => {
    const work = await given(['search.selected=true', 'search.repeats=1'], { ofNoise: true })
    const { selection } = await work.go()
    expect(selection?.arm).toBeNull()
    expect(selection?.reason).toContain('too few')
    for (const { left, kMax, found } of selection?.thresholds ?? [])
      expect({ left, kMax, found }).toEqual({ left: [0, 0], kMax: null, found: null })
    expect(work.events.filter(({ type }) => type === 'note')).toContainEqual({
      type: 'note',
      text: 'no arm of selected synthetic films: too few of the synthetic films pass the selection',
    })
  })
})
