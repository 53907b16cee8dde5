/** A disk without room under an open page: it says so at the place, loses nothing, and goes on by itself when there is room. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { enough, mountDisk } from '../../scripts/attack/disk.mjs'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { need } from '../support/needs.js'
import { chromiumFile, launchBrowser, letIn, openStudio, withoutChromium } from '../support/studio.js'

test.skipIf(!chromiumFile)(
  `films that are dropped and regions that are drawn wait for room on the disk${withoutChromium}`,
  { timeout: 60_000 },
  async (context) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-full-'))
    const place = path.join(folder, 'disk')
    mkdirSync(place)
    const disk = mountDisk(place)
    need(context, disk.problem === undefined, 'a disk to fill up', 'run this test as root on Linux')
    if (disk.problem !== undefined) return
    const work = path.join(place, 'work')
    mkdirSync(work)
    const studio = await openStudio(work)
    const browser = await launchBrowser()
    try {
      await writeDemoData(path.join(folder, 'films'), { seed: 1, patients: 6 })
      const page = await (await letIn(browser, studio)).newPage()
      await page.goto('/films')
      disk.resize(disk.used())
      await page.getByLabel('Choose a folder to copy').setInputFiles(path.join(folder, 'films', 'hospital-a'))
      await page.getByRole('alert').filter({ hasText: 'the disk of this computer is full' }).waitFor()
      const half = readdirSync(path.join(work, 'studio'), { recursive: true }).filter((name) =>
        /\.[0-9a-f]{32}$/.test(`${name}`),
      )
      expect(half).toEqual([])
      disk.resize(enough)
      await page.getByRole('heading', { name: 'hospital-a' }).waitFor()
      await page.getByText('12 of 12 films').waitFor()

      await page.goto('/regions')
      await page.getByRole('link', { name: 'hospital-a', exact: true }).click()
      await page.getByLabel(/Who reads/).fill('reader-1')
      await page.keyboard.press('Enter')
      await page.locator('canvas[data-drawn]').waitFor()
      disk.resize(disk.used())
      await page.keyboard.press('a')
      await page.getByText(/Not saved yet; kept in this browser.*the disk is full/).waitFor()
      disk.resize(enough)
      await page.getByText('Saved', { exact: true }).waitFor()
      const regions = path.join(work, 'studio', 'regions')
      const [file] = readdirSync(regions, { recursive: true }).filter((name) => `${name}`.endsWith('reader-1.json'))
      expect(readFileSync(path.join(regions, `${file}`), 'utf8')).toContain('xywh')
    } finally {
      await browser.close()
      await studio.close()
      disk.unmount()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
