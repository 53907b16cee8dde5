/** A study at its smallest, as its author runs it: to its table, killed and gone on with, changed half-way, on other films. */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { demoFilms } from './support/demo-films.js'
import { tinyBackboneFile } from './support/tiny-backbone.js'

const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-prove-'))
const [studies, work, page] = ['proof', 'work', 'proof.md'].map((name) => path.join(folder, name))
const words = ['scripts/prove.mjs', 'tiny', '--studies', studies, '--data', folder, '--work', work, '--page', page]

const prove = () => spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' })
const cohortFolder = (seed: number) => path.join(work, 'tiny', 'unseen-32', String(seed))
const table = () => JSON.parse(readFileSync(path.join(studies, 'tiny.json'), 'utf8'))

/** As `sha256sum` prints it, of every file, sorted by name. */
function checksumOf(films: string): string {
  const hash = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
  const names = (readdirSync(films, { recursive: true }) as string[])
    .filter((name) => statSync(path.join(films, name)).isFile())
    .sort()
  return hash(names.map((name) => `${hash(readFileSync(path.join(films, name)))}  ${name}\n`).join(''))
}

let sha256 = ''
const backbone = tinyBackboneFile()
const study = (changes: Record<string, unknown> = {}) =>
  writeFileSync(
    path.join(studies, 'tiny.yaml'),
    stringify({
      about: 'A study that shows nothing.',
      data: { films: 'films/hospital-a', sha256, get: 'kopt demo-data films', positive: 'sinusitis' },
      backbone,
      sizes: [32],
      synthetic: ['unseen'],
      tests: [16],
      truth: 8,
      cohorts: 1,
      minutes: 10,
      config: {
        image: { size: [16, 16] },
        search: { multiples: [1, 2], repeats: 1 },
      },
      ...changes,
    }),
  )

beforeAll(() => {
  mkdirSync(studies)
  demoFilms(path.join(folder, 'films'), 60)
  sha256 = checksumOf(path.join(folder, 'films', 'hospital-a'))
})

it('A study on other films than those it names is refused, and so is one with too few of them', () => {
  study({ data: { films: 'films/hospital-b', sha256, get: 'kopt demo-data films', positive: 'sinusitis' } })
  const other = prove()
  expect(other.status).toBe(2)
  expect(other.stderr).toMatch(
    /hospital-b is not the data set that the study tiny was made for: its SHA-256 is [0-9a-f]{64}, not/,
  )
  study({ sizes: [110] })
  const few = prove()
  expect(few.status).toBe(2)
  expect(few.stderr).toMatch(
    /the study tiny has too few films for cohorts of 110: of class \w+ \d+ are left beside a cohort, and 8/,
  )
  study({ backbone: 'backbones/none.onnx' })
  const headless = prove()
  expect(headless.status).toBe(2)
  expect(headless.stderr).toMatch(/none\.onnx is missing, the frozen network of the study tiny/)
  expect(existsSync(path.join(studies, 'tiny.json'))).toBe(false)
})

it('A study that is killed goes on where it was, to a table and a page; a changed one is refused', {
  timeout: 240_000,
}, async () => {
  study()
  const killed = spawn(process.execPath, words, { cwd: root, stdio: 'ignore' })
  while (!existsSync(path.join(cohortFolder(1), 'run', 'result.json')) && killed.exitCode === null) await wait(20)
  killed.kill('SIGKILL')
  const whole = prove()
  expect(whole.status, whole.stderr).toBe(0)
  const first = readFileSync(path.join(cohortFolder(1), 'observation.json'), 'utf8')

  // More cohorts do not change those that are done.
  study({ cohorts: 2 })
  const more = prove()
  expect(more.status, more.stderr).toBe(0)
  expect(readFileSync(path.join(cohortFolder(1), 'observation.json'), 'utf8')).toBe(first)
  const [cell] = table().cells
  expect(cell).toMatchObject({ source: 'unseen', size: 32, cohorts: 2 })
  expect(readFileSync(page, 'utf8')).toContain('A study that shows nothing. 2 of 2 cohorts')

  study({ cohorts: 2, sizes: [40] })
  const changed = prove()
  expect(changed.status).toBe(2)
  expect(changed.stderr).toContain('the study tiny has changed since its first cohorts were run (sizes)')
})
