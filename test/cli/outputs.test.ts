import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { answersOf } from '../support/answers.js'
import { demoFilms } from '../support/demo-films.js'
import { type Answer, kopt, koptFile } from '../support/kopt.js'
import { tinyBackbone } from './tiny-run.js'

/** Every file and link below a folder with what it holds. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    names.flatMap((name) => {
      const file = path.join(folder, name)
      if (!existsSync(file)) return [[name, `to ${readlinkSync(file)}`]]
      return statSync(file).isDirectory() ? [] : [[name, readFileSync(file).toString('base64')]]
    }),
  )
}

/** A workplace with a dataset whose hospital A has regions, a backbone and a table of labels. */
function workplace(): string {
  const cwd = mkdtempSync(path.join(tmpdir(), 'kopt-'))
  tinyBackbone(cwd)
  demoFilms(path.join(cwd, 'films'), 6)
  demoFilms(path.join(cwd, 'archive'), 6, '--dicom')
  return cwd
}

/** One that is gone after the test. */
function ownWorkplace(): string {
  const cwd = workplace()
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  return cwd
}

const a = 'archive/hospital-a'
const made = {
  features: ['features', 'films/hospital-a', '--backbone', 'backbone.onnx', '--out'],
  inspect: ['inspect', 'films/hospital-a', '--out'],
  plan: [
    'plan',
    'films/hospital-a',
    '--preset',
    'quick',
    '--set',
    'search.multiples=[1, 2]',
    '--backbone',
    'backbone.onnx',
    '--out',
  ],
  manifest: ['manifest', a, '--labels', `${a}/labels.csv`, '--match', 'AccessionNumber', '--out'],
  crop: ['crop', a, '--roi', `${a}/regions.csv`, '--out'],
  deidentify: ['deidentify', `${a}/images`, '--out'],
  names: ['deidentify', `${a}/images`, '--out', 'cleaned', '--names'],
  train: [
    'gan',
    'train',
    'films/hospital-a',
    '--steps',
    '2',
    '--size',
    '16',
    '--width',
    '0.1',
    '--set',
    'batchSize=8',
    '--out',
  ],
  demo: ['demo-data'],
} as const

describe('what a verb makes', () => {
  let shared: string
  let answers: Answer[]
  let [before, after]: Record<string, string>[] = []
  const refused = [
    ['features', 'films/hospital-a/manifest.npy', 'films/hospital-a/manifest.csv'],
    ['features', `${a}/labels.npy`, `${a}/labels.csv`],
    ['features', 'mine.npy', 'mine.npy'],
    ['features', 'folder.npy', 'folder.npy'],
    ['features', 'link.npy', 'link.npy'],
    ['inspect', 'mine.html', 'mine.html'],
    ['inspect', 'folder.html', 'folder.html'],
    ['inspect', 'link.html', 'link.html'],
    ['plan', 'mine.html', 'mine.html'],
    ['manifest', 'mine.csv', 'mine.csv'],
    ['manifest', 'link.csv', 'link.csv'],
    ['manifest', `${a}/labels.csv`, `${a}/labels.csv`],
    ['names', 'mine.csv', 'mine.csv'],
    ['names', 'link.csv', 'link.csv'],
    ['crop', 'films/hospital-a', 'films/hospital-a'],
    ['crop', 'mine.csv', 'mine.csv'],
    ['deidentify', 'films/hospital-b', 'films/hospital-b'],
    ['train', 'films/hospital-a', 'films/hospital-a'],
    ['train', 'curves', 'curves'],
    ['train', 'mine.csv', 'mine.csv'],
    ['demo', 'films', 'films'],
    ['demo', 'curves', 'curves'],
    ['demo', 'mine.csv', 'mine.csv'],
  ] as const
  beforeAll(() => {
    shared = workplace()
    for (const name of ['mine.npy', 'mine.html', 'mine.csv']) writeFileSync(path.join(shared, name), 'mine')
    for (const name of ['folder.npy', 'folder.html', 'curves']) mkdirSync(path.join(shared, name))
    writeFileSync(path.join(shared, 'curves', 'curves.csv'), 'mine')
    // links to what is not there yet
    for (const name of ['npy', 'html', 'csv'])
      symlinkSync(path.join(shared, 'elsewhere'), path.join(shared, `link.${name}`))
    before = contents(shared)
    answers = answersOf(
      refused.map(([verb, out]) => [...made[verb], out]),
      { cwd: shared },
    )
    after = contents(shared)
  }, 120_000)
  afterAll(() => rmSync(shared, { recursive: true, force: true }))

  it.each(refused.map(([verb, out, named], i) => [verb, out, named, i] as const))(
    '%s never writes over what it did not make: --out %s',
    (_verb, _out, named, i) => {
      const { code, stderr } = answers[i]
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(named) })
      expect(stderr).toMatch(/is there already|holds something already|is no folder/)
    },
  )

  it('leaves all of that as it was', () => {
    expect(after).toEqual(before)
    const [verb, out, named] = refused[0]
    expect(kopt([...made[verb], out], { cwd: shared })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(named),
    })
    expect(contents(shared)).toEqual(before)
  })

  it('may be made again where the verb knows it for its own: pages', () => {
    const cwd = ownWorkplace()
    expect(kopt([...made.inspect, 'page.html'], { cwd }).code).toBe(0)
    const first = readFileSync(path.join(cwd, 'page.html'), 'utf8')
    expect(kopt([...made.inspect, 'page.html'], { cwd }).code).toBe(0)
    expect(readFileSync(path.join(cwd, 'page.html'), 'utf8')).toBe(first)
    expect(kopt([...made.plan, 'page.html'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(kopt plan writes over pages of its own alone)'),
    })
    expect(readFileSync(path.join(cwd, 'page.html'), 'utf8')).toBe(first)
  })

  it('is not made again where nothing says whose it is: features', () => {
    const cwd = ownWorkplace()
    expect(kopt([...made.features, 'out.npy'], { cwd }).code).toBe(0)
    const before = contents(cwd)
    expect(kopt([...made.features, 'out.npy'], { cwd })).toMatchObject({
      code: 2,
      stderr:
        '--out out.npy is there already, and nothing is written over; name another file, or move that one away first\n',
    })
    expect(contents(cwd)).toEqual(before)
  })

  it('is there whole or not at all: patches of films of which one is damaged, films that are being drawn', async () => {
    const cwd = ownWorkplace()
    const first = path.join(cwd, a, 'images', 'IM00006')
    writeFileSync(first, readFileSync(first).subarray(0, 3000))
    expect(kopt([...made.crop, 'cut'], { cwd }).code).toBe(2)
    expect(readdirSync(cwd)).not.toContain('cut')

    const drawing = spawn(process.execPath, [koptFile, 'demo-data', 'many', '--patients', '2000'], { cwd })
    const many = path.join(cwd, 'many')
    const drafts = () => (existsSync(many) ? readdirSync(many) : [])
    while (drafts().length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    const [draft] = drafts()
    const pid = Number(/^\.kopt-(\d+)\.tmp$/.exec(draft)?.[1])
    expect(kopt(['demo-data', 'many', '--patients', '6'], { cwd })).toMatchObject({
      code: 2,
      stderr: `many is being written by another kopt (process ${pid}); wait for it, or name another folder\n`,
    })
    const ended = new Promise((resolve) => drawing.on('close', resolve))
    process.kill(pid, 'SIGKILL')
    await ended
    expect(drafts()).toEqual([draft])
    expect(kopt(['demo-data', 'many', '--patients', '6'], { cwd }).code).toBe(0)
    expect(readdirSync(path.join(cwd, 'many')).sort()).toEqual(['hospital-a', 'hospital-b'])
  })
})

