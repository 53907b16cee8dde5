/** Films as `kopt demo-data` draws them, for tests of other verbs: each cohort is drawn once for all test files, and copied. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'
import { kopt } from './kopt.js'

/** What `kopt demo-data FOLDER --patients N WORDS` leaves, in a folder that is not there yet. */
export function demoFilms(folder: string, patients: number, ...words: readonly string[]): void {
  const drawn = path.join(process.env.KOPT_TEST_SHARED as string, ['films', patients, ...words].join('-'))
  if (!existsSync(drawn)) {
    mkdirSync(path.dirname(drawn), { recursive: true })
    const draft = mkdtempSync(`${drawn}.`)
    const { code, stderr } = kopt(['demo-data', draft, '--patients', String(patients), ...words])
    expect(code, stderr).toBe(0)
    try {
      renameSync(draft, drawn)
    } catch (error) {
      // Another process was faster.
      if (!existsSync(drawn)) throw error
      rmSync(draft, { recursive: true })
    }
  }
  cpSync(drawn, folder, { recursive: true })
}
