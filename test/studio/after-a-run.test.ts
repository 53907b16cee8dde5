/** What is done with a finished run on the page, in a real browser, and the same on the command line: the same files, the same figures. */
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows, takeRows } from '../../src/base/ndarray.js'
import { readNpy } from '../../src/base/npy.js'
import { decodeImage, encodeJpeg, encodePng } from '../../src/image/codec.js'
import { idOf } from '../../src/studio/server/workplace.js'
import { isAccessible } from '../support/accessible.js'
import { greyFilm } from '../support/dicom-grey.js'
import { kopt } from '../support/kopt.js'
import { png } from '../support/png.js'
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
      await page.getByText('Loading the film').waitFor({ state: 'hidden' })
      await page.keyboard.press(key)
      await page.getByText(`Film ${i + 2} of 8`).waitFor()
    }
    await page.goto(`/spot/${id}`)
    await page.getByRole('link', { name: 'Dr A: film 4 of 8' }).click()
    for (const [i, key] of ['4', '3', '1', '5', '2'].entries()) {
      await page.getByText(`Film ${i + 4} of 8`).waitFor()
      await page.getByText('Loading the film').waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: key }).first().click()
    }
    await page.getByRole('heading', { name: 'What could be told' }).waitFor()
    const figures = (await asked(`/api/runs/${id}/readings`)).data().result.readings[0]
    const readings = path.join(finished.folder, 'studio', 'readings', id)
    const [table] = readdirSync(readings).filter((name) => name.endsWith('.csv'))
    const { auc } = JSON.parse(kopt(['evaluate', path.join(readings, table), '--json']).stdout)
    expect([figures.auc.value, figures.auc.low, figures.auc.high]).toEqual([auc.value, auc.low, auc.high])
    await page.getByLabel('Who reads').fill('Dr A')
    await page.getByRole('button', { name: 'Begin to read' }).click()
    await page.getByText('Dr A has read these films already').waitFor()
  })

  test('is read by several, before and after a clue: what the page says of them together, the command says, too', async () => {
    const put = async (address: string, method: string, body: object) =>
      raw(studio.port, {
        method,
        path: address,
        headers: { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const of = `/api/runs/${id}/readings`
    for (const [reader, round, seed] of [
      ['Dr B', 1, 1],
      ['Dr A', 2, 2],
      ['Dr B', 2, 3],
    ] as const) {
      const begun = JSON.parse((await put(of, 'POST', { reader, films: 8, round })).text)
      for (let film = 0; film < 8; film++) {
        const answer = { confidence: 1 + ((film * 7 + seed * 3) % 5), milliseconds: 1500 }
        expect((await put(`${of}/${begun.id}/films/${film}`, 'PUT', answer)).status).toBe(200)
      }
    }
    await page.goto(`/spot/${id}`)
    await page.getByRole('heading', { name: 'Readers together' }).waitFor()
    await page.getByRole('rowheader', { name: 'All 2', exact: true }).first().waitFor()
    await page.getByRole('rowheader', { name: 'Dr A and Dr B, second round' }).waitFor()
    await isAccessible(page)
    const [, folder] = /^kopt evaluate (\S+)$/.exec((await asked(of)).data().command) ?? []
    for (const [link, flag] of [
      ['As JSON', '--json'],
      ['As a table (CSV)', '--csv'],
    ]) {
      const loading = page.waitForEvent('download')
      await page.getByRole('link', { name: link }).click()
      const onPage = readFileSync(await (await loading).path(), 'utf8')
      expect(onPage).toBe(kopt(['evaluate', folder, flag], { cwd: finished.folder }).stdout)
      expect(onPage.length).toBeGreaterThan(200)
    }
    const words = kopt(['evaluate', folder], { cwd: finished.folder })
    expect(words.stdout).toMatch(/all 2 readers, after the clue less before \(8 films\)/)
    writeFileSync(path.join(finished.folder, folder, '0123456789abcdef.json'), '{"run": 1')
    const refused = kopt(['evaluate', folder], { cwd: finished.folder })
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('is no reading of the studio')])
    rmSync(path.join(finished.folder, folder, '0123456789abcdef.json'))
  })

  test('is answered by no key before its film is seen, and says that it is loading', async () => {
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    const waiting = await context.newPage()
    await waiting.route(/\/films\/\d+$/, async (route) => {
      if (route.request().method() === 'GET') await held
      await route.continue()
    })
    await waiting.goto(`/spot/${id}`)
    await waiting.getByLabel('Who reads').fill('Dr Hasty')
    await waiting.getByLabel('Films', { exact: true }).fill('8')
    await waiting.getByRole('button', { name: 'Begin to read' }).click()
    await waiting.getByText('Loading the film …').waitFor()
    await waiting.keyboard.press('5')
    await waiting.getByText('nothing was answered').waitFor()
    await waiting.getByText('Film 1 of 8').waitFor()
    answer()
    await waiting.getByText('nothing was answered').waitFor({ state: 'hidden' })
    await waiting.keyboard.press('5')
    await waiting.getByText('Film 2 of 8').waitFor()
    await waiting.close()
  })

  test('shows each synthetic film beside the training film that it is closest to', async () => {
    await page.goto(`/synthetic/${id}`)
    await page.getByRole('button', { name: 'Synthetic film 2', exact: true }).click()
    await page.getByText(/The closest training film, film-\d+/).waitFor()
    await page.getByLabel('Class').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Synthetic film 1', exact: true }).waitFor()
    await page.getByText('Choose a film to see it').waitFor()
    // An address that names a place in the place of a run's id finds nothing, whatever lies there.
    for (const place of ['..%2F..', '%2E%2E%2Fregions', 'nothing']) {
      for (const of of ['readings', 'readings/0123456789abcdef', 'synthetic', 'hand-on/report.html'])
        expect((await asked(`/api/runs/${place}/${of}`)).status, `${place} ${of}`).toBe(404)
    }
    for (const beyond of ['1/0/99999/image', '2/0/1', '0/0/1', '1/9/decisions']) {
      const answer = await asked(`/api/runs/${id}/synthetic/${beyond}`)
      expect([answer.status, answer.data().error.message], beyond).toEqual([404, 'this run has no such synthetic film'])
    }
  })

  test('has its synthetic films accepted and rejected by keyboard, at once on every tab and past a killed studio; the next run leaves them out', async () => {
    await page.goto(`/synthetic/${id}`)
    const film = (number: number, decision = '') =>
      page.getByRole('button', { name: `Synthetic film ${number}${decision}`, exact: true })
    await page.getByText('If you have seen its test scores').waitFor()
    await page.keyboard.press('r')
    await page.getByText('Choose a film first.').waitFor()
    // Nothing is decided of a film that is not seen yet.
    await page.waitForFunction(
      "[...document.querySelectorAll('ul.films img')].filter((one) => one.complete && one.naturalWidth > 0).length >= 8",
    )
    await film(1).click()
    await page.keyboard.press('a')
    await film(1, ', accepted').waitFor()
    await page.getByText('Film 1 accepted.').waitFor()
    // The next one is chosen by itself.
    await page.keyboard.press('r')
    await film(2, ', rejected').waitFor()
    await page.keyboard.press('r')
    await film(3, ', rejected').waitFor()
    await page.keyboard.press('u')
    await film(3).waitFor()
    const other = await context.newPage()
    await other.goto(`/synthetic/${id}`)
    await other.getByRole('button', { name: 'Synthetic film 2, rejected' }).waitFor()
    // The studio is gone: several are rejected, the tab is closed, and the studio comes back.
    await studio.close()
    // Where it is told, the films move down by a line.
    await page.getByText('The studio does not answer').first().waitFor()
    await film(4).click()
    await page.getByRole('region', { name: 'Synthetic film 4' }).waitFor()
    await film(6).click({ modifiers: ['Shift'] })
    await page.keyboard.press('r')
    await page.getByText('Not saved yet').waitFor()
    await page.close()
    studio = await openStudio(finished.folder, { port: studio.port, runFolders: [finished.folder] })
    await context.addCookies([
      { name: studio.cookie.split('=')[0], value: studio.cookie.split('=')[1], url: studio.origin },
    ])
    page = await context.newPage()
    await page.goto(`/synthetic/${id}`)
    await page.getByText('Decided in this run: 1 accepted, 4 rejected.').waitFor()
    await other.bringToFront()
    await other.getByRole('button', { name: 'Synthetic film 5, rejected' }).waitFor({ timeout: 20_000 })
    await other.close()

    // The command at the foot of the page, with another folder and no fewer films.
    const { command } = (await asked(`/api/runs/${id}/synthetic`)).data()
    const [, config, rejected] = /^kopt run --config (\S+) --set (synthetic\.rejected=\S+)$/.exec(command) ?? []
    const made = kopt(['run', '--config', config, '--set', rejected, '--out', 'without'], { cwd: finished.folder })
    expect(made.code, made.stderr).toBe(0)
    const without = path.join(finished.folder, 'without')
    const pool = (run: string) => readNpy(path.join(run, 'pool', 'synthetic-r1-c0.npy'), 'uint8')
    const [before, after] = [pool(finished.run), pool(without)]
    expect(after.shape).toEqual(before.shape)
    const left = [0, 2, ...Array.from({ length: before.shape[0] - 6 }, (_, i) => i + 6)]
    expect(rows(after, 0, left.length).data).toEqual(takeRows(before, left).data)
    const result = JSON.parse(readFileSync(path.join(without, 'result.json'), 'utf8'))
    const [first, second] = result.dataset.classes
    expect(result.synthetic.rejected).toEqual({
      decided: 5,
      named: { [first]: 4, [second]: 0 },
      leftOut: { [first]: 4, [second]: 0 },
      notDrawn: 0,
      afterResult: true,
    })
    expect(result.concerns).toContainEqual({ kind: 'rejected-after-results', films: 4 })
    expect(readFileSync(path.join(without, 'methods.md'), 'utf8')).toContain(
      `the next ones drawn took their place (4 of class ${first} and 0 of class ${second}). Test scores of an earlier run could be seen`,
    )
    expect(readFileSync(path.join(without, 'report.html'), 'utf8')).toContain('Left out by eye:')
  }, 120_000)

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

  test('gives a page that judges films from a disk, without a network, as kopt predict does', async () => {
    await page.goto(`/hand-on/${id}`)
    const command = await page.getByText(/^kopt export .* --page model\.html$/).innerText()
    const loading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'The page with the classifier' }).click()
    const downloaded = readFileSync(await (await loading).path())
    expect(kopt(command.split(' ').slice(1), { cwd: finished.folder }).code).toBe(0)
    const file = path.join(finished.folder, 'model.html')
    expect(readFileSync(file).equals(downloaded)).toBe(true)
    const policy = /content="(default-src 'none';[^"]*)"/.exec(downloaded.toString('latin1'))?.[1]
    expect(policy).not.toMatch(/connect-src|unsafe-inline|'unsafe-eval'|http|\*/)

    const inputs = path.join(finished.folder, 'to-judge')
    mkdirSync(inputs)
    const put = (name: string, bytes: Uint8Array) => writeFileSync(path.join(inputs, name), bytes)
    const { data, ...film } = await decodeImage(readFileSync(finished.film))
    const wide = Uint16Array.from(data, (value) => value * 200)
    put('film.png', readFileSync(finished.film))
    put('wide.png', await encodePng({ ...film, bitDepth: 16, data: wide }))
    put('film.jpg', await encodeJpeg({ ...film, data }))
    put(
      'film.dcm',
      greyFilm(
        [...data].map((value) => 16 * value),
        { rows: film.height, columns: film.width },
      ),
    )
    put('damaged.png', readFileSync(finished.film).subarray(0, 200))
    put('huge.png', png({ width: 100_000, height: 100_000, depth: 8, colour: 0 }, new Uint8Array(9)))
    put('note.png', Buffer.from('no film'))
    put('large.dcm', Buffer.from(''))
    const expected = kopt(['predict', finished.run, inputs, '--json'])
    truncateSync(path.join(inputs, 'large.dcm'), 2 ** 31)

    const offline = await browser.newContext({ offline: true, acceptDownloads: true, colorScheme: 'dark' })
    try {
      const alone = await offline.newPage()
      await alone.setViewportSize({ width: 390, height: 844 })
      const asked: string[] = []
      alone.on('request', (request) => asked.push(request.url()))
      const errors: string[] = []
      alone.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      await alone.goto(pathToFileURL(file).href)
      await alone.getByText('Research use only. Not for diagnosis.').waitFor()
      const names = readdirSync(inputs)
      await alone.getByLabel('Choose films').setInputFiles(names.map((name) => path.join(inputs, name)))
      await alone.getByText(`${names.length} films looked at`).waitFor({ timeout: 60_000 })
      for (const [name, problem] of [
        ['damaged.png', 'is a PNG that ends early (truncated)'],
        ['huge.png', 'has 100000 x 100000 pixels, more than are read (at most 100 million)'],
        ['note.png', 'is not an image (its content is text)'],
        ['large.dcm', 'has 2.0 GB, more than a film does (at most 512 MB)'],
      ])
        await alone.getByRole('row', { name: `${name} ${problem}` }).waitFor()
      await isAccessible(alone)
      expect(await alone.evaluate('document.documentElement.scrollWidth')).toBe(390)
      const saving = alone.waitForEvent('download')
      await alone.getByRole('button', { name: 'Save the table' }).press('Enter')
      const rows = readFileSync(await (await saving).path(), 'utf8').split('\n')
      const { predictions } = JSON.parse(expected.stdout)
      expect(predictions).toHaveLength(4)
      for (const { file: name, probabilities } of predictions) {
        const row = rows.find((line) => line.startsWith(path.basename(name)))?.split(',') ?? []
        expect(Math.abs(Number(row[2]) - probabilities.sinusitis), row.join()).toBeLessThan(1e-4)
      }
      // What makes it a test: the model does not say the same of everything.
      expect(new Set(predictions.map((one: { logit: number }) => one.logit.toFixed(2))).size).toBeGreaterThan(1)
      expect(asked.filter((address) => !/^(file|blob):/.test(address))).toEqual([])
      expect(errors).toEqual([])
    } finally {
      await offline.close()
    }
  })
})
