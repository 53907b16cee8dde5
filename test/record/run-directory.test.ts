import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { latestRun, nextRunName, openRunDirectory, RunDirectory } from '../../src/record/run-directory.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-run-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const relative = (run: RunDirectory, file: string) => path.relative(run.root, file).split(path.sep).join('/')

describe('names in a run folder', () => {
  test('are those of the contract', () => {
    const run = new RunDirectory('somewhere')
    expect(relative(run, run.config)).toBe('config.yaml')
    expect(relative(run, run.trial('GCB+OMGDA', 14, 1))).toBe('trials/GCB+OMGDA-k014-r1.json')
    expect(relative(run, run.trial('GCB+OMGDA', 1.25, 1))).toBe('trials/GCB+OMGDA-k001.25-r1.json')
    expect(relative(run, run.trialTop('GCB+OMGDA', 1.25, 1))).toBe('trials/GCB+OMGDA-k001.25-r1.safetensors')
    const files = [1, 1.1, 1.25, 1.5, 2, 9.5, 10, 100].map((k) => run.trial('GCB', k, 1))
    expect(files.toSorted()).toEqual(files)
    expect(new Set(files).size).toBe(files.length)
    expect(relative(run, run.scoresOf('GCB+CDA', 'internal'))).toBe('scores/GCB+CDA.internal.csv')
    expect(relative(run, run.head('OD'))).toBe('model/heads/OD.json')
    expect(relative(run, run.classifier)).toBe('model/classifier.onnx')
    expect(relative(run, run.films)).toBe('private/films.csv')
    expect(relative(run, run.stage('search-k'))).toBe('state/search-k.json')
    expect(path.isAbsolute(run.root)).toBe(true)
  })

  test('stay inside the folder and apart whatever an external set is called', () => {
    const run = new RunDirectory(folder)
    const hostile = ['../../etc/passwd', 'a/b', 'a\\b', 'a:b', 'Köln', 'Koln', '..', '']
    const files = hostile.map((name) => run.scoresOf('OD', name))
    for (const file of files) expect(path.dirname(file)).toBe(run.scores)
    expect(new Set(files).size).toBe(files.length)
  })
})

describe('numbered runs', () => {
  test('begin at 1, count on from the highest, and carry the dataset', () => {
    const runs = path.join(folder, 'runs')
    expect(nextRunName('Sinus (2019)', runs)).toBe(path.join(runs, '0001-sinus-2019'))
    mkdirSync(path.join(runs, '0007-old'), { recursive: true })
    mkdirSync(path.join(runs, 'notes'))
    expect(nextRunName('sinus', runs)).toBe(path.join(runs, '0008-sinus'))
    expect(nextRunName('***', runs)).toBe(path.join(runs, '0008-dataset'))
  })

  test('the latest is the highest number that has begun', () => {
    const runs = path.join(folder, 'runs')
    expect(latestRun(runs)).toBeUndefined()
    for (const name of ['0002-a', '0010-b', '0011-empty']) mkdirSync(path.join(runs, name), { recursive: true })
    for (const name of ['0002-a', '0010-b']) writeFileSync(path.join(runs, name, 'config.yaml'), '')
    expect(latestRun(runs)).toBe(path.join(runs, '0010-b'))
  })
})

describe('opening a run', () => {
  test('refuses a folder that holds none, by name', () => {
    expect(() => openRunDirectory(folder)).toThrow(UserError)
    expect(() => openRunDirectory(folder)).toThrow(/config.yaml is missing/)
    expect(() => openRunDirectory(path.join(folder, 'absent'))).toThrow(/is not a folder/)
    writeFileSync(path.join(folder, 'config.yaml'), '')
    expect(openRunDirectory(folder).root).toBe(folder)
  })
})
