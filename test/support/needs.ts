/**
 * What a test needs and a machine may lack. The test is then skipped with a line that says what was missing and how to
 * get it; in CI, which has everything, a skip counts as a failure (scripts/test.mjs).
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'vitest'

const root = path.resolve(import.meta.dirname, '..', '..')

/** Skips the running test where a thing is missing. `how` completes "missing; ...". */
export function need(context: TestContext, present: boolean, what: string, how: string): void {
  context.skip(!present, `${what} is missing; ${how}`)
}

/** Path of an installed Chromium. */
export function needChromium(context: TestContext): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const finder = process.platform === 'win32' ? 'where' : 'which'
  const places = [
    process.env.CHROMIUM,
    ...names.map((name) => spawnSync(finder, [name], { encoding: 'utf8' }).stdout?.split('\n')[0].trim()),
  ]
  const found = places.find((place) => place && existsSync(place))
  need(context, found !== undefined, 'a Chromium browser', 'apt-get install chromium, or name one in CHROMIUM')
  return found as string
}

/** A folder that stands beside the checkout, such as real films. */
export function needBeside(context: TestContext, folder: string, what: string): string {
  const place = path.resolve(root, '..', folder)
  need(context, existsSync(place), what, `put it at ../${folder}, beside the checkout`)
  return place
}
