/** A generator that is called, in a run with outer folds: what it is handed in each, and what is left of it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hashBytes } from '../../../src/base/hash.js'
import { rowCount, rows } from '../../../src/base/ndarray.js'
import type { FilmSet } from '../../../src/experiment/cohort/film-set.js'
import { runPipeline } from '../../../src/experiment/run/pipeline.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { encodePng } from '../../../src/image/codec.js'
import type { Result } from '../../../src/record/result.js'
import { methodsText } from '../../../src/report/methods-text.js'
import { generatorProgram } from '../../support/generator-program.js'
import { type TinyWork, tinyWork } from '../tiny-work.js'

const folder = mkdtempSync(path.join(tmpdir(), 'kopt-called-'))
const seenFile = path.join(folder, 'seen.jsonl')
/** Keeps what each call has seen beside the program, and draws noise. */
const program = generatorProgram(
  folder,
  `const hash = (file) => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')
   const seen = classes.map(({ films }) => fs.readdirSync(films).map((file) => hash(path.join(films, file))))
   fs.appendFileSync(${JSON.stringify(seenFile)}, JSON.stringify({ seed, seen }) + '\\n')
   console.log('patience')
   fill()`,
)
const calls = (): { seed: number; seen: string[][] }[] =>
  readFileSync(seenFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

async function handed({ films, pixels }: FilmSet, classes: readonly string[]): Promise<string[][]> {
  const hashes: string[][] = classes.map(() => [])
  for (let row = 0; row < rowCount(pixels); row++) {
    const { data } = rows(pixels, row, row + 1)
    const png = await encodePng({ data, width: 16, height: 16, channels: 1, bitDepth: 8 })
    hashes[films[row].classIndex].push(hashBytes(png))
  }
  return hashes
}

describe('a generator that is called', () => {
  let work: TinyWork
  let result: Result
  beforeAll(async () => {
    work = await tinyWork({
      patients: 18,
      set: [
        'search.kMax=2',
        'search.repeats=1',
        'search.rivals=none',
        'resampling.folds=3',
        'generator.kind=command',
        `generator.command=${JSON.stringify(program)}`,
      ],
    })
    result = await runPipeline({ ...work.context, programNamed: true })
  })

  it('is handed the training films of the run, and in each fold those of the fold', async () => {
    const { search, folds } = await prepareData(work.goOn())
    const sets = [search, ...folds.map((assemble) => assemble().search)]
    expect(calls().map(({ seen }) => seen)).toEqual(
      await Promise.all(sets.map(({ train, classes }) => handed(train, classes))),
    )
    expect(new Set(calls().map(({ seed }) => seed)).size).toBe(1)
    // No film that a fold tests was handed to its call.
    for (const [i, assemble] of folds.entries()) {
      const { sealed, search: data } = assemble()
      const [test] = sealed.open({ kOptimal: 1 })
      const tested = (await handed(test, data.classes)).flat()
      expect(tested.length).toBeGreaterThan(0)
      expect(
        calls()
          [i + 1].seen.flat()
          .filter((hash) => tested.includes(hash)),
      ).toEqual([])
    }
  })

  it('stands in the result and in the methods', () => {
    expect(result.gan).toBeNull()
    expect(result.generator).toMatchObject({ kind: 'command', noun: 'generator', training: null })
    expect(result.synthetic).toMatchObject({ source: 'called', calls: 1, kMax: { asked: 2, used: 2 } })
    expect(result.folds).toHaveLength(3)
    expect(result.seconds['call-generator']).toBeGreaterThan(0)
    expect(result.config).toMatchObject({ generator: { command: ['node', 'program.mjs'] } })
    expect(methodsText(result).find(({ topic }) => topic === 'generator')?.text).toMatch(
      /were made by \[the generator, how it learns, and what it was trained on before\], a program \(node program\.mjs\) that was handed the training films alone, without names of files or patients/,
    )
  })

  it('leaves its words in private alone, and nothing of its folders', () => {
    const { directory } = work.context
    for (const place of [directory, directory.fold(1), directory.fold(3)]) {
      expect(readFileSync(path.join(place.private, 'call-1.log'), 'utf8')).toBe('patience\n')
      expect(readdirSync(place.private).filter((name) => name.startsWith('call'))).toEqual(['call-1.log'])
    }
    const lines = work.events.filter(({ type }) => type === 'program-line')
    expect(lines.map(({ fold }) => fold?.number)).toEqual([undefined, 1, 2, 3])
    expect(existsSync(directory.fold(1).pool)).toBe(false)
  })

  it('is not called by a run that has ended, and not without being named where something is to be made again', async () => {
    const again = await runPipeline(work.goOn())
    expect(again).toEqual(result)
    expect(calls()).toHaveLength(4)
    const { seals, directory } = work.goOn()
    seals.distrust(directory.stage('call-generator'))
    await expect(runPipeline(work.goOn({ seals }))).rejects.toThrow(/goes on with a program that its folder names/)
    expect(calls()).toHaveLength(4)
  })
})

describe('a generator that is called in inner folds', () => {
  it('is handed the films of the other folds alone; classes, repeats and heads may be several', async () => {
    const before = calls().length
    const work = await tinyWork({
      patients: 18,
      classes: 3,
      set: [
        'search.selectOn=inner',
        'search.innerFolds=3',
        'search.kMax=2',
        'search.repeats=2',
        'search.rivals=[smote]',
        'head.kind=adam',
        'head.epochs=1',
        'generator.kind=command',
        `generator.command=${JSON.stringify(program)}`,
      ],
    })
    const result = await runPipeline({ ...work.context, programNamed: true })
    const { search, inner } = await prepareData(work.goOn())
    const folds = inner.map((assemble) => assemble())
    expect(folds).toHaveLength(3)
    expect(
      calls()
        .slice(before)
        .map(({ seen }) => seen),
    ).toEqual(await Promise.all([...folds, search].map(({ train, classes }) => handed(train, classes))))
    for (const { train, selection } of folds) {
      const scored = new Set(selection.films.map(({ id }) => id))
      expect(train.films.filter(({ id }) => scored.has(id))).toEqual([])
      expect(train.films.length + scored.size).toBe(search.train.films.length)
    }
    expect(result.synthetic).toMatchObject({ source: 'called', calls: 1 })
    expect(result.search).toMatchObject({ metric: 'macro-auc', selectOn: 'inner', innerFolds: 3 })
    // The controls of equal steps are scored in the folds as all others are.
    for (const { name, selectionScore } of result.arms) expect(selectionScore, name).toBeGreaterThan(0)
    expect(result.arms.some(({ name }) => name === 'OD=steps')).toBe(true)
    const units = work.trials.length
    expect(await runPipeline(work.goOn())).toEqual(result)
    expect([work.trials.length, calls().length]).toEqual([units, before + 4])
  })
})
