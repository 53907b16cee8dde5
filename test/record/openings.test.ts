import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { countOpenings, openingsFile, recordOpening } from '../../src/record/openings.js'
import { createRunDirectory } from '../../src/record/run-directory.js'

const runs = mkdtempSync(path.join(tmpdir(), 'kopt-openings-'))
afterEach(() => {
  rmSync(runs, { recursive: true, force: true })
  mkdirSync(runs)
})
const run = (name: string) => createRunDirectory(path.join(runs, name))

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

test('a line that a kill cut off is passed over, and a run without a ledger has no counts', () => {
  const a = run('0001-sinus')
  expect(countOpenings(a)).toEqual({})
  recordOpening(a, { set: 'internal', pixelHashes: ['x'] })
  appendFileSync(openingsFile(a), '{"at":"2026-')
  expect(countOpenings(a)).toEqual({ internal: 1 })
})
