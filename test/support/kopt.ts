/** The command, and as a user would call it: dist/programs/cli-main.js in a process of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type Answer, kopt, type Surroundings } from './answers.js'

export const koptFile = path.resolve(import.meta.dirname, '..', '..', 'dist', 'programs', 'cli-main.js')

export { type Answer, kopt }

/** Runs `kopt` with these words in processes of its own. */
export function koptApart(
  words: readonly string[],
  surroundings?: Surroundings & { input?: string | Uint8Array },
): Answer {
  return runFile(koptFile, words, surroundings)
}

/** The same of a program that lies elsewhere. */
export function runFile(
  file: string,
  words: readonly string[],
  { cwd, env = {}, input }: Surroundings & { input?: string | Uint8Array } = {},
): Answer {
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
