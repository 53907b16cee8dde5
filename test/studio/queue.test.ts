/** Runs begun from the page: commands that outlive it, one at a time, stopped and gone on with, and refused where they must be. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { askHolderToEnd, takeLock } from '../../src/base/lock-file.js'
import { fateOf, thisProcess } from '../../src/base/process-identity.js'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { resolveConfig } from '../../src/experiment/config/resolve.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import type { DatasetSummary } from '../../src/studio/wire/dataset.js'
import { demoFilms } from '../support/demo-films.js'
import { koptFile } from '../support/kopt.js'
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

/** Of a run of seconds. */
const tiny: Record<string, string> = {
  'backbone.name': tinyBackboneFile(),
  'image.size': '[16, 16]',
  'generator.kind': 'acgan',
  'generator.steps': '20',
  'generator.width': '0.05',
  'generator.batchSize': '8',
  'search.kMax': '1',
  'search.windowSize': '1',
  'search.rivals': 'none',
  'search.selected': 'false',
  'compute.threads': '1',
  'compute.processes': '1',
}
const request = (dataset: string, set: Record<string, string> = {}) => ({
  dataset,
  external: {},
  preset: 'quick',
  positive: null,
  patientFrom: null,
  set: { ...tiny, ...set },
})
/** One that ends when it is stopped. */
const endless = request('films/hospital-b', { 'generator.steps': '1000000', 'training.checkpointEvery': '5' })

