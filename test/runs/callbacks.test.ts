/** A program that uses the library and makes mistakes of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-callbacks-'))
const entrance = JSON.stringify(new URL('../../dist/programs/index.js', import.meta.url))

beforeAll(() => {
  demoFilms(path.join(work, 'films'), 24)
}, 60_000)
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Runs with a listener that fails at a kind of event; prints how the promise ended and what came afterwards. */
function runWith(fails: string, at: string) {
  const program = `
    import { run } from ${entrance}
    const set = ['preset=quick', 'image.size=[16, 16]', 'gan.steps=20', 'gan.width=0.05', 'gan.batchSize=16',
      'search.kMax=2', 'search.rivals=none', 'search.selected=false', 'search.windowSize=1', 'backbone.inputSize=[32, 32]']
    let failed = false
    let after = 0
    const onEvent = (event) => {
      if (failed) after++
      if (event.type !== ${JSON.stringify(at)} || failed) return
      failed = true
      ${fails}
    }
    const ended = await run({ dataset: 'films/hospital-a', set, out: ${JSON.stringify(at)} }, { onEvent })
      .then(() => 'resolved', (error) => error.message)
    await new Promise((resolve) => setTimeout(resolve, 500))
    console.log(JSON.stringify({ ended, after }))`
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: work,
    encoding: 'utf8',
  })
  return { status, stderr, ...JSON.parse(stdout || '{}') }
}

describe('an error of a listener', () => {
  it.each(['training-curve', 'trial', 'stage-finished', 'run-started', 'run-finished'])(
    'at %s ends the run with it, and the program goes on',
    (at) => {
      const thrown = runWith(`throw new Error('my own mistake')`, at)
      expect(thrown).toEqual({ status: 0, stderr: '', ended: 'my own mistake', after: 0 })
    },
    120_000,
  )

  it('of a promise is none that nobody hears, and the run can be resumed', () => {
    const promised = runWith(`return Promise.reject(new Error('my own mistake'))`, 'progress')
    expect(promised).toMatchObject({ status: 0, stderr: '', ended: 'my own mistake' })
    expect(kopt(['resume', path.join(work, 'trial')]).code).toBe(0)
  }, 120_000)
})
