/** Runs begun from the page: commands that outlive it, one at a time, stopped and gone on with, and refused where they must be. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askHolderToEnd, takeLock } from '../../src/base/lock-file.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { kopt, koptFile } from '../support/kopt.js'
import {
  chromiumFile,
  launchBrowser,
  type OpenStudio,
  openStudio,
  type RawRequest,
  raw,
  withoutChromium,
} from '../support/studio.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

/** A run of seconds. */
const tiny = {
  preset: 'quick',
  dataset: 'films/hospital-a',
  backbone: { name: tinyBackboneFile() },
  image: { size: [16, 16] },
  generator: { kind: 'acgan', steps: 20, width: 0.05, batchSize: 8 },
  search: { kMax: 1, windowSize: 1, repeats: 1, rivals: 'none', selected: false },
  compute: { threads: 1, processes: 1 },
}
/** One that ends when it is stopped. */
const endless = {
  ...tiny,
  dataset: 'films/hospital-b',
  generator: { ...tiny.generator, steps: 1_000_000 },
  training: { checkpointEvery: 5, gridEvery: 1_000_000 },
}

let folder: string
let studio: OpenStudio

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-queue-'))
  const { code, stderr } = kopt(['demo-data', path.join(folder, 'films'), '--patients', '24'])
  expect(code, stderr).toBe(0)
})
afterAll(async () => {
  await studio?.close()
  // Nothing that was begun goes on where a test has failed.
  const runs = path.join(folder, 'runs')
  for (const name of existsSync(runs) ? readdirSync(runs).filter((each) => /^\d{4}-/.test(each)) : [])
    askHolderToEnd(new RunDirectory(path.join(runs, name)).lock)
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!chromiumFile)(`the queue on the page${withoutChromium}`, () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const queue = () => page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
  const begin = (config: object) =>
    page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch('/api/queue', { method: 'POST', headers, body })).status
    }, JSON.stringify({ config }))
  const press = (name: string | RegExp, within = page.locator('body')) => within.getByRole('button', { name }).click()

  test('a run outlives the studio that began it; the next ones wait, in the order that was chosen', async () => {
    // A studio of its own process, which is killed.
    const first = spawn(process.execPath, [koptFile, 'studio', '--no-open', '--json'], { cwd: folder })
    const address = await new Promise<string>((resolve) =>
      first.stdout.on('data', (line) => resolve(JSON.parse(String(line)).address)),
    )
    page = await (await browser.newContext({ baseURL: new URL(address).origin })).newPage()
    await page.goto(address)
    await page.getByText('No run was begun in this folder yet').waitFor()
    for (const config of [endless, tiny, { ...tiny, dataset: 'films/nowhere' }]) expect(await begin(config)).toBe(201)
    await queue().filter({ hasText: '0001-hospital-b: is at work' }).waitFor()
    await press('Earlier: nowhere')
    await queue().nth(1).getByText('nowhere', { exact: true }).waitFor()
    first.kill('SIGKILL')
    await page.getByText('The studio does not answer').waitFor()

    studio = await openStudio(folder)
    await page.reload()
    await queue().filter({ hasText: '0001-hospital-b: is at work' }).waitFor()
    expect(await queue().count()).toBe(3)
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
      return violations.map(({ id, impact }) => `${impact}: ${id}`)
    })
    expect(violations.filter((each) => /^(serious|critical)/.test(each))).toEqual([])

    // What can be gone on with is stopped: the one without films says what the command said, and the last one's turn comes.
    const { gan } = new RunDirectory(path.join(folder, 'runs', '0001-hospital-b'))
    await expect.poll(() => existsSync(gan), { timeout: 30_000 }).toBe(true)
    await press('Stop: 0001-hospital-b')
    await press(/^Stop it/)
    await queue().filter({ hasText: 'nowhere: could not be begun' }).getByText('does not exist').waitFor()
    await queue().filter({ hasText: '0002-hospital-a: is at work' }).waitFor()
    expect(existsSync(path.join(folder, 'runs', '0003-nowhere'))).toBe(false)
    await page.getByRole('row', { name: /0002-hospital-a finished/ }).waitFor({ timeout: 60_000 })
    await queue().filter({ hasText: '0002-hospital-a' }).waitFor({ state: 'detached' })
    await press('Take out: nowhere')
    await press('Take nowhere out of the queue')
    await page.getByRole('region', { name: 'Queue' }).waitFor({ state: 'detached' })
    expect(existsSync(path.join(folder, 'studio', 'queue.json'))).toBe(true)
  })

  test('a run is gone on with, waits for one that was begun in a terminal, and its folder is removed', async () => {
    const stopped = new RunDirectory(path.join(folder, 'runs', '0001-hospital-b'))
    const other = new RunDirectory(path.join(folder, 'runs', '0009-elsewhere'))
    mkdirSync(other.root)
    writeFileSync(other.config, 'preset: quick\n')
    const lock = takeLock(other.lock, { doing: 'kopt run', waitMs: 0 })
    await page.getByRole('row', { name: /0009-elsewhere at work/ }).waitFor()
    await page
      .getByRole('row', { name: /0001-hospital-b/ })
      .getByRole('link')
      .click()
    await page.getByText('was stopped by whoever ran it').waitFor()
    await press('Go on')
    await page.getByText('waits for its turn').waitFor()
    await page.getByRole('link', { name: 'All runs' }).click()
    await page.getByText('The next one begins when 0009-elsewhere has ended').waitFor()
    lock.release()
    await queue().filter({ hasText: '0001-hospital-b: is at work' }).waitFor()
    await expect.poll(() => readFileSync(stopped.events, 'utf8'), { timeout: 30_000 }).toContain('"resumed":true')
    await page
      .getByRole('row', { name: /0001-hospital-b/ })
      .getByRole('link')
      .click()
    await press('Stop')
    await press(/^Stop it/)
    await page.getByText('was stopped by whoever ran it').waitFor()
    await press('Remove')
    await press('Leave it')
    expect(existsSync(stopped.root)).toBe(true)
    await press('Remove')
    await press(/^Remove the folder of 0001-hospital-b/)
    await page.getByRole('link', { name: '0002-hospital-a' }).waitFor()
    await page.getByRole('link', { name: '0001-hospital-b' }).waitFor({ state: 'detached' })
    expect(existsSync(stopped.root)).toBe(false)
  })
})