let folder: string
let studio: OpenStudio

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-queue-'))
  demoFilms(path.join(folder, 'films'), 24)
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
  let typed: string

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
  })

  const queue = () => page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
  const begin = (asked: object) =>
    page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch('/api/queue', { method: 'POST', headers, body })).status
    }, JSON.stringify(asked))
  const isAccessible = async () => {
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
      return violations.map(({ id, impact }) => `${impact}: ${id}`)
    })
    expect(violations.filter((each) => /^(serious|critical)/.test(each))).toEqual([])
  }
  const press = (name: string | RegExp, within = page.locator('body')) => within.getByRole('button', { name }).click()

  test('a run is planned and begun from a form that loses nothing; it outlives the studio, and the next ones wait', async () => {
    // A studio of its own process, which is killed.
    const first = spawn(process.execPath, [koptFile, 'studio', '--no-open', '--json'], { cwd: folder })
    const address = await new Promise<string>((resolve) =>
      first.stdout.on('data', (line) => resolve(JSON.parse(String(line)).address)),
    )
    page = await (await browser.newContext({ baseURL: new URL(address).origin })).newPage()
    await page.goto(address)
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    await page.getByRole('button', { name: 'Show me on drawn films' }).waitFor()
    await isAccessible()

    await page.getByRole('link', { name: 'Films', exact: true }).click()
    await page.getByLabel(/take films where they lie/).fill('films/hospital-a')
    await press('Open these films')
    await press('Plan a run with these films')
    expect(await page.getByLabel('Films', { exact: true }).inputValue()).toBe('films/hospital-a')
    await page.getByRole('radio', { name: /^quick/ }).check()
    for (const section of await page.locator('form summary').all()) await section.click()
    for (const [place, text] of Object.entries({ ...tiny, 'search.kMax': '0', 'search.repeats': 'many' })) {
      const field = page.getByLabel(place, { exact: true })
      if ((await field.evaluate(({ tagName }) => tagName)) === 'SELECT') await field.selectOption(text)
      else await field.fill(text)
    }
    await press('Plan')
    // What the command line says, all at once, where it is.
    const said = resolveError({ search: { kMax: 0, repeats: 'many' } })
    for (const place of ['search.kMax', 'search.repeats']) {
      const wrong = page.locator('.field.wrong', { has: page.getByLabel(place, { exact: true }) }).locator('.problem')
      expect(said).toContain(await wrong.innerText())
    }
    await isAccessible()
    await page.reload()
    await page.locator('summary', { hasText: 'search' }).click()
    await page.getByLabel('search.kMax', { exact: true }).fill('1')
    await page.getByLabel('search.repeats', { exact: true }).fill('')
    await press('Plan')
    await page.getByText('Planning: about two minutes').waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'What the test films could show' }).waitFor({ timeout: 60_000 })
    await isAccessible()
    typed = await page.locator('.command code').innerText()

    expect(await begin(endless)).toBe(201)
    await press('Start')
    expect(await begin(request('films/nowhere'))).toBe(201)
    await queue().filter({ hasText: '0001-hospital-b: is at work' }).waitFor()
    await press('Earlier: nowhere')
    await queue().nth(1).getByText('nowhere', { exact: true }).waitFor()
    first.kill('SIGKILL')
    await page.getByText('The studio does not answer').waitFor()

    studio = await openStudio(folder)
    await page.reload()
    await queue().filter({ hasText: '0001-hospital-b: is at work' }).waitFor()
    expect(await queue().count()).toBe(3)
    await isAccessible()

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
  }, 180_000)

  test('the command that the page shows makes the same run, to the byte', () => {
    const words = `${typed.replace(/^kopt/, `"${process.execPath}" "${koptFile}"`)} --out runs/0100-typed`
    const { status, stderr } = spawnSync('sh', ['-c', words], { cwd: folder, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    const timeless = (name: string) => {
      const { result } = new RunDirectory(path.join(folder, 'runs', name))
      return readFileSync(result, 'utf8')
        .replace(/"(seconds|stepsPerSecond)": [\d.e-]+/g, '"$1": 0')
        .replace(/"seconds": \{[^}]*\}/g, '"seconds": {}')
    }
    expect(timeless('0100-typed')).toBe(timeless('0002-hospital-a'))
  })

  test('a run is gone on with, waits for one that was begun in a terminal, and its folder is removed', async () => {
    const stopped = new RunDirectory(path.join(folder, 'runs', '0001-hospital-b'))
    const other = new RunDirectory(path.join(folder, 'runs', '0009-elsewhere'))
    mkdirSync(other.root)
    writeFileSync(other.config, 'preset: quick\n')
    const lock = takeLock(other.lock, { doing: 'kopt run', waitMs: 0 })
    onTestFinished(() => lock.release())
    await page.getByRole('row', { name: /0009-elsewhere at work/ }).waitFor()

    // Beside another one: what it found, and what it was made with otherwise.
    for (const name of ['0001-hospital-b', '0002-hospital-a']) await page.getByLabel(`Compare ${name}`).check()
    await press('Side by side (2)')
    const cells = async (label: string | RegExp) =>
      (await page.getByRole('row', { name: label }).getByRole('cell').allInnerTexts()).sort()
    await page.getByRole('heading', { name: 'Settings that differ' }).waitFor()
    expect(await cells(/^generator\.steps/)).toEqual(['1000000', '20'])
    expect(await cells(/^dataset/)).toEqual(['hospital-a', 'hospital-b'])
    expect(await cells(/^Do synthetic films help/)).toContain('unclear')
    expect(await page.locator('mark', { hasText: 'acgan' }).count()).toBe(0)
    await isAccessible()
    await page.getByRole('link', { name: 'All runs' }).click()
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
  const post = (at: string, body: unknown) => send({ method: 'POST', path: at, body: JSON.stringify(body) })
  const good = request('films/hospital-a')
  for (const body of [
    request('films', { 'generator.kind': 'command', 'generator.command': 'touch /tmp/made' }),
    request('films', { 'generator.command': '[touch, /tmp/made]' }),
    { ...good, words: ['--generator', 'touch made'] },
    { ...good, dataset: ['films'] },
    { ...good, out: '../elsewhere' },
    { ...good, external: { '../x': 'films' } },
    { ...good, set: { '__proto__.kMax': '1', 'search.__proto__': '{}' } },
    { ...good, set: { out: '../elsewhere' } },
    request(''),
    request('films', { 'search.kMax': '0' }),
    { command: 'kopt list' },
    'kopt list',
  ]) {
    for (const address of ['/api/queue', '/api/plans']) {
      const { status, text } = await post(address, body)
      expect([status, JSON.parse(text).error.kind], JSON.stringify(body)).toEqual([400, 'user'])
    }
  }
  for (const [method, at] of [
    ['DELETE', '/api/queue/..%2f..%2fruns'],
    ['DELETE', '/api/runs/..%2f..'],
    ['POST', '/api/runs/0000000000000000/stop'],
    ['POST', '/api/queue/0000000000000000/again'],
    ['GET', '/api/plans/..%2f..%2fqueue'],
    ['GET', '/api/plans/..%2f..%2fqueue/page'],
  ])
    expect((await send({ method, path: at, body: '{}' })).status, at).toBe(404)

  const run = new RunDirectory(path.join(folder, 'runs', '0020-busy'))
  mkdirSync(run.root, { recursive: true })
  writeFileSync(run.config, 'preset: quick\n')
  const lock = takeLock(run.lock, { doing: 'kopt run', waitMs: 0 })
  onTestFinished(() => lock.release())
  const idNow = async () =>
    (JSON.parse((await send({ path: '/api/runs' })).text) as { id: string; name: string }[]).find(
      ({ name }) => name === '0020-busy',
    )?.id
  await expect.poll(idNow).toBeDefined()
  const at = `/api/runs/${await idNow()}`
  const remove = (name: string) => send({ method: 'DELETE', path: at, body: JSON.stringify({ name }) })
  expect((await remove('0020-busy')).text).toContain('is at work; stop it first')
  expect((await send({ method: 'POST', path: `${at}/resume` })).text).toContain('is at work already')

  // The demonstration where its films are drawn already: the same run as `npm start` makes, waiting for its turn.
  cpSync(path.join(folder, 'films'), path.join(folder, 'runs', 'demo-films'), { recursive: true })
  expect((await send({ method: 'POST', path: '/api/demonstration' })).status).toBe(204)
  const [waiting] = JSON.parse((await send({ path: '/api/queue' })).text).entries
  expect([waiting.name, waiting.state]).toEqual(['hospital-a', 'waiting'])
  const shown = JSON.parse((await send({ path: '/api/datasets' })).text)
  expect(shown.slice(0, 2).map(({ name, kind }: DatasetSummary) => [name, kind])).toEqual([
    ['hospital-a', 'demonstration'],
    ['hospital-b', 'demonstration'],
  ])
  const asked = JSON.parse((await send({ path: `/api/queue/${waiting.id}/request` })).text)
  expect(asked).toMatchObject({
    dataset: 'runs/demo-films/hospital-a',
    external: { 'hospital-b': 'runs/demo-films/hospital-b' },
    preset: 'quick',
  })
  const npmStart = readFileSync(path.resolve(import.meta.dirname, '../../scripts/start.mjs'), 'utf8')
  for (const [place, text] of Object.entries<string>(asked.set))
    expect(npmStart).toContain(`'${place}=${text.replaceAll(' ', '')}'`)
  expect((await send({ method: 'DELETE', path: `/api/queue/${waiting.id}` })).status).toBe(204)

  lock.release()
  expect((await remove('0020')).status).toBe(400)
  expect(existsSync(run.root)).toBe(true)
  expect((await send({ method: 'POST', path: `${at}/stop` })).text).toContain('nobody is at work')
  expect((await remove('0020-busy')).status).toBe(204)
  expect(existsSync(run.root)).toBe(false)
})

test('a demonstration whose studio was killed is gone on with by the next one, wherever that was', async () => {
  const place = mkdtempSync(path.join(tmpdir(), 'kopt-studio-demonstration-'))
  const asked = path.join(place, 'studio', 'demonstration-asked.json')
  // Another run is at work, so that none is begun.
  const busy = new RunDirectory(path.join(place, 'runs', '0001-busy'))
  mkdirSync(busy.state, { recursive: true })
  writeFileSync(busy.config, 'preset: quick\n')
  const lock = takeLock(busy.lock, { doing: 'kopt run', waitMs: 0 })
  const killed = () => {
    mkdirSync(path.dirname(asked), { recursive: true })
    writeFileSync(asked, JSON.stringify({ process: { ...thisProcess(), pid: 4194303 } }))
  }
  const seen = async () => {
    const opened = await openStudio(place)
    const get = async (at: string) =>
      JSON.parse((await raw(opened.port, { path: at, headers: { cookie: opened.cookie, origin: opened.origin } })).text)
    const answers = {
      demonstration: await get('/api/demonstration'),
      queue: await get('/api/queue'),
      datasets: await get('/api/datasets'),
    }
    await opened.close()
    return answers
  }
  try {
    // Before the films were there: they are drawn anew, and once more where this studio ends, too.
    killed()
    expect(await seen()).toMatchObject({
      demonstration: { drawing: true, problem: null },
      queue: { entries: [] },
      datasets: [],
    })
    expect(existsSync(asked)).toBe(true)
    // After the last film: what is left is to be done.
    const films = path.join(place, 'runs', 'demo-films')
    const { process } = JSON.parse(readFileSync(asked, 'utf8'))
    await expect.poll(() => fateOf(process), { timeout: 20_000 }).toBe('gone')
    rmSync(films, { recursive: true, force: true })
    await writeDemoData(films, { seed: 1, patients: 4 })
    killed()
    const { demonstration, queue, datasets } = await seen()
    expect([demonstration.drawing, queue.entries.length, datasets.length]).toEqual([false, 1, 2])
    expect(existsSync(asked)).toBe(false)
    expect((await seen()).queue.entries).toHaveLength(1)
  } finally {
    lock.release()
    rmSync(place, { recursive: true, force: true })
  }
})

/** The sentence on a configuration that is refused. */
function resolveError(config: object): string {
  try {
    resolveConfig({ dataset: 'films', ...config })
  } catch (error) {
    return (error as Error).message
  }
  return ''
}
