/** Films on the page, in a real browser: brought, inspected, looked at; and raw requests that try to lead elsewhere. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { zipSync } from 'fflate'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawnFilms, mutate } from '../../scripts/attack/damaged-films.mjs'
import { Rng } from '../../src/base/random.js'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { inspectDataset } from '../../src/inspection/inspect-dataset.js'
import { inspectionLines } from '../../src/words/inspection-lines.js'
import { isAccessible } from '../support/accessible.js'
import type { Part } from '../support/dicom-file.js'
import { greyFilm } from '../support/dicom-grey.js'
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
import { zipBomb } from '../support/zip-bomb.js'

let folder: string
let films: string
let studio: OpenStudio

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-films-'))
  films = path.join(folder, 'cohort', 'hospital-a')
  await writeDemoData(path.join(folder, 'cohort'), { seed: 1, patients: 6 })
  studio = await openStudio(folder)
})
afterAll(async () => {
  await studio?.close()
  rmSync(folder, { recursive: true, force: true })
})

const headers = () => ({ cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' })
const ask = async (method: string, at: string, body?: object) => {
  const { status, text } = await raw(studio.port, { method, path: at, headers: headers(), body: JSON.stringify(body) })
  return { status, answer: text === '' ? undefined : JSON.parse(text) }
}

describe.skipIf(!chromiumFile)(`films in the studio${withoutChromium}`, () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const said: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    context = await letIn(browser, studio, { viewport: { width: 1000, height: 800 } })
    page = await context.newPage()
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
  })
  afterAll(() => browser?.close())

  /** The grey at a place of the film that is shown, as shares of its size. */
  const greyAt = (x: number, y: number) =>
    page.evaluate<number>(`(() => {
      const canvas = document.querySelector('canvas')
      return canvas.getContext('2d').getImageData(${x} * canvas.width, ${y} * canvas.height, 1, 1).data[0]
    })()`)

  test('an empty folder says what is needed; films chosen by their path are inspected in the words of the terminal', async () => {
    await page.goto('/')
    await page.getByText('No films were opened in this folder yet').waitFor()
    await page.getByRole('button', { name: 'Show me on drawn films' }).waitFor()
    await isAccessible(page)
    await page.getByRole('button', { name: 'Look through folders' }).click()
    await page.getByRole('button', { name: 'cohort/' }).click()
    await page.getByRole('button', { name: 'hospital-a/' }).click()
    await page.getByRole('button', { name: 'manifest.csv' }).waitFor()
    await page.getByRole('button', { name: 'Open these films' }).click()
    await page.getByRole('heading', { name: 'hospital-a' }).waitFor()
    const { facts } = await inspectDataset(films)
    for (const { text } of inspectionLines({ ...facts, dataset: path.join('cohort', 'hospital-a') }))
      await page.getByText(text, { exact: true }).waitFor()
    await page.getByText(`kopt inspect ${path.join('cohort', 'hospital-a')}`).waitFor()
    await page.getByText('12 of 12 films').waitFor()
    const pictures = page.locator('img.film-picture')
    const areThere = "[...document.querySelectorAll('img.film-picture')].every((each) => each.naturalWidth > 0)"
    await expect.poll(() => page.evaluate<boolean>(areThere)).toBe(true)
    expect(await pictures.count()).toBe(12)
    await isAccessible(page)
    // By keyboard to the third film.
    await page.getByRole('link', { name: /p001_L/ }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByText('3 of 12').waitFor()
    expect(page.url()).toMatch(/\/films\/[0-9a-f]{16}\/3$/)
    await isAccessible(page)
    expect(said).toEqual([])
  })

  test('a film of 12 bits whose least value is white is shown right, through any window', async () => {
    const place = path.join(folder, 'white')
    for (const [i, label] of ['a', 'b'].entries()) {
      mkdirSync(path.join(place, label), { recursive: true })
      const values = Array.from({ length: 64 * 64 }, (_, at) => (at % 64) * 64 + i)
      writeFileSync(
        path.join(place, label, `IM${i}`),
        greyFilm(values, { rows: 64, columns: 64, photometric: 'MONOCHROME1' }),
      )
    }
    const { answer } = await ask('POST', '/api/datasets', { path: place })
    await page.goto(`/films/${answer.id}/1`)
    await page.locator('canvas[data-drawn]').waitFor()
    expect([await greyAt(0, 0.5), await greyAt(0.99, 0.5)]).toEqual([255, 0])
    const middle = await greyAt(0.5, 0.5)
    // The level up: more is below the window, and that is bright here.
    await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('Shift+ArrowUp')
    await expect.poll(() => greyAt(0.5, 0.5)).toBeGreaterThan(middle + 40)
    const box = await page.locator('canvas').boundingBox()
    if (!box) throw new Error('no canvas')
    await page.mouse.move(box.x + 50, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + 50, box.y + 150, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => greyAt(0.5, 0.5)).toBeLessThan(middle + 10)
    await page.getByRole('button', { name: 'As the film says' }).click()
    await expect.poll(() => greyAt(0.5, 0.5)).toBe(middle)
    await page.keyboard.press('n')
    await page.getByText('2 of 2').waitFor()
  })

  test('dropped films are copied and inspected; a damaged one and a zip bomb are told in a sentence', async () => {
    await page.goto('/films')
    const dropped = path.join(folder, 'to drop')
    cpSync(films, dropped, { recursive: true })
    rmSync(path.join(dropped, 'manifest.csv'))
    writeFileSync(path.join(dropped, 'healthy', '../healthy/p900_L.png'), Buffer.from('89504e470d0a1a0a00', 'hex'))
    await page.getByLabel('Choose a folder to copy').setInputFiles(dropped)
    await page.getByRole('heading', { name: 'to drop' }).waitFor()
    await page.getByText(/healthy\/p900_L\.png is a PNG that ends early/).waitFor()
    await page.getByRole('link', { name: /p900_L/ }).click()
    await page
      .getByRole('alert')
      .getByText(/p900_L\.png is a PNG that ends early/)
      .waitFor()
    await page.goto('/films')
    await page.getByLabel('Choose files to copy').setInputFiles({ name: 'bomb.npz', mimeType: '', buffer: zipBomb() })
    await page
      .getByText(/bomb\.npz/)
      .first()
      .waitFor()
    await page.getByText(/can't be used as they are/).waitFor()
    await page.goto('/films')
    await page.getByRole('link', { name: 'bomb.npz' }).waitFor()
    page.once('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: 'Remove bomb.npz' }).click()
    await page.getByRole('link', { name: 'bomb.npz' }).waitFor({ state: 'detached' })
    expect(readdirSync(path.join(folder, 'studio', 'uploads'))).toHaveLength(1)
  })

  test("a hospital's export comes as a zip, and has its classes from a table, as the command gives them", async () => {
    const film = (i: number) => {
      const values = Array.from({ length: 64 * 64 }, (_, at) => ((at % 64) * 16 + 61 * i * (at >> 6)) % 4096)
      const more: Part[] = [
        [0x0008_0050, 'SH', `0012${i}`],
        [0x0010_0020, 'LO', `P${i >> 1}`],
      ]
      return greyFilm(values, { rows: 64, columns: 64, more })
    }
    const inside = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`DICOM/PAT${i >> 1}/ST1/IM${i}`, film(i)]))
    const zip = zipSync({ DICOMDIR: film(9), ...inside, 'AUTORUN.INF': new Uint8Array([1]) })
    await page.goto('/films')
    await page
      .getByLabel('Choose files to copy')
      .setInputFiles({ name: 'export.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) })
    await page.getByRole('heading', { name: 'export', exact: true }).waitFor()
    await page.getByText('6 of 6 films').waitFor()
    await page.getByText('has only one class').waitFor()

    // Leading zeros went in the spreadsheet; of one row there is no film, of one film no row.
    const table =
      'AccessionNumber;Befund\n120;normal\n121;sinusitis\n122;normal\n123;sinusitis\n124;normal\n777;normal\n'
    await page
      .getByLabel('Table (CSV)')
      .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(table) })
    await page.getByRole('button', { name: 'Join' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: 'Name it with --key-column (its columns: AccessionNumber, Befund)' })
      .waitFor()
    await page.getByLabel('A row and its film have in common').selectOption('AccessionNumber')
    await page.getByRole('button', { name: 'Join' }).click()
    await page.getByText('5 films with a class: normal 3, sinusitis 2.').waitFor()
    await page.getByText('1 row without a film').last().click()
    await page.getByText('row 7: 777', { exact: true }).waitFor()
    await page.getByText('1 film without a row').last().click()
    await page
      .getByRole('listitem')
      .filter({ hasText: /^DICOM\/PAT2\/ST1\/IM5$/ })
      .waitFor()
    await isAccessible(page)
    const command = await page.locator('.command code', { hasText: 'kopt manifest' }).innerText()
    await page.getByRole('link', { name: 'To the films with these labels' }).click()
    await page.getByText('5 of 5 films').waitFor()

    const words = command.split(' ').slice(1)
    const out = words.at(-1) ?? ''
    const again = path.join(path.dirname(out), '..', 'again', path.basename(out))
    const { code, stderr } = kopt([...words.slice(0, -1), again], { cwd: folder })
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(path.join(folder, out), 'utf8')).toBe(readFileSync(path.join(folder, again), 'utf8'))
  })

  test('fits a phone in a dark room, and a path that leads nowhere is told at the place', async () => {
    const phone = await letIn(browser, studio, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
    const small = await phone.newPage()
    await small.goto('/films')
    await small.getByLabel(/take films where they lie/).fill(path.join(folder, 'cohort', 'hospital-x'))
    await small.getByRole('button', { name: 'Open these films' }).click()
    await small.getByText("hospital-x does not exist; is '").waitFor()
    expect(await small.getByLabel(/take films where they lie/).inputValue()).toContain('hospital-x')
    await small.getByRole('link', { name: 'hospital-a' }).click()
    await small.getByText('12 of 12 films').waitFor()
    for (const at of [small.url(), `${small.url()}/1`]) {
      await small.goto(at)
      await small.getByText(/kopt inspect cohort/).waitFor()
      expect(await small.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await isAccessible(small)
    }
    await phone.close()
  })
})

