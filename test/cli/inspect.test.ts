import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../src/image/codec.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

/** Grey films of one colour each: `names` as CLASS/FILE. */
async function filmsAt(folder: string, names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) {
    const data = Uint8Array.from({ length: 12 }, (_, pixel) => (i * 17 + pixel * 5) % 256)
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(folder, name), await encodePng({ width: 4, height: 3, channels: 1, bitDepth: 8, data }))
  }
}

const six = ['normal/a1_L.png', 'normal/a2_L.png', 'normal/a3_L.png', 'sick/b1_L.png', 'sick/b2_L.png', 'sick/b3_L.png']

describe('kopt inspect', () => {
  it('describes a folder of classes', async () => {
    const cwd = temporaryFolder()
    await filmsAt(path.join(cwd, 'ours'), six)
    const { code, stdout, stderr } = kopt(['inspect', 'ours', '--patient-from', 'prefix'], { cwd })
    expect(code).toBe(0)
    expect(stderr).toMatch(/^done reading films \(.+\)\n$/)
    expect(stdout).toBe(
      [
        "ours: 6 films of 6 patients (patients from the films' names)",
        '  normal: 3 films, 3 patients',
        '  sick: 3 films, 3 patients, the positive class',
        '  6 films: grey, 8 bit, 3 rows x 4 columns',
        '',
      ].join('\n'),
    )
  })

  it('names every problem at once, prints what it found, and exits with 2', async () => {
    const cwd = temporaryFolder()
    await filmsAt(path.join(cwd, 'ours'), six)
    writeFileSync(path.join(cwd, 'ours/normal/notes.png'), 'not an image')
    writeFileSync(path.join(cwd, 'ours/sick/empty.png'), '')
    const { code, stdout, stderr } = kopt(['inspect', 'ours', '--json'], { cwd })
    expect(code).toBe(2)
    expect(JSON.parse(stdout).problems).toHaveLength(2)
    expect(stderr).toContain("ours can't be used as it is, 2 problems:")
    expect(stderr).toContain('normal/notes.png is not an image (its content is text)')
    expect(stderr).toContain('sick/empty.png is empty (0 bytes)')
  })

  it('gives the facts and the pixels of one image', async () => {
    const cwd = temporaryFolder()
    await filmsAt(cwd, ['film.png'])
    const { code, stdout } = kopt(['inspect', 'film.png', '--json'], { cwd })
    expect(code).toBe(0)
    // sha256 of the values 0, 5 ... 55 as int32 little endian, by Python's hashlib
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'film.png',
      format: 'png',
      rows: 3,
      columns: 4,
      frames: 1,
      channels: 1,
      bitsStored: 8,
      stored: {
        min: 0,
        max: 55,
        mean: 27.5,
        sha256: '07bc45a132151b29fbfc1edaa389472df9a1f207b24a9439cece9df3ff9fb0fa',
      },
      display: { min: 0, max: 55, mean: 27.5 },
    })
  })

  it('of what does not exist says what is near', async () => {
    const cwd = temporaryFolder()
    await filmsAt(path.join(cwd, 'ours'), six)
    const { code, stdout, stderr } = kopt(['inspect', path.join(cwd, 'owrs')])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`is '${path.join(cwd, 'ours')}' meant?`)
  })
})