test('no request begins anything but a run of films, and none removes one that is at work', async () => {
  studio ??= await openStudio(folder)
  const headers = { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' }
  const send = (request: RawRequest) => raw(studio.port, { ...request, headers })
  const post = (body: unknown) => send({ method: 'POST', path: '/api/queue', body: JSON.stringify(body) })
  for (const body of [
    { config: { ...tiny, generator: { kind: 'command', command: 'touch /tmp/made' } } },
    { config: { ...tiny, generator: { command: ['touch', '/tmp/made'] } } },
    { config: tiny, words: ['--generator', 'touch made'] },
    { command: 'kopt list' },
    { config: { ...tiny, out: '../elsewhere' } },
    { config: { ...tiny, dataset: ['films'] } },
    { config: { ...tiny, dataset: '' } },
    { config: { __proto__: null, search: { kMax: 0 }, dataset: 'films' } },
    'kopt list',
  ]) {
    const { status, text } = await post(body)
    expect([status, JSON.parse(text).error.kind], JSON.stringify(body)).toEqual([400, 'user'])
  }
  for (const [method, at] of [
    ['DELETE', '/api/queue/..%2f..%2fruns'],
    ['DELETE', '/api/runs/..%2f..'],
    ['POST', '/api/runs/0000000000000000/stop'],
    ['POST', '/api/queue/0000000000000000/again'],
  ])
    expect((await send({ method, path: at, body: '{}' })).status, at).toBe(404)

  const run = new RunDirectory(path.join(folder, 'runs', '0020-busy'))
  mkdirSync(run.root, { recursive: true })
  writeFileSync(run.config, 'preset: quick\n')
  const lock = takeLock(run.lock, { doing: 'kopt run', waitMs: 0 })
  const idNow = async () =>
    (JSON.parse((await send({ path: '/api/runs' })).text) as { id: string; name: string }[]).find(
      ({ name }) => name === '0020-busy',
    )?.id
  await expect.poll(idNow).toBeDefined()
  const at = `/api/runs/${await idNow()}`
  const remove = (name: string) => send({ method: 'DELETE', path: at, body: JSON.stringify({ name }) })
  expect((await remove('0020-busy')).text).toContain('is at work; stop it first')
  expect((await send({ method: 'POST', path: `${at}/resume` })).text).toContain('is at work already')
  lock.release()
  expect((await remove('0020')).status).toBe(400)
  expect(existsSync(run.root)).toBe(true)
  expect((await send({ method: 'POST', path: `${at}/stop` })).text).toContain('nobody is at work')
  expect((await remove('0020-busy')).status).toBe(204)
  expect(existsSync(run.root)).toBe(false)
})