describe('a request about films', () => {
  test('leads nowhere but to films that are known', async () => {
    const { answer } = await ask('POST', '/api/datasets', { path: films })
    const known = `/api/datasets/${answer.id}`
    const places = ['..', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '0123456789abcdef', '%00', 'x'.repeat(5000), '__proto__']
    for (const place of places) {
      for (const at of [
        `/api/datasets/${place}`,
        `${known}/films/${place}/values`,
        `${known}/films/${place}/picture`,
      ]) {
        const { status, text } = await raw(studio.port, { path: at, headers: headers() })
        expect([404, 400, 431], at).toContain(status)
        expect(text).not.toContain('root:')
      }
    }
    for (const place of ['/etc', '/', '../../../../etc', path.dirname(folder)]) {
      const { status } = await ask('POST', '/api/datasets/places', { folder: place })
      expect([place, status]).toEqual([place, 400])
    }
  })

  test('writes nothing outside of its own folder, whatever a dropped file is called', async () => {
    const { answer } = await ask('POST', '/api/uploads')
    const names = [
      '../../../evil.png',
      '/etc/evil.png',
      '..\\..\\evil.png',
      'a/../../b.png',
      '.hidden/../evil',
      'C:\\evil.png',
      'con',
      'a\0b.png',
    ]
    const before = readdirSync(folder).sort()
    for (const name of names) {
      const { status } = await raw(studio.port, {
        method: 'POST',
        path: `/api/uploads/${answer.id}/files`,
        headers: { ...headers(), 'kopt-name': encodeURIComponent(name) },
        body: 'x',
      })
      expect([name, status]).toEqual([name, 204])
    }
    expect(readdirSync(folder).sort()).toEqual(before)
    expect(
      readdirSync(path.join(folder, 'studio', 'dropped', answer.id), { recursive: true }).join('\n'),
    ).not.toContain('..')
    for (const id of ['..', '%2e%2e', '0123456789abcdef'])
      expect((await ask('POST', `/api/uploads/${id}/end`, { name: 'x' })).status).toBe(404)
    await ask('DELETE', `/api/uploads/${answer.id}`)
    expect(existsSync(path.join(folder, 'studio', 'dropped', answer.id))).toBe(false)
  })

  test('for a damaged one is answered with its picture or with a sentence that names it, each time', {
    timeout: 90_000,
  }, async () => {
    const whole = ['codec.json', 'dicom.json'].flatMap((name) => drawnFilms(path.join('test', 'golden', name)))
    const { answer: upload } = await ask('POST', '/api/uploads')
    const rng = new Rng(7)
    for (let i = 0; i < 24; i++) {
      const { bytes } = whole[rng.integer(whole.length)]
      const name = `${i % 2 ? 'a' : 'b'}/film-${i}`
      const { status } = await raw(studio.port, {
        method: 'POST',
        path: `/api/uploads/${upload.id}/files`,
        headers: { ...headers(), 'kopt-name': encodeURIComponent(name) },
        body: mutate(bytes, rng),
      })
      expect(status).toBe(204)
    }
    const { answer: dataset } = await ask('POST', `/api/uploads/${upload.id}/end`, { name: 'damaged' })
    const at = `/api/datasets/${dataset.id}`
    await expect.poll(async () => (await ask('GET', at)).answer.state, { timeout: 60_000 }).toBe('unusable')
    const problems = (await ask('GET', at)).answer.problems.join('\n')
    const { answer: listed } = await ask('GET', `${at}/films`)
    let refused = 0
    for (const film of listed) {
      const { status, text } = await raw(studio.port, { path: `${at}/films/${film.id}/values`, headers: headers() })
      if (status === 200) continue
      refused++
      expect([film.name, status]).toEqual([film.name, 400])
      expect(JSON.parse(text).error.message).toMatch(new RegExp(`${film.name} (is|has|holds|contradicts|refers) `))
      expect(problems).toContain(film.name)
    }
    expect(refused).toBeGreaterThan(3)
    await ask('DELETE', at)
  })

  test('that announces more than is taken is refused before any of it comes, and one that breaks off leaves nothing', async () => {
    const { answer } = await ask('POST', '/api/uploads')
    const at = `/api/uploads/${answer.id}/files`
    const send = (length: number, body: string, name: string) =>
      new Promise<{ status: number; text: string } | 'broken'>((resolve) => {
        const request = http.request({
          port: studio.port,
          host: '127.0.0.1',
          method: 'POST',
          path: at,
          headers: { ...headers(), host: `127.0.0.1:${studio.port}`, 'content-length': length, 'kopt-name': name },
        })
        request.on('response', (response) => {
          let text = ''
          response.on('data', (chunk) => (text += chunk))
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
        })
        request.on('error', () => resolve('broken'))
        request.write(body)
        if (name === 'part') setTimeout(() => request.destroy(), 300)
      })
    const refused = await send(3 * 2 ** 30, 'x', 'large.dcm')
    expect(refused).toMatchObject({ status: 400 })
    expect((refused as { text: string }).text).toContain('large.dcm has 3221225472 bytes')
    expect(await send(1000, 'only a part', 'part')).toBe('broken')
    const upload = path.join(folder, 'studio', 'dropped', answer.id)
    await expect.poll(() => readdirSync(upload)).toEqual([])
    expect(readFileSync(path.join(folder, 'studio', 'datasets.json'), 'utf8')).not.toContain('part')
  })
})
