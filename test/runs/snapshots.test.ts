/** Whole runs whose tuning films choose the snapshot that synthetic films are drawn from: in every fold, through a kill, and after damage. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { readNpy } from '../../src/base/npy.js'
import { repeatSeed } from '../../src/experiment/work/trials.js'
import { checkpointFile, checkpointName } from '../../src/generator/checkpoint.js'
import { openSampler } from '../../src/generator/sampler.js'
import { snapshotSteps } from '../../src/generator/snapshot-policy.js'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { Seals } from '../../src/record/seals.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const steps = 9
const kept = snapshotSteps('best', steps)
const settings = [
  'preset=quick',
  'generator.kind=acgan',
  `generator.steps=${steps}`,
  'generator.width=0.05',
  'generator.batchSize=8',
  'image.size=[16, 16]',
  'training.snapshot=best',
  'resampling.folds=3',
  'search.multiples=[1, 2]',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'compute.threads=1',
  'compute.processes=1',
]
const cwd = temporaryFolder()
const backbone = tinyBackboneFile()
const at = (...parts: string[]) => path.join(cwd, ...parts)
const words = (out: string) => [
  'run',
  'films/hospital-a',
  '--backbone',
  backbone,
  '--out',
  out,
  ...settings.flatMap((setting) => ['--set', setting]),
]

let said = ''
let result: Result
beforeAll(() => {
  demoFilms(path.join(cwd, 'films'), 20)
  const run = kopt(words('whole'), { cwd })
  expect(run.code, run.stderr).toBe(0)
  said = run.stderr
  result = resultSchema.parse(JSON.parse(readFileSync(at('whole', 'result.json'), 'utf8')))
}, 180_000)

/** Files that are not as the run left them that nobody disturbed. */
function differing(run: string): string[] {
  const [expected, found] = [promisedBy(at('whole')), promisedBy(at(run))]
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter(
    (file) => expected[file] !== found[file],
  )
}

const chosenStep = () => result.generator?.training?.snapshots?.[0].step as number
const read = (...parts: string[]) => readFileSync(at('whole', ...parts), 'utf8')

describe('a run that chooses a snapshot', () => {
  it('says which was taken, and what all scored, of the run and of every fold', () => {
    const ofRun = result.generator?.training?.snapshots
    expect(ofRun).toHaveLength(1)
    expect(result.folds).toHaveLength(3)
    for (const snapshots of [ofRun, ...result.folds.map((fold) => fold.snapshots)]) {
      const [{ gan, step, scores }] = snapshots ?? []
      expect(gan).toBe(1)
      expect(scores.map((one) => one.step)).toEqual(kept)
      expect(kept).toContain(step)
    }
    // Each fold by films of its own.
    expect(new Set(result.folds.map(({ snapshots }) => JSON.stringify(snapshots))).size).toBe(3)
    expect(result.seconds['choose-snapshot']).toBeGreaterThan(0)
    expect(
      said.match(/^images are drawn from the GAN as it was at step \d+: a head on \d+ of its images/gm),
    ).toHaveLength(1)
    expect(said).toContain('choosing a snapshot of the generator')
    expect(Object.keys(result.searches)).not.toContain('snapshot')
    expect(readdirSync(at('whole', 'trials')).filter((file) => file.startsWith('snapshot'))).toEqual([])
  })

  it('draws its pools from it', async () => {
    const pool = readNpy(at('whole', 'pool', 'synthetic-r1-c1.npy'), 'uint8')
    const drawn = async (step: number) => {
      const sampler = await openSampler(checkpointFile(at('whole', 'gan'), step), { threads: 1 })
      const seed = repeatSeed(result.seed, 'pool', 1)
      const images = await sampler.draw({ classIndex: 1, seed, start: 0, count: pool.shape[0] })
      await sampler.close()
      return images.data
    }
    expect(await drawn(chosenStep())).toEqual(pool.data)
    expect(await drawn(kept.find((step) => step !== chosenStep()) as number)).not.toEqual(pool.data)
  })

  it('tells of it in the report and in the methods', () => {
    const page = read('report.html')
    expect(page).toContain('Snapshots of the GAN')
    expect(page).toContain(`${chosenStep()} (taken)`)
    expect(page).toContain('choosing a snapshot and a K by the same rules')
    expect(page).toContain('The tuning films chose the snapshot')
    expect(page).toContain('Snapshots taken, fold by fold: step ')
    expect(read('methods.md')).toMatch(
      /Of it 8 snapshots at equal distances were kept.*that choose the snapshot of the generator anew/s,
    )
  })

  it('counts the choice in what is said of chance', () => {
    cpSync(at('whole'), at('uncounted'), { recursive: true })
    const directory = new RunDirectory(at('uncounted'))
    const marker = JSON.parse(readFileSync(directory.stage('choose-snapshot'), 'utf8'))
    for (const { scores } of marker.output) for (const one of scores) one.influence = one.influence.map(() => 0)
    new Seals(directory).writeJson(directory.stage('choose-snapshot'), marker)
    rmSync(directory.result)
    const { code, stderr } = kopt(['resume', 'uncounted'], { cwd })
    expect(code, stderr).toBe(0)
    const uncounted: Result = JSON.parse(readFileSync(directory.result, 'utf8'))
    expect(uncounted.search.trials).toEqual(result.search.trials)
    expect(uncounted.search.null.quantiles).not.toEqual(result.search.null.quantiles)
    expect(uncounted.searches['OD+CDA'].null).toEqual(result.searches['OD+CDA'].null)
  }, 60_000)

  it('comes to the same bytes after a kill in the middle of the choice', async () => {
    const run = spawn(process.execPath, [koptFile, ...words('killed')], { cwd, stdio: 'ignore' })
    const begun = () =>
      existsSync(at('killed', 'features')) &&
      readdirSync(at('killed', 'features')).some((file) => /^snapshot-.*\.npy$/.test(file))
    while (!begun() && run.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5))
    run.kill('SIGKILL')
    await new Promise((resolve) => run.once('close', resolve))
    expect(existsSync(at('killed', 'state', 'choose-snapshot.json'))).toBe(false)
    const { code, stderr } = kopt(['resume', 'killed'], { cwd })
    expect(code, stderr).toBe(0)
    expect(differing('killed')).toEqual([])
  }, 180_000)

  it('trains anew for a lost snapshot that was chosen, and for no other', () => {
    const other = kept.find((step) => step !== chosenStep() && step !== steps) as number
    cpSync(at('whole'), at('damaged'), { recursive: true })
    writeFileSync(at('damaged', 'gan', checkpointName(other)), 'torn')
    const spare = kopt(['resume', 'damaged'], { cwd })
    expect(spare.code, spare.stderr).toBe(0)
    expect(spare.stderr).toContain(`of no further use, for their GAN has been trained: gan/${checkpointName(other)}`)
    expect(readFileSync(at('damaged', 'gan', checkpointName(other)), 'utf8')).toBe('torn')

    rmSync(at('damaged'), { recursive: true })
    cpSync(at('whole'), at('damaged'), { recursive: true })
    rmSync(at('damaged', 'gan', checkpointName(chosenStep())))
    rmSync(at('damaged', 'pool', 'synthetic-r1-c1.npy'))
    const again = kopt(['resume', 'damaged'], { cwd })
    expect(again.code, again.stderr).toBe(0)
    expect(differing('damaged')).toEqual([])
  }, 120_000)
})
