/**
 * Runs whose search does not see the whole grid: it stops at the rule's stop where trials are dear (five GANs, the paper's
 * head, two head seeds), or where no synthetic image is left that is not a suspected copy.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { encodePng } from '../../src/image/codec.js'
import type { Result } from '../../src/record/result.js'
import { slidingWindow } from '../../src/search/sliding-window.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-dear-'))
const backbone = tinyBackboneFile()
const smallest = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=10',
  'gan.width=0.05',
  'gan.batchSize=16',
  'gan.checkpointEvery=10',
  'gan.gridEvery=10',
  'search.multiples=whole',
  'search.windowSize=1',
  'search.repeats=1',
]

function run(films: string, out: string, settings: readonly string[]) {
  const words = [...smallest, ...settings].flatMap((setting) => ['--set', setting])
  return kopt(['run', films, '--backbone', backbone, '--out', out, ...words])
}

const resultOf = (out: string): Result => JSON.parse(readFileSync(path.join(out, 'result.json'), 'utf8'))

describe('five GANs, two head seeds and search.null=false', () => {
  const out = path.join(work, 'five')
  let result: Result

  beforeAll(() => {
    demoFilms(path.join(work, 'films'), 24)
    const { code, stderr } = run(path.join(work, 'films', 'hospital-a'), out, [
      'gan.seeds=5',
      'search.heads=2',
      'search.kMax=5',
      'search.rivals=none',
      'search.selected=false',
      'search.null=false',
      'head.kind=adam',
      'head.epochs=3',
    ])
    expect(code, stderr).toBe(0)
    result = resultOf(out)
  }, 300_000)

  it('score no K past the stop and say nothing about chance', () => {
    const searches = [result.search, ...Object.values(result.searches)]
    const generated = searches.filter(({ arm }) => arm.includes('OMGDA'))
    expect(generated.length).toBe(2)
    for (const { trials, kOptimal, stoppedAt, converged } of searches) {
      const scores = new Map(trials.map(({ k, mean }) => [k, mean]))
      expect(slidingWindow(scores, { windowSize: 1, multiples: [1, 2, 3, 4, 5] })).toEqual({
        state: 'stopped',
        kOptimal,
        stoppedAt,
        converged,
      })
      expect(trials.map(({ k }) => k)).toEqual(Array.from({ length: stoppedAt }, (_, i) => i + 1))
    }
    expect(result.search.null).toMatchObject({ p: null, reason: 'not asked for' })
    for (const { scores } of result.search.trials) expect(scores.length).toBe(10)
  })

  it('tell the head from the GAN in the spread', () => {
    const { repeats, varianceShares } = result.search
    expect(new Set(repeats.map(({ gan, head }) => `${gan} ${head}`)).size).toBe(10)
    expect(varianceShares.map(({ factor, variance }) => [factor, variance !== null])).toEqual([
      ['gan', true],
      ['draw', false],
      ['head', true],
      ['residual', true],
    ])
  })

  it('let the verdict speak of the procedure, against arms of equal steps too', () => {
    const { verdict, arms } = result
    expect(verdict.scope).toBe('procedure')
    expect(verdict.basis.gans).toBe(5)
    expect(verdict.comparators.some(({ name }) => name.endsWith('=steps'))).toBe(true)
    const chosen = arms.find(({ name }) => name === 'GCB+OMGDA')
    for (const { name, steps } of arms) if (name.endsWith('=steps')) expect(steps).toBe(chosen?.steps)
    expect(readFileSync(path.join(out, 'report.html'), 'utf8')).toContain('5 GANs')
  })
})

/**
 * Films of two kinds, divided beforehand. `apart`: one patient's are the negative of the other's, so that whatever is made
 * is nearer to one of them than they are to each other. `alike`: all patients' are nearly the same, and nothing made is as near.
 */
async function twoKinds(name: string, counts: { apart: number; alike: number }): Promise<string> {
  const folder = path.join(work, name)
  const rng = new Rng(7).split(name)
  for (const set of ['train', 'val', 'test'])
    for (const kind of ['apart', 'alike'] as const) {
      mkdirSync(path.join(folder, set, kind), { recursive: true })
      for (let i = 0; i < counts[kind]; i++) {
        const sign = kind === 'apart' && i % 2 === 1 ? -1 : 1
        const data = Uint8Array.from({ length: 256 }, (_, at) => {
          const [y, x] = [Math.floor(at / 16) - 7.5, (at % 16) - 7.5]
          const shape = kind === 'apart' ? Math.exp(-(x * x + y * y) / 30) - 0.3 : Math.sin(x / 2) * Math.cos(y / 3)
          return Math.max(0, Math.min(255, 128 + sign * 120 * shape + 4 * rng.normal()))
        })
        const patient = kind === 'apart' ? i % 2 : i
        const png = await encodePng({ width: 16, height: 16, channels: 1, bitDepth: 8, data })
        writeFileSync(path.join(folder, set, kind, `${set}${kind}${patient}_${i}.png`), png)
      }
    }
  return folder
}

describe("a GAN's images without suspected copies", () => {
  const settings = [
    'search.kMax=3',
    'search.rivals=none',
    'search.selected=false',
    'synthetic.excludeCopies=true',
    'patientFrom=prefix',
    'positive=alike',
  ]

  it('end K where the first class runs out of them', async () => {
    const films = await twoKinds('more-apart', { apart: 10, alike: 7 })
    const out = path.join(work, 'early')
    const { code, stderr } = run(films, out, settings)
    expect(code, stderr).toBe(0)
    expect(stderr).toMatch(/are enough up to K = 1: the search ends there and not at 3/)
    const { synthetic, search, searches } = resultOf(out)
    expect(synthetic).toMatchObject({
      kMax: { asked: 3, used: 1 },
      excluded: { apart: { checked: 40, excluded: 40, suspicious: true }, alike: { excluded: 0, suspicious: false } },
    })
    for (const { trials } of [search, ...Object.values(searches)]) expect(trials.map(({ k }) => k)).toEqual([1])
    expect(readFileSync(path.join(out, 'report.html'), 'utf8')).toContain('K = 1')
  }, 240_000)

  it('are too few where a class can not even be balanced, and that is said before any search', async () => {
    const films = await twoKinds('more-alike', { apart: 6, alike: 9 })
    const out = path.join(work, 'none')
    const { code, stderr } = run(films, out, settings)
    expect(code).toBe(2)
    expect(stderr).toContain('too few for K = 1')
    expect(stderr).toContain('synthetic.excludeCopies=false')
    expect(existsSync(path.join(out, 'result.json'))).toBe(false)
  }, 240_000)
})
