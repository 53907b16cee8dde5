/** Regions on the page, in a real browser: drawn by keys and mouse, saved as --roi reads them, and never lost. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRegions } from '../../src/dataset/regions/read.js'
import { decodeImage } from '../../src/image/codec.js'
import { isAccessible } from '../support/accessible.js'
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

let folder: string
let films: string
let id: string
let studio: OpenStudio

/** Values that tell each place, other ones in each film: 64 rows of 48 columns. */
const ramp = (kind: number) =>
  Array.from({ length: 64 * 48 }, (_, i) => 20 * Math.floor(i / 48) + 7 * (i % 48) + ((kind * i) % 97))

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-regions-'))
  films = path.join(folder, 'films')
  mkdirSync(films)
  const size = { rows: 64, columns: 48 }
  const bytes = Uint8Array.from(ramp(0), (value) => value / 8)
  // Stored lying: upright it has 64 rows of 48 columns, too.
  const lying = await sharp(bytes, { raw: { width: 48, height: 64, channels: 1 } })
    .rotate(-90)
    .toBuffer()
  const turned = sharp(lying, { raw: { width: 64, height: 48, channels: 1 } }).toColourspace('b-w')
  writeFileSync(path.join(films, 'turned.png'), await turned.withMetadata({ orientation: 6 }).png().toBuffer())
  writeFileSync(path.join(films, 'white.dcm'), greyFilm(ramp(1), { ...size, photometric: 'MONOCHROME1' }))
  writeFileSync(path.join(films, 'frames.dcm'), greyFilm([...ramp(2), ...ramp(3)], { ...size, frames: 2 }))
  const rows = ['turned.png,normal,1,', 'white.dcm,sinusitis,2,', 'frames.dcm,normal,3,2', 'frames.dcm,sinusitis,4,1']
  writeFileSync(path.join(films, 'manifest.csv'), ['file,label,patient,frame', ...rows].join('\n'))
  studio = await openStudio(folder)
  id = (await ask('POST', '/api/datasets', { path: films })).answer.id
})
afterAll(async () => {
  await studio?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(method: string, at: string, body?: object) {
  const headers = { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' }
  const { status, text } = await raw(studio.port, { method, path: at, headers, body: JSON.stringify(body) })
  return { status, answer: text === '' ? undefined : JSON.parse(text) }
}

/** As who begins to draw is given one. */
const readerId = async (reader: string): Promise<string> =>
  (await ask('POST', `/api/regions/${id}`, { reader })).answer.id
const fileOf = (reader: string) => path.join(folder, 'studio', 'regions', id, `${reader}.json`)
const saved = (reader: string) =>
  existsSync(fileOf(reader)) && statSync(fileOf(reader)).size > 0 ? readRegions(fileOf(reader)).regions : []

describe.skipIf(!chromiumFile)(`regions in the studio${withoutChromium}`, () => {
  let browser: Browser
  let context: BrowserContext
  let page: Page
  const said: string[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    context = await letIn(browser, studio, { viewport: { width: 1000, height: 800 } })
    page = await context.newPage()
    page.on('pageerror', (error) => said.push(error.message))
  })
  afterAll(() => browser?.close())

  const open = async (reader: string, number: number, on = page) => {
    await on.goto(`/regions/${id}/${await readerId(reader)}/${number}`)
    await on.locator('canvas[data-drawn]').waitFor()
  }
  const press = async (keys: string, times = 1) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(keys)
  }
  const isSaved = (on = page) => on.getByRole('status').getByText('Saved', { exact: true }).waitFor()

  test('a rectangle of each film, drawn by keyboard, is cut out where the reader saw it', async () => {
    await page.goto('/regions')
    await page.getByRole('link', { name: 'films', exact: true }).click()
    await page.getByLabel(/Who reads/).fill('Dr. Müller')
    await page.keyboard.press('Enter')
    await page.locator('canvas[data-drawn]').waitFor()
    // Names of people stand in no address: it may be kept, seen and passed on.
    expect(page.url()).toMatch(/\/regions\/[0-9a-f]{16}\/[0-9a-f]{16}$/)
    await page.getByText('reader dr-muller').waitFor()
    await press('a')
    // 16 x 21 at (16, 22), as a third of the film is.
    await press('ArrowLeft', 6)
    await press('ArrowUp', 12)
    await press('Shift+ArrowRight', 4)
    await press('Shift+ArrowUp', 3)
    await press('2')
    await page.getByText('sinusitis: 20 x 18 pixels at (10, 10)').waitFor()
    await press('ArrowUp')
    await press('u')
    await isAccessible(page)
    const corners: number[] = []
    for (let film = 1; film <= 4; film++) {
      if (film > 1) {
        await press('n')
        await page.getByText(`${film} of 4`).waitFor()
        // Nothing is drawn on a film that is not seen yet.
        await page.locator('canvas[data-drawn]').waitFor()
        await press('c')
        await page.getByText('sinusitis: 20 x 18 pixels at (10, 10)').waitFor()
      }
      await page.locator('canvas[data-drawn]').waitFor()
      await page.waitForTimeout(150)
      corners.push(
        await page.evaluate<number>(
          "document.querySelector('canvas').getContext('2d').getImageData(10, 10, 1, 1).data[0]",
        ),
      )
    }
    await isSaved()
    expect(saved('dr-muller').map(({ image, label, rectangle }) => [image, label, rectangle])).toEqual(
      ['turned.png', 'white.dcm', 'frames.dcm (frame 2)', 'frames.dcm (frame 1)'].map((name) => [
        name,
        'sinusitis',
        { left: 10, top: 10, width: 20, height: 18 },
      ]),
    )
    // A class each, so that they are a dataset.
    await press('1')
    await isSaved()
    const { code, stdout, stderr } = kopt([
      'crop',
      films,
      '--roi',
      fileOf('dr-muller'),
      '--out',
      path.join(folder, 'patches'),
      '--json',
    ])
    expect(code, stderr).toBe(0)
    const { manifest } = JSON.parse(stdout)
    const patches = readFileSync(manifest, 'utf8').trim().split('\n').slice(1)
    expect(patches).toHaveLength(4)
    for (const [i, row] of patches.entries()) {
      const patch = await decodeImage(readFileSync(path.join(path.dirname(manifest), row.split(',')[0])))
      expect([patch.width, patch.height]).toEqual([20, 18])
      const level = patch.bitDepth === 16 ? patch.data[0] / 257 : patch.data[0]
      // The page shows an 8-bit PNG, too, by its full white.
      expect(Math.abs(level - corners[i])).toBeLessThanOrEqual(1)
    }
    expect(said).toEqual([])
  })

  test('a key that is pressed before the film is seen draws nothing, and the page says so', async () => {
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    const waiting = await context.newPage()
    await waiting.route('**/values', async (route) => {
      await held
      await route.continue()
    })
    await waiting.goto(`/regions/${id}/${await readerId('hasty')}/1`)
    await waiting.getByText('Loading the film …').waitFor()
    await waiting.keyboard.press('a')
    await waiting.getByText('The film is still loading; nothing was drawn.').waitFor()
    answer()
    await waiting.locator('canvas[data-drawn]').waitFor()
    await waiting.getByText('No region on this film yet').waitFor()
    await waiting.keyboard.press('a')
    await waiting.getByText('no label: 16 x 21 pixels').waitFor()
    // What is taken back to nothing is there as nothing.
    await waiting.keyboard.press('u')
    await isSaved(waiting)
    await expect.poll(() => statSync(fileOf('hasty')).size).toBe(0)
    await waiting.reload()
    await waiting.getByText('No region on this film yet').waitFor()
    await waiting.close()
  })

  test('by mouse it is drawn, moved, resized and turned, and stays within the film', async () => {
    await open('mouse', 1)
    const box = await page.locator('canvas').boundingBox()
    if (!box) throw new Error('no canvas')
    const at = (x: number, y: number) => [box.x + (x * box.width) / 48, box.y + (y * box.height) / 64] as const
    const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
      await page.mouse.move(...at(...from))
      await page.mouse.down()
      await page.mouse.move(...at(...to), { steps: 4 })
      await page.mouse.up()
    }
    await drag([5, 5], [25, 25])
    await page.getByText('no label: 20 x 20 pixels at (5, 5)').waitFor()
    await drag([15, 15], [20, 18])
    await page.getByText('20 x 20 pixels at (10, 8)').waitFor()
    await drag([30, 28], [34, 40])
    await page.getByText('24 x 32 pixels at (10, 8)').waitFor()
    await drag([20, 20], [200, 200])
    await page.getByText('24 x 32 pixels at (24, 32)').waitFor()
    await drag([36, 48], [22, 30])
    await page.getByText('24 x 32 pixels at (10, 14)').waitFor()
    await page.getByLabel('Turned by degrees').fill('12.5')
    await page.keyboard.press('Enter')
    await page.getByText('turned by 12.5 degrees').waitFor()
    await isSaved()
    expect(saved('mouse')[0].rectangle).toEqual({ left: 10, top: 14, width: 24, height: 32, rotationDegrees: 12.5 })
  })

  test('what is drawn while the server is gone, in a tab that is closed then, is there when both are back', async () => {
    await open('patient', 2)
    await studio.close()
    await press('a')
    await page.getByText('Not saved yet').waitFor()
    await page.close()
    studio = await openStudio(folder)
    page = await context.newPage()
    await open('patient', 2)
    await isSaved()
    await page.getByText('no label: 16 x 21 pixels').waitFor()
    expect(saved('patient')).toHaveLength(1)
    await page.reload()
    await page.getByText('no label: 16 x 21 pixels').waitFor()
  })

  test('a second window on the same film is told, and loses nothing', async () => {
    await open('twice', 1)
    const other = await context.newPage()
    await open('twice', 1, other)
    await press('a')
    await press('ArrowRight')
    await isSaved()
    await expect.poll(() => saved('twice')[0]?.rectangle.left).toBe(17)
    await other.keyboard.press('a')
    await other.keyboard.press('ArrowLeft')
    await other.getByText('was changed in another window meanwhile').waitFor()
    await other.getByText('no label: 16 x 21 pixels at (15, 22)').waitFor()
    expect(saved('twice')[0].rectangle.left).toBe(17)
    await other.getByRole('button', { name: 'Save mine over it' }).click()
    await isSaved(other)
    expect(saved('twice').map(({ rectangle }) => rectangle.left)).toEqual([15])
    await other.close()
  })

  test('a second reader sees nothing of the first, and their agreement is told', async () => {
    for (let film = 1; film <= 4; film++) {
      await open('blind', film)
      await page.getByText('No region on this film yet').waitFor()
      await press('a')
      await press(film < 4 ? '2' : '1')
      await isSaved()
      for (let i = 0; i < 6; i++) await press('ArrowLeft')
      for (let i = 0; i < 12; i++) await press('ArrowUp')
      await isSaved()
    }
    await page.goto(`/regions/${id}`)
    await page
      .getByText(/blind and dr-muller, on 4 films.*4 regions of the same place.*Kappa of their labels: 1/)
      .waitFor()
    await isAccessible(page)
    const phone = await letIn(browser, studio, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' })
    const small = await phone.newPage()
    for (const at of [`/regions/${id}`, `/regions/${id}/${await readerId('blind')}/1`]) {
      await small.goto(at)
      await small.getByText('The same in a terminal').waitFor()
      expect(await small.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
      await isAccessible(small)
    }
    await phone.close()
  })
})

test('a change that no reader makes is refused, and nothing is written', async () => {
  await expect.poll(async () => (await ask('GET', `/api/datasets/${id}/films`)).answer.length).toBe(4)
  const [film] = (await ask('GET', `/api/datasets/${id}/films`)).answer
  const rectangle = { left: 1, top: 1, width: 9, height: 9 }
  const raw = await readerId('raw')
  const { emptyVersion: version } = (await ask('GET', `/api/regions/${id}/${raw}`)).answer
  const at = `/api/regions/${id}/${raw}/${film.id}`
  const tries: [number, string, object][] = [
    [409, at, { version: 'another', regions: [rectangle] }],
    [400, at, { version, regions: [{ ...rectangle, width: -3 }] }],
    [400, at, { version, regions: [{ ...rectangle, left: '1' }] }],
    [400, at, { version, regions: Array(1001).fill(rectangle) }],
    [404, `/api/regions/${id}/..%2f..%2fevil/${film.id}`, { version, regions: [rectangle] }],
    [404, `/api/regions/${id}/Evil.json/${film.id}`, { version, regions: [rectangle] }],
    [404, `/api/regions/${id}/raw/${film.id}`, { version, regions: [rectangle] }],
    [404, `/api/regions/..%2f..%2f/${raw}/${film.id}`, { version, regions: [rectangle] }],
    [404, `/api/regions/${id}/${raw}/__proto__`, { version, regions: [rectangle] }],
  ]
  for (const [expected, address, body] of tries)
    expect([address, (await ask('PUT', address, body)).status]).toEqual([address, expected])
  expect(saved('raw')).toEqual([])
  for (const [expected, name] of [
    [400, ' ../.. '],
    [400, '..'],
    [201, '../../Evil\u0000.json'],
  ] as const)
    expect([name, (await ask('POST', `/api/regions/${id}`, { reader: name })).status]).toEqual([name, expected])
  expect(saved('evil-json')).toEqual([])
  expect((await ask('POST', '/api/regions/..%2f..%2f', { reader: 'a' })).status).toBe(404)
  expect((await ask('PUT', at, { version, regions: [rectangle] })).status).toBe(200)
  expect(saved('raw')).toHaveLength(1)
})
