/** A generator whose training diverges: what is said, and how it is taken as it was before. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const cwd = temporaryFolder()
const backbone = tinyBackboneFile()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const begin = (out: string, steps: number) =>
  kopt(
    [
      'run',
      'films/hospital-a',
      '--backbone',
      backbone,
      '--out',
      out,
      ...[
        'preset=quick',
        'generator.kind=edm',
        `generator.steps=${steps}`,
        'generator.learningRate=1',
        'generator.levels=2',
        'training.checkpointEvery=10',
        'image.size=[16, 16]',
        'search.multiples=[1, 2]',
        'search.rivals=none',
        'search.selected=false',
        'search.windowSize=1',
        'resampling.folds=0',
        'compute.threads=1',
        'compute.processes=1',
      ].flatMap((setting) => ['--set', setting]),
    ],
    { cwd },
  )
const resultOf = (run: string): Result => resultSchema.parse(JSON.parse(readFileSync(at(run, 'result.json'), 'utf8')))

const sentence =
  /diverged at step (\d+): .*going on as before ends here again; start afresh with a lower learningRate \(1 now\) or fewer steps \(200 now\), or let it end at its last sound checkpoint, of step (\d+): kopt resume RUN --steps \2/
let said = ''
let sound: string
beforeAll(() => {
  demoFilms(path.join(cwd, 'films'), 14)
  const run = begin('run', 200)
  expect(run.code).toBe(2)
  said = run.stderr
  sound = sentence.exec(said)?.[2] ?? ''
}, 120_000)

it('A training that diverges says where, what to change, and where it was sound; going on ends there again', () => {
  const [, step] = sentence.exec(said) ?? []
  expect(Number(sound)).toBeGreaterThanOrEqual(10)
  expect(Number(step) - Number(sound)).toBeLessThanOrEqual(10)
  const again = kopt(['resume', 'run'], { cwd })
  expect(again.code).toBe(2)
  expect(sentence.exec(again.stderr)?.slice(1)).toEqual([step, sound])
}, 60_000)

it('It is taken as it was at its last sound checkpoint: the same run as one that began with so many steps', () => {
  const shorter = kopt(['resume', 'run', '--steps', String(Number(sound) - 1)], { cwd })
  expect([shorter.code, shorter.stderr]).toEqual([
    2,
    expect.stringContaining(`its training has a checkpoint of step ${sound} behind it; start a new run`),
  ])
  const longer = kopt(['resume', 'run', '--steps', '300'], { cwd })
  expect([longer.code, longer.stderr]).toEqual([
    2,
    expect.stringContaining('run was begun with other values (generator.steps was 200, now 300)'),
  ])

  const taken = kopt(['resume', 'run', '--steps', sound], { cwd })
  expect(taken.code, taken.stderr).toBe(0)
  expect(taken.stderr).toContain(`the generator is trained for ${sound} steps, not for 200 as before`)
  const fresh = begin('fresh', Number(sound))
  expect(fresh.code, fresh.stderr).toBe(0)
  expect(resultOf('run').generator?.training?.steps).toBe(Number(sound))
  // What its training left shows the way that it went; what came of it is the same.
  const promised = (run: string) =>
    Object.fromEntries(Object.entries(promisedBy(at(run))).filter(([file]) => !/^(gan\/|events)/.test(file)))
  const [found, expected] = [promised('run'), promised('fresh')]
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  expect(Object.keys(expected).filter((file) => found[file] !== expected[file])).toEqual([])
  expect(Object.keys(expected)).toEqual(
    expect.arrayContaining(['config.yaml', 'pool/synthetic-r1-c0.npy', 'result.json']),
  )

  const late = kopt(['resume', 'run', '--steps', '10'], { cwd })
  expect(late.code).toBe(2)
  expect(late.stderr).toContain('a training that is longer has ended, and what it made is in use; start a new run')
}, 120_000)

it('kopt gan train lets it end there, too', () => {
  const train = (steps: string) =>
    kopt(
      ['gan', 'train', 'films/hospital-a', '--out', 'gan', '--kind', 'edm', '--steps', steps, '--size', '16x16'].concat(
        ['--checkpoint-every', '10', '--set', 'generator.learningRate=1'],
      ),
      { cwd },
    )
  const failed = train('200')
  expect(failed.code).toBe(2)
  const steps = sentence.exec(failed.stderr)?.[2] as string
  const ended = train(steps)
  expect(ended.code, ended.stderr).toBe(0)
  expect(ended.stdout).toContain(`checkpoint-${steps.padStart(6, '0')}.safetensors`)
}, 60_000)
