import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { takeLock } from '../../src/base/lock-file.js'
import { ndarray } from '../../src/base/ndarray.js'
import { acganOptions } from '../../src/generator/acgan/options.js'
import { initialState } from '../../src/generator/acgan/steps.js'
import { originOf, writeCheckpoint } from '../../src/generator/checkpoint.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

/** A generator small enough to be trained in a second. */
const tiny = ['--size', '16', '--width', '0.1', '--set', 'batchSize=8', '--checkpoint-every', '5', '--grid-every', '5']

describe('kopt gan', () => {
  it('trains a generator and draws from it, the same images for the same numbers', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 6)
    const trained = kopt(['gan', 'train', 'films/hospital-a', '--out', 'generator', '--steps', '10', ...tiny], { cwd })
    expect({ code: trained.code, stderr: trained.stderr.split('\n')[0] }).toEqual({
      code: 0,
      stderr: '12 films (healthy, sinusitis), 16 x 16 x 1',
    })
    const checkpoint = path.join('generator', 'checkpoint-000010.safetensors')
    expect(trained.stdout).toMatch(/^10 steps in .+ a second\nCheckpoint: /)
    expect(trained.stdout).toContain(checkpoint)
    expect(readdirSync(path.join(cwd, 'generator'))).toEqual(expect.arrayContaining(['curves.csv', 'grid-000010.png']))

    const draw = (out: string, ...words: string[]) => {
      const answer = kopt(['gan', 'sample', checkpoint, '--class', 'sinusitis', '--out', out, ...words], { cwd })
      expect(answer.code, answer.stderr).toBe(0)
      return (name: string) => readFileSync(path.join(cwd, out, 'sinusitis', name))
    }
    const whole = draw('whole', '--count', '5')
    const part = draw('part', '--start', '3', '--count', '2')
    expect(readdirSync(path.join(cwd, 'part', 'sinusitis')).sort()).toEqual([
      'sinusitis-s1-000003.png',
      'sinusitis-s1-000004.png',
    ])
    expect(part('sinusitis-s1-000003.png').equals(whole('sinusitis-s1-000003.png'))).toBe(true)
    expect(whole('sinusitis-s1-000000.png').equals(whole('sinusitis-s1-000001.png'))).toBe(false)

    expect(kopt(['gan', 'sample', checkpoint, '--class', 'sinusitus', '--out', 'x'], { cwd }).stderr).toBe(
      `--class sinusitus is not in ${checkpoint}, which draws healthy, sinusitis; did you mean sinusitis?\n`,
    )
    expect(kopt(['gan', 'sample', 'generator', '--out', 'x'], { cwd }).stderr).toBe(
      `generator is a folder; name a checkpoint in it, such as ${checkpoint}\n`,
    )
  })

  it('writes below --out alone, whatever a checkpoint calls its classes', () => {
    const cwd = temporaryFolder()
    const classes = ['../../outside', '/etc', '..', 'a/b', 'Ill', 'ill', 'nasenh\u00f6hle']
    const options = acganOptions({ classes, imageSize: [16, 16], channels: 1, width: 0.1, steps: 1 })
    const images = ndarray('uint8', [1, 16, 16, 1], new Uint8Array(256))
    const runtime = { threads: 1, device: 'cpu', lowering: 'auto' }
    const origin = originOf({ kind: 'acgan', images, labels: Int32Array.of(0), options, ...runtime })
    const file = writeCheckpoint(cwd, { step: 1, origin, observed: {}, state: initialState(options) })
    const { code, stderr } = kopt(['gan', 'sample', file, '--count', '1', '--out', 'in/here'], { cwd })
    expect(code, stderr).toBe(0)
    expect(readdirSync(cwd).sort()).toEqual([path.basename(file), 'in'])
    expect(readdirSync(path.join(cwd, 'in'))).toEqual(['here'])
    const folders = readdirSync(path.join(cwd, 'in', 'here'), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    )
    expect(new Set(folders.map((name) => name.toLowerCase())).size).toBe(classes.length)
    expect(folders).toEqual(expect.arrayContaining(['Ill', 'nasenh\u00f6hle']))
    for (const folder of folders) {
      expect(existsSync(path.join(cwd, 'in', 'here', folder, `${folder}-s1-000000.png`))).toBe(true)
    }
  })

  it('trains in a folder that no other training works in', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 6)
    const words = ['gan', 'train', 'films/hospital-a', '--out', 'generator', '--steps', '10', ...tiny]
    expect(kopt(words, { cwd }).code).toBe(0)
    const lock = takeLock(path.join(cwd, 'generator', 'kopt.lock'), { doing: 'kopt gan train', waitMs: 0 })
    const { code, stderr } = kopt(words, { cwd })
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`another kopt is at work in generator: kopt gan train, process ${process.pid}, since`),
      ),
    })
    lock.release()
    expect(kopt(words, { cwd }).code).toBe(0)
    expect(readdirSync(path.join(cwd, 'generator')).filter((name) => /lock|tmp/.test(name))).toEqual([])
  })

  it('takes steps and width from --set, and refuses what is said twice or is no key of the section', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 6)
    const train = (...words: string[]) =>
      kopt(['gan', 'train', 'films/hospital-a', '--out', 'generator', '--size', '16', ...words], { cwd })
    const set = ['--set', 'generator.steps=3', '--set', 'width=0.1']
    const twice = train(...set, '--steps', '2', '--set', 'imageSize=[8, 8]')
    expect({ code: twice.code, stdout: twice.stdout }).toEqual({ code: 2, stdout: '' })
    expect(twice.stderr).toContain('imageSize is no key of the section generator; give --size')
    expect(twice.stderr).toContain('generator.steps is given by --steps 2 too; leave one of them out')
    expect(readdirSync(cwd)).toEqual(['films'])
    expect(train(...set, '--set', 'batchSize=8').stdout).toMatch(/^3 steps in /)
  })

  it('names every wrong option at once and writes nothing', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 6)
    const words = ['gan', 'train', 'films/hospital-a', '--out', 'generator', '--set', 'batchSiz=8', '--size', '20']
    const { code, stdout, stderr } = kopt(words, { cwd })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('batchSiz is no option; did you mean batchSize?')
    expect(stderr).toContain('imageSize is [20,20], but expected height and width in pixels, both divisible by 8')
    expect(readdirSync(cwd)).toEqual(['films'])
  })
})
