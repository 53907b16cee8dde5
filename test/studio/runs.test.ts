/** Runs on the page, in a real browser: a list that follows the folder, a run as it grows, and what users of like tools complain of. */
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeLock } from '../../src/base/lock-file.js'
import { RunDirectory } from '../../src/record/run-directory.js'
import { renderReport } from '../../src/report/report.js'
import { isAccessible } from '../support/accessible.js'
import { sampleReportInput } from '../support/sample-result.js'
import { chromiumFile, launchBrowser, letIn, type OpenStudio, openStudio, withoutChromium } from '../support/studio.js'

describe.skipIf(!chromiumFile)(`runs in the studio${withoutChromium}`, () => {
  let browser: Browser
  let folder: string
  let studio: OpenStudio

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-runs-'))
    browser = await launchBrowser()
    studio = await openStudio(folder)
  })
  afterAll(async () => {
    await studio?.close()
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A run's folder as a run leaves it that has just begun. */
  function begin(name: string): RunDirectory {
    const run = new RunDirectory(path.join(folder, 'runs', name))
    for (const each of [run.root, run.private, run.gan, run.state]) mkdirSync(each, { recursive: true })
    writeFileSync(run.config, 'preset: quick\n')
    tell(run, { type: 'run-started', run: name, resumed: false })
    return run
  }

  function tell(run: RunDirectory, event: object): void {
    appendFileSync(run.events, `${JSON.stringify({ at: new Date().toISOString(), ...event })}\n`)
  }

  test('an empty folder says so and what to do; a run begun elsewhere shows up by itself, and grows under the eye', async () => {
    const context = await letIn(browser, studio)
    const page = await context.newPage()
    const said: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    await page.goto('/runs')
    await page.getByText('No run was begun in this folder yet').waitFor()
    await isAccessible(page)

    const run = begin('0001-sinus')
    const lock = takeLock(run.lock, { doing: 'kopt run', waitMs: 0 })
    await page.getByRole('link', { name: '0001-sinus' }).click()
    await page.getByText('How long the whole run takes is known once').waitFor()
    tell(run, { type: 'expected-time', seconds: { value: 600, low: 300, high: 900 } })
    await page.getByText(/left\./).waitFor()
    tell(run, { type: 'stage-started', stage: 'train-gan' })
    for (const step of [10, 20, 30]) tell(run, { type: 'training-curve', step, values: { denoising: 1 / step } })
    await page.getByRole('heading', { name: /^Training of the/ }).waitFor()
    for (const [k, score] of [
      [1, 0.8],
      [2, 0.9],
      [3, 0.85],
    ]) {
      tell(run, { type: 'trial', arm: 'GCB+OMGDA', k, repeat: 1, size: 100 * k, metric: 'auc', score })
    }
    await page.getByText('best so far K = 2').waitFor()
    await page.getByRole('heading', { name: 'Chosen multiple of synthetic films: scores so far' }).waitFor()
    for (const k of [1, 2])
      tell(run, { type: 'trial', arm: 'smote', k, repeat: 1, size: 100 * k, metric: 'auc', score: 0.7 + 0.01 * k })
    const rivals = page.locator('section', {
      has: page.getByRole('heading', { name: /^More films that need no generator/ }),
    })
    await rivals.getByRole('heading', { name: 'Features between neighbouring films (SMOTE)' }).waitFor()
    await isAccessible(page)

    // What was seen is seen again after a reload, and in a second tab.
    await page.reload()
    await page.getByText('best so far K = 2').first().waitFor()
    lock.release()
    const input = sampleReportInput()
    writeFileSync(run.report, renderReport(input))
    writeFileSync(run.result, JSON.stringify(input.result))
    await page.frameLocator('iframe').getByRole('heading', { name: 'Choosing K' }).waitFor()
    await page.getByText('0001-sinus has finished').waitFor()
    expect(said).toEqual([])
    expect(page.url()).not.toContain('sinus')
    expect(await page.title()).not.toContain('sinus')
    await context.close()
  })

  test('ten tabs see the same, though a browser keeps six connections', async () => {
    const run = begin('0002-tabs')
    const context = await letIn(browser, studio)
    const pages = await Promise.all(Array.from({ length: 10 }, () => context.newPage()))
    await Promise.all(pages.map((page) => page.goto('/runs')))
    await Promise.all(pages.map((page) => page.getByRole('link', { name: '0002-tabs' }).waitFor()))
    // The tab that holds the stream may be any; when it is closed another takes over.
    await pages[0].close()
    begin('0003-late')
    for (const page of pages.slice(1)) {
      await page.bringToFront()
      await page.getByRole('link', { name: '0003-late' }).waitFor()
    }
    expect(readFileSync(run.events, 'utf8')).toContain('0002-tabs')
    await context.close()
  })

  test('a server that is killed and started again under an open page is told, and the page goes on by itself', async () => {
    const context = await letIn(browser, studio)
    const page = await context.newPage()
    await page.goto('/runs')
    await page.getByRole('link', { name: '0002-tabs' }).waitFor()
    await studio.close()
    await page.getByText('The studio does not answer').waitFor()
    studio = await openStudio(folder)
    begin('0004-after')
    await page.getByRole('link', { name: '0004-after' }).waitFor()
    expect(await page.getByText('The studio does not answer').count()).toBe(0)
    await context.close()
  })

  test('a run of another version, a damaged one and one without a word are shown with what is wrong', async () => {
    const damaged = begin('0005-damaged')
    writeFileSync(damaged.result, '{')
    const context = await letIn(browser, studio)
    const page = await context.newPage()
    await page.goto('/runs')
    const row = page.getByRole('row', { name: /0005-damaged/ })
    await row.getByText("can't be read").waitFor()
    await row.getByRole('link').click()
    await page.getByText("0005-damaged can't be read").waitFor()
    const later = begin('0007-later')
    writeFileSync(later.result, JSON.stringify({ schemaVersion: 2, tool: { name: 'kopt', version: '9.1.0' } }))
    await page.goto('/runs')
    await page
      .getByRole('row', { name: /0007-later/ })
      .getByText(/was written by kopt 9\.1\.0 in form 2, and this is kopt .* use that version/)
      .waitFor()
    await page.getByRole('link', { name: '0007-later' }).click()
    await page.getByText(/0007-later can't be read: .* was written by kopt 9\.1\.0/).waitFor()
    await page.goto('/runs/0123456789abcdef')
    await page.getByText('there is no such run here').waitFor()
    await context.close()
  })

  test('a run whose folder is away for a moment stays as it was, and is gone only when it stays away', async () => {
    const run = begin('0008-away')
    tell(run, { type: 'stage-started', stage: 'train-gan' })
    tell(run, { type: 'stage-finished', stage: 'train-gan', seconds: 75, skipped: false })
    const context = await letIn(browser, studio)
    const [list, page] = [await context.newPage(), await context.newPage()]
    await list.goto('/runs')
    await list.getByRole('link', { name: '0008-away' }).click()
    await list.waitForURL(/\/runs\/[0-9a-f]{16}$/)
    await page.goto(new URL(list.url()).pathname)
    await page.getByText('done in').waitFor()
    await list.goto('/runs')
    const row = list.getByRole('row', { name: /0008-away/ })
    await row.waitFor()

    const elsewhere = path.join(folder, 'elsewhere')
    renameSync(run.root, elsewhere)
    await page.bringToFront()
    await page.getByRole('alert').filter({ hasText: "the folder of 0008-away can't be reached just now" }).waitFor()
    expect(await page.getByText('done in').count()).toBe(1)
    renameSync(elsewhere, run.root)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await list.bringToFront()
    await row.getByText('stopped', { exact: true }).waitFor()
    expect(await row.getByText("can't be reached just now").count()).toBe(0)

    rmSync(run.root, { recursive: true })
    await row.getByText("can't be reached just now").waitFor()
    await row.waitFor({ state: 'detached' })
    await context.close()
  })

  test('another page in the same browser can neither read, change, frame nor listen', async () => {
    const context = await letIn(browser, studio)
    const page = await context.newPage()
    const other = await openStudio(mkdtempSync(path.join(folder, 'other-')))
    await context.addCookies([
      { name: other.cookie.split('=')[0], value: other.cookie.split('=')[1], url: other.origin, sameSite: 'Strict' },
    ])
    await page.route('**/attack', (route) => route.fulfill({ contentType: 'text/html', body: '<p>attack</p>' }))
    for (const origin of ['http://attacker.example', other.origin]) {
      await page.goto(`${origin}/attack`)
      const got = await page.evaluate(async (target) => {
        const fetched = async (init: RequestInit) => {
          try {
            const response = await fetch(`${target}/api/runs`, { credentials: 'include', ...init })
            return response.type === 'opaque' ? 'opaque' : String(response.status)
          } catch {
            return 'refused'
          }
        }
        const streamed = new Promise<string>((resolve) => {
          const stream = new EventSource(`${target}/api/notices`, { withCredentials: true })
          stream.onopen = () => resolve('open')
          stream.onerror = () => resolve('refused')
        })
        return [
          await fetched({}),
          await fetched({ method: 'DELETE' }),
          await fetched({ method: 'POST', body: '{}' }),
          await streamed,
        ]
      }, studio.origin)
      expect(got, origin).toEqual(['refused', 'refused', 'refused', 'refused'])
    }
    await other.close()
    await context.close()
  })

  test('fits a phone, and a dark room', async () => {
    cpSync(path.join(folder, 'runs', '0001-sinus'), path.join(folder, 'runs', '0006-sinus'), { recursive: true })
    const context = await letIn(browser, studio, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
    const page = await context.newPage()
    await page.goto('/runs')
    await page.getByRole('link', { name: '0006-sinus' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    await isAccessible(page)
    await context.close()
  })
})
