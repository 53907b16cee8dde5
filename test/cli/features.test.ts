import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNpy } from '../../src/base/npy.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { tinyBackbone } from './tiny-run.js'

describe('kopt features', () => {
  it('writes a row for each film, and a table that names the rows', () => {
    const cwd = temporaryFolder()
    tinyBackbone(cwd)
    demoFilms(path.join(cwd, 'films'), 6)
    const { code, stdout } = kopt(['features', 'films/hospital-a', '--backbone', 'backbone.onnx', '--out', 'out.npy'], {
      cwd,
    })
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: '12 films x 2 features of halves in out.npy, rows named in out.csv\n',
    })
    const { shape, dtype, data } = readNpy(path.join(cwd, 'out.npy'), 'float32')
    expect({ shape, dtype }).toEqual({ shape: [12, 2], dtype: 'float32' })
    expect([...data].every((value) => value > 0 && value < 1)).toBe(true)
    const [header, first, ...rest] = readFileSync(path.join(cwd, 'out.csv'), 'utf8').trimEnd().split('\n')
    expect(header).toBe('file,label,patient')
    expect(first).toMatch(/^healthy\/p\d+_[LR]\.png,healthy,p-[0-9a-f]{24}$/)
    expect(rest).toHaveLength(11)
  })

  it('wants a name that ends in .npy', () => {
    const { code, stderr } = kopt(['features', 'films', '--out', 'out.csv'], { cwd: temporaryFolder() })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '--out out.csv should end in .npy, for example features.npy\n',
    })
  })
})
