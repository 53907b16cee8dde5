/** The command as a user would call it: dist/programs/cli-main.js in a process of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export const koptFile = path.resolve(import.meta.dirname, '..', '..', 'dist', 'programs', 'cli-main.js')

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

interface Surroundings {
  cwd?: string
  env?: Record<string, string>
  input?: string | Uint8Array
}

/** Runs `kopt` with these words. */
export function kopt(words: readonly string[], surroundings?: Surroundings): Answer {
  return runFile(koptFile, words, surroundings)
}

/** The same of a program that lies elsewhere. */
export function runFile(file: string, words: readonly string[], { cwd, env = {}, input }: Surroundings = {}): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], {
    cwd,
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  })
  return { code: status, stdout, stderr }
}

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kopt-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
