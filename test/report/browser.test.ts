/** The report in a real browser: nothing wider than a phone, nothing said in the console, nothing asked of the network. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../src/record/result.js'
import { renderInspection } from '../../src/report/inspection-page.js'
import { renderPlan } from '../../src/report/plan-page.js'
import { renderReport } from '../../src/report/report.js'
import { sampleInspection, samplePlan } from '../support/sample-inspection.js'
import { sampleReportInput } from '../support/sample-result.js'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)
const missing = executable ? '' : ' (skipped: no Chromium; get it with: apt-get install chromium)'

/** Everything that can stand in the way of an answer, at once. */
function makeGrave(result: Result) {
  for (const one of result.quality) {
    Object.assign(one, {
      precision: 0,
      recall: 0,
      density: 0,
      coverage: 0,
      kid: { value: 1233, low: 1180, high: 1290 },
    })
  }
  const { evaluations } = result.arms.find(({ name }) => name === result.model.arm)!
  Object.assign(evaluations.internal.auc, { value: 0.97, low: 0.93, high: 0.99 })
  Object.assign(evaluations.bundang.auc, { value: 0.55, low: 0.44, high: 0.66 })
  result.verdict.casesNeeded = 1400
  result.dataset.split.test = { healthy: 6, sinusitis: 9 }
  for (const trial of result.search.trials) trial.mean = 1
  result.config.preset = 'quick'
}

describe.skipIf(!executable)(`the report in a browser${missing}`, () => {
  let browser: Browser
  let folder: string
  let address: string

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'kopt-report-'))
    writeFileSync(path.join(folder, 'usual.html'), renderReport(sampleReportInput()))
    const input = sampleReportInput()
    input.result.dataset.classes[0] = `${'very'.repeat(30)}long`
    writeFileSync(path.join(folder, 'report.html'), renderReport(input))
    const grave = sampleReportInput()
    makeGrave(grave.result)
    writeFileSync(path.join(folder, 'grave.html'), renderReport(grave))
    writeFileSync(path.join(folder, 'inspection.html'), renderInspection(sampleInspection()))
    writeFileSync(path.join(folder, 'plan.html'), renderPlan(samplePlan()))
    address = pathToFileURL(path.join(folder, 'report.html')).href
    const args = [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ]
    browser = await chromium.launch({ executablePath: executable, args })
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(['usual', 'inspection', 'plan'])('no words leave their figure, no table its page: %s', async (name) => {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } })
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href)
    const cut = await page.evaluate(`(() => {
      for (const one of document.querySelectorAll('details')) one.open = true
      const words = [...document.querySelectorAll('svg text')].filter((text) => {
        const [inner, outer] = [text, text.closest('svg')].map((element) => element.getBoundingClientRect())
        return inner.width > 0 && (inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5)
      })
      const tables = [...document.querySelectorAll('.table')].filter((one) => one.scrollWidth > one.clientWidth)
      return [...words, ...tables].map((element) => element.textContent.trim().slice(0, 80))
    })()`)
    expect(cut).toEqual([])
    await page.close()
  })

  test.each([
    ['a phone', 390, 'light'],
    ['a small phone', 320, 'dark'],
    ['a tablet', 768, 'light'],
    ['a screen', 1280, 'dark'],
  ] as const)('on %s nothing overflows, nothing is logged, nothing is asked for', async (_, width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
    const said: string[] = []
    const asked: string[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(address)
    const measured = await page.evaluate(`({
      overflow: document.documentElement.scrollWidth - innerWidth,
      figures: [...document.querySelectorAll('svg')].filter((svg) => svg.getBoundingClientRect().width > 0).length,
      broken: [...document.images].filter((image) => image.naturalWidth === 0).length,
      ids: [...document.querySelectorAll('[id]')].map((element) => element.id),
    })`)
    const { overflow, figures, broken, ids } = measured as {
      overflow: number
      figures: number
      broken: number
      ids: string[]
    }
    expect(overflow).toBeLessThanOrEqual(0)
    expect(figures).toBe(16)
    expect(broken).toBe(0)
    expect(new Set(ids).size).toBe(ids.length)
    expect(said).toEqual([])
    expect(asked.filter((url) => url !== address && !url.startsWith('data:'))).toEqual([])
    await page.close()
  })

  test.each([
    ['the page of an inspection', 'inspection.html', 2],
    ['the page of a plan', 'plan.html', 1],
  ] as const)('%s fits phones and screens and asks for nothing', async (_, file, figures) => {
    for (const width of [320, 1280]) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: 'dark' })
      const said: string[] = []
      const asked: string[] = []
      page.on('console', (message) => said.push(message.text()))
      page.on('request', (request) => asked.push(request.url()))
      const place = pathToFileURL(path.join(folder, file)).href
      await page.goto(place)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `${width}`).toBeLessThanOrEqual(
        0,
      )
      expect(await page.locator('svg:visible').count()).toBe(figures)
      expect(said).toEqual([])
      expect(asked.filter((url) => url !== place && !url.startsWith('data:'))).toEqual([])
      await page.close()
    }
  })

  test('on paper it is white, and the table of every K is open', async () => {
    const page = await browser.newPage({ colorScheme: 'dark' })
    await page.goto(address)
    await page.emulateMedia({ media: 'print' })
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(paper).toBe('rgb(255, 255, 255)')
    for (const table of await page.locator('details table').all()) expect(await table.isVisible()).toBe(true)
    await page.close()
  })

  test.each(['usual', 'grave'])('printed, two pages are the summary, then comes the record: %s', async (name) => {
    const page = await browser.newPage()
    const pagesWithout = async (selector: string) => {
      await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href)
      if (selector !== '') {
        const remove = `document.querySelectorAll(${JSON.stringify(selector)}).forEach((one) => one.remove())`
        await page.evaluate(remove)
      }
      const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1')
      return pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0
    }
    const summary = await pagesWithout('main > section')
    const record = await pagesWithout('header, .summary')
    expect(summary).toBeLessThanOrEqual(2)
    expect(await pagesWithout('')).toBe(summary + record)
    expect(record).toBeLessThanOrEqual(32)
    await page.close()
  })

  test('on paper no box, tile, figure or row is parted, and a table of few rows is not either', async () => {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(path.join(folder, 'grave.html')).href)
    await page.emulateMedia({ media: 'print' })
    for (const selector of [
      '.concern',
      '.verdict',
      '.tile',
      '.box',
      'figure:not(.samples)',
      'tr',
      '.table:not(.long)',
    ]) {
      const found = await page.evaluate(
        `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => getComputedStyle(one).breakInside)`,
      )
      expect(new Set(found as string[]), selector).toEqual(new Set(['avoid']))
    }
    await page.close()
  })
})