describe('kopt gan sample', () => {
  let cwd: string
  const checkpoint = path.join('generator', 'checkpoint-000002.safetensors')
  const draw = (out: string, ...words: string[]) =>
    kopt(['gan', 'sample', checkpoint, '--out', out, '--count', '2', ...words], { cwd })

  beforeAll(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'kopt-'))
    demoFilms(path.join(cwd, 'films'), 6)
    expect(kopt([...made.train, 'generator'], { cwd }).code).toBe(0)
  }, 120_000)
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  it('draws into new, empty and its own folders, and never among real films', () => {
    const before = contents(path.join(cwd, 'films'))
    for (const folder of ['films', 'films/hospital-a', 'generator', 'films/hospital-a/healthy']) {
      const { code, stderr } = draw(folder)
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          new RegExp(`^--out ${folder} holds something already .* was not made by kopt gan sample`),
        ),
      })
    }
    expect(contents(path.join(cwd, 'films'))).toEqual(before)

    expect(draw('drawn')).toMatchObject({ code: 0 })
    expect(draw('drawn', '--start', '2')).toMatchObject({ code: 0 })
    expect(readdirSync(path.join(cwd, 'drawn', 'healthy'))).toHaveLength(4)
    const whole = contents(path.join(cwd, 'drawn'))
    expect(draw('drawn')).toMatchObject({ code: 0 })
    expect(contents(path.join(cwd, 'drawn'))).toEqual(whole)
  })

  it('leaves a file of the same name as it is, and then writes nothing', () => {
    expect(draw('mixed').code).toBe(0)
    writeFileSync(path.join(cwd, 'mixed', 'sinusitis', 'sinusitis-s1-000003.png'), 'mine')
    const before = contents(path.join(cwd, 'mixed'))
    expect(draw('mixed', '--start', '2')).toMatchObject({
      code: 2,
      stderr: `--out mixed holds other files of the same names; name another folder: ${path.join('mixed', 'sinusitis', 'sinusitis-s1-000003.png')}\n`,
    })
    expect(contents(path.join(cwd, 'mixed'))).toEqual(before)
  })

  it('trains on in a folder that was begun so', () => {
    const words = [...made.train, 'generator']
    words[words.indexOf('--steps') + 1] = '4'
    expect(kopt(words, { cwd }).code).toBe(0)
    expect(readdirSync(path.join(cwd, 'generator'))).toContain('checkpoint-000004.safetensors')
  })
})
