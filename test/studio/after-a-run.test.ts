/** What is done with a finished run on the page, in a real browser, and the same on the command line: the same files, the same figures. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { idOf } from '../../src/studio/server/workplace.js'
import { kopt } from '../support/kopt.js'
import {
  chromiumFile,
  launchBrowser,
  letIn,
  type OpenStudio,
  openStudio,
  raw,
  withoutChromium,
} from '../support/studio.js'
import { type FinishedRun, tinyFinishedRun } from '../support/tiny-finished-run.js'

describe.skipIf(!chromiumFile)(`a finished run in the studio${withoutChromium}`, () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let finished: FinishedRun
  let studio: OpenStudio
  let id: string

  beforeAll(async () => {
    finished = await tinyFinishedRun(['search.kMax=3'])
    browser = await launchBrowser()
    studio = await openStudio(finished.folder, { runFolders: [finished.folder] })
    id = idOf(finished.run)
    context = await letIn(browser, studio, { acceptDownloads: true })
    page = await context.newPage()
  }, 120_000)
  afterAll(async () => {
    await studio?.close()
    await browser?.close()
    if (finished) rmSync(finished.folder, { recursive: true, force: true })
  })

  const asked = async (address: string) => {
    const answer = await raw(studio.port, { path: address, headers: { cookie: studio.cookie } })
    return { ...answer, data: () => JSON.parse(answer.text) }
  }

  test('is read blind by keyboard, goes on where it was left, and gives the figures of kopt evaluate', async () => {
    await page.goto(`/spot/${id}`)
    await page.getByLabel('Who reads').fill('Dr A')
    await page.getByLabel('Films').fill('8')
    await page.getByRole('button', { name: 'Begin to read' }).click()
    await page.getByText('Film 1 of 8').waitFor()
    // Nothing that a reader's browser gets says which films are synthetic.
    const going = (await asked(`/api/runs/${id}/readings`)).data().going[0]
    expect(Object.keys(going).sort()).toEqual(['examples', 'films', 'id', 'judged', 'reader', 'round', 'run'])
    expect(going.examples).toEqual([])
    for (const [i, key] of ['5', '1', '2'].entries()) {
      await page.getByAltText(`Film ${i + 1}, real or synthetic`).waitFor()
      await page.keyboard.press(key)
      await page.getByText(`Film ${i + 2} of 8`).waitFor()
    }
    await page.goto(`/spot/${id}`)
    await page.getByRole('link', { name: 'Dr A: film 4 of 8' }).click()
    for (const [i, key] of ['4', '3', '1', '5', '2'].entries()) {
      await page.getByText(`Film ${i + 4} of 8`).waitFor()
      await page.getByRole('button', { name: key }).first().click()
    }
    await page.getByRole('heading', { name: 'What could be told' }).waitFor()
    const { done, command } = (await asked(`/api/runs/${id}/readings`)).data()
    const [, , file] = /^(kopt evaluate) (.+)$/.exec(command) ?? []
    const { auc } = JSON.parse(kopt(['evaluate', file, '--json'], { cwd: finished.folder }).stdout)
    expect([done[0].auc.value, done[0].auc.low, done[0].auc.high]).toEqual([auc.value, auc.low, auc.high])
    await page.getByLabel('Who reads').fill('Dr A')
    await page.getByRole('button', { name: 'Begin to read' }).click()
    await page.getByText('Dr A has read these films already').waitFor()
  })

  test('shows each synthetic film beside the training film that it is closest to', async () => {
    await page.goto(`/synthetic/${id}`)
    await page.getByRole('button', { name: 'Synthetic film 2', exact: true }).click()
    await page.getByText(/The closest training film, film-\d+/).waitFor()
    await page.getByLabel('Class').selectOption({ index: 1 })
    await page.getByAltText('Synthetic film 1', { exact: true }).waitFor()
    // An address that names a place in the place of a run's id finds nothing, whatever lies there.
    for (const place of ['..%2F..', '%2E%2E%2Fregions', 'nothing']) {
      for (const of of ['readings', 'readings/0123456789abcdef', 'synthetic', 'hand-on/report.html'])
        expect((await asked(`/api/runs/${place}/${of}`)).status, `${place} ${of}`).toBe(404)
    }
    const beyond = await asked(`/api/runs/${id}/synthetic/0/99999/image`)
    expect([beyond.status, beyond.data().error.message]).toEqual([404, 'this run has no such synthetic film'])
  })

  test('judges films that are dropped, names those that it can not judge, and keeps none', async () => {
    await page.goto(`/predict/${id}`)
    const damaged = path.join(finished.folder, 'damaged.png')
    writeFileSync(damaged, readFileSync(finished.film).subarray(0, 200))
    await page.getByLabel('Choose films').setInputFiles([finished.film, damaged])
    const name = path.basename(finished.film)
    const row = page.getByRole('row', { name: new RegExp(name) })
    await row.getByText(/ of this run/).waitFor()
    await page
      .getByRole('listitem')
      .filter({ hasText: /^damaged\.png / })
      .waitFor()
    expect(readdirSync(path.join(finished.folder, 'studio', 'dropped'))).toEqual([])

    await page.getByLabel(/the path of a film or a folder/).fill(finished.film)
    await page.getByRole('button', { name: 'Judge' }).click()
    await page.getByText('1 film judged').waitFor()
    const loading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'As a table (CSV)' }).click()
    const onPage = readFileSync(await (await loading).path(), 'utf8')
    const typed = kopt(['predict', finished.run, finished.film, '--csv'])
    expect(onPage).toBe(typed.stdout)

    await page.getByLabel(/the path of a film or a folder/).fill(path.join(finished.folder, 'nowhere'))
    await page.getByRole('button', { name: 'Judge' }).click()
    await page.getByRole('alert').getByText('nowhere').waitFor()
    expect(page.url()).not.toContain(name)
  })

  test('is handed on by one click each, and what is written is what the command writes', async () => {
    await page.goto(`/hand-on/${id}`)
    for (const [name, file] of [
      ['The report', 'report.html'],
      ['The methods, in words', 'methods.md'],
      ['Every figure', 'result.json'],
    ]) {
      const loading = page.waitForEvent('download')
      await page.getByRole('link', { name, exact: true }).click()
      const saved = await (await loading).path()
      expect(readFileSync(saved, 'utf8'), file).toBe(readFileSync(path.join(finished.run, file), 'utf8'))
    }
    const loading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'The report to share' }).click()
    const shared = readFileSync(await (await loading).path(), 'utf8')
    expect(kopt(['report', finished.run, '--share']).code).toBe(0)
    expect(shared).toBe(readFileSync(path.join(finished.run, 'report-share.html'), 'utf8'))

    await page.getByRole('button', { name: 'Write the model folder' }).click()
    await page.getByText(/files lie in/).waitFor()
    const onPage = path.join(finished.folder, 'models', path.basename(finished.run))
    const typed = path.join(finished.folder, 'typed')
    expect(kopt(['export', finished.run, '--out', typed]).code).toBe(0)
    expect(readdirSync(onPage).sort()).toEqual(readdirSync(typed).sort())
    for (const name of readdirSync(typed).filter((name) => !['heads'].includes(name)))
      expect(readFileSync(path.join(onPage, name)).equals(readFileSync(path.join(typed, name))), name).toBe(true)
  })
})
