import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { countOpenings, openingsFile, recordOpening } from '../../src/record/openings.js'
import { RunDirectory } from '../../src/record/run-directory.js'

const runs = mkdtempSync(path.join(tmpdir(), 'kopt-openings-'))
afterEach(() => {
  rmSync(runs, { recursive: true, force: true })
  mkdirSync(runs)
})
const run = (name: string) => new RunDirectory(path.join(runs, name))

test('the same films in another run, in another order and under another name, are the same set', () => {
  const [a, b] = [run('0001-sinus'), run('0002-sinus')]
  recordOpening(a, { set: 'internal', pixelHashes: ['x', 'y', 'z'] })
  expect(countOpenings(a)).toEqual({ internal: 1 })
  recordOpening(b, { set: 'elsewhere', pixelHashes: ['z', 'x', 'y'] })
  expect(countOpenings(a)).toEqual({ internal: 2 })
  expect(countOpenings(b)).toEqual({ elsewhere: 2 })
})

test('other films are another set, and a resumed run does not count twice', () => {
  const [a, b] = [run('0001-sinus'), run('0002-sinus')]
  recordOpening(a, { set: 'internal', pixelHashes: ['x', 'y'] })
  recordOpening(a, { set: 'internal', pixelHashes: ['x', 'y'] })
  recordOpening(b, { set: 'internal', pixelHashes: ['x', 'y', 'z'] })
  expect(countOpenings(a)).toEqual({ internal: 1 })
  expect(readFileSync(openingsFile(a), 'utf8').trim().split('\n')).toHaveLength(2)
})

test.each(['null', '7', '"text"', '[]', '{}', '{"run":null,"set":1}', '{"run":"0001-sinus","set":"internal"}', '{'])(
  'a line that is no opening, %s, is passed over',
  (line) => {
    const a = run('0001-sinus')
    writeFileSync(openingsFile(a), `${line}\n`)
    expect(countOpenings(a)).toEqual({})
    recordOpening(a, { set: 'internal', pixelHashes: ['x'] })
    expect(countOpenings(a)).toEqual({ internal: 1 })
  },
)

test('a line that a kill cut off spoils no line that is written after it', () => {
  const [a, b] = [run('0001-sinus'), run('0002-sinus')]
  recordOpening(a, { set: 'internal', pixelHashes: ['x'] })
  appendFileSync(openingsFile(a), '{"at":"2026-')
  recordOpening(b, { set: 'internal', pixelHashes: ['x'] })
  expect(countOpenings(b)).toEqual({ internal: 2 })
})

test('runs that open a set at the same time are all noted, once each', async () => {
  const script = `
    import { recordOpening } from ${JSON.stringify(new URL('../../dist/record/openings.js', import.meta.url))}
    import { RunDirectory } from ${JSON.stringify(new URL('../../dist/record/run-directory.js', import.meta.url))}
    for (let i = 0; i < 10; i++)
      recordOpening(new RunDirectory(process.argv[1] + '-' + i), { set: 'internal', pixelHashes: ['x'] })`
  const ends = Array.from({ length: 4 }, (_, n) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path.join(runs, `000${n}`)], {
      stdio: 'inherit',
    })
    return new Promise((resolve) => child.on('close', resolve))
  })
  expect(await Promise.all(ends)).toEqual([0, 0, 0, 0])
  expect(countOpenings(run('0003-9'))).toEqual({ internal: 40 })
  expect(readdirSync(runs)).toEqual(['test-openings.jsonl'])
})

test('a line that a kill cut off is passed over, and a run without a ledger has no counts', () => {
  const a = run('0001-sinus')
  expect(countOpenings(a)).toEqual({})
  recordOpening(a, { set: 'internal', pixelHashes: ['x'] })
  appendFileSync(openingsFile(a), '{"at":"2026-')
  expect(countOpenings(a)).toEqual({ internal: 1 })
})
