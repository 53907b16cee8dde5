import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { fromNumbers, type NDArray, rows } from '../../src/base/ndarray.js'
import { encodeNpy, readNpy } from '../../src/base/npy.js'
import { Rng } from '../../src/base/random.js'
import { encodePng } from '../../src/image/codec.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/generated-features.json'), 'utf8'))
  .cases[2]

function save(folder: string, name: string, array: NDArray): string {
  const file = path.join(folder, name)
  writeFileSync(file, encodeNpy(array))
  return file
}

const matrix = (rows: number[][]) => fromNumbers('float64', [rows.length, rows[0].length], rows.flat())

describe('kopt quality of two matrices', () => {
  it('prints the figures of the reference implementations', () => {
    const folder = temporaryFolder()
    const [real, synthetic] = ['real', 'synthetic'].map((name) => save(folder, `${name}.npy`, matrix(golden[name])))
    const { code, stdout, stderr } = kopt(['quality', real, synthetic, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const answer = JSON.parse(stdout)
    expect(answer.n).toMatchObject({ real: 40, synthetic: 25 })
    expect(answer.kid.value).toBeCloseTo(golden.kid, 10)
    expect(answer.kid.low).toBeLessThan(answer.kid.value)
    expect(answer.fid).toBeCloseTo(golden.fid, 9)
    for (const key of ['precision', 'recall', 'density', 'coverage']) expect(answer[key]).toBeCloseTo(golden[key], 12)
    expect(answer.copies.authenticity).toBeCloseTo(golden.authenticity, 12)
    expect(answer.copies.reference).toBe('leave-one-out')
    const heldOut = save(folder, 'held-out.npy', matrix(golden.heldOut))
    const beside = JSON.parse(kopt(['quality', real, synthetic, '--held-out', heldOut, '--json']).stdout)
    expect(beside.copies.nearestRatio).toBeCloseTo(golden.nearestRatio, 9)
  })

  it('says in words that copies are suspected, and never that there are none', () => {
    const folder = temporaryFolder()
    const rng = new Rng(4)
    const real = fromNumbers(
      'float64',
      [60, 8],
      Array.from({ length: 480 }, () => rng.normal()),
    )
    const copies = fromNumbers(
      'float64',
      [30, 8],
      real.data.slice(0, 240).map((value) => value + 0.001),
    )
    const other = fromNumbers(
      'float64',
      [30, 8],
      Array.from({ length: 240 }, () => rng.normal()),
    )
    const [r, c, o] = [save(folder, 'r.npy', real), save(folder, 'c.npy', copies), save(folder, 'o.npy', other)]
    expect(kopt(['quality', r, c]).stdout).toMatch(/warning: copies suspected: 30 of 30/)
    const { stdout } = kopt(['quality', r, o])
    expect(stdout).toMatch(
      /none found by this check: \d+ of \d+ are closer .* \(about [\d.]+ would be if none were a copy\)/,
    )
    for (const name of ['KID', 'FID', 'precision', 'recall', 'density', 'coverage'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} .* {3}\\S+ \\S+ \\S+ `, 'm'))
    expect(stdout).toMatch(/two halves of the real/)
  })

  it('refuses what is no matrix of numbers, or another one', () => {
    const folder = temporaryFolder()
    const good = save(folder, 'good.npy', fromNumbers('float32', [9, 3], new Rng(1).normals(27)))
    const wide = save(folder, 'wide.npy', fromNumbers('float32', [9, 4], new Rng(1).normals(36)))
    const line = save(folder, 'line.npy', fromNumbers('float32', [9], new Rng(1).normals(9)))
    const bytes = save(folder, 'bytes.npy', fromNumbers('uint8', [3, 3], new Uint8Array(9)))
    const odd = save(folder, 'odd.npy', fromNumbers('float64', [2, 3], [1, 2, 3, 4, Number.NaN, 6]))
    for (const [other, message] of [
      [wide, 'has 4 features a row'],
      [line, 'has shape (9), but a matrix (images, features) was expected'],
      [bytes, 'holds uint8 elements'],
      [odd, 'holds NaN in row 1, column 1'],
      [folder, 'is a .npy matrix and'],
      [path.join(folder, 'none.npy'), 'does not exist'],
    ]) {
      const { code, stderr, stdout } = kopt(['quality', good, other])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(message)
    }
  })
})

describe('kopt quality of two datasets', () => {
  async function films(folder: string, perClass: number, seed: number, classes = ['healthy', 'sick']) {
    for (const [c, label] of classes.entries()) {
      mkdirSync(path.join(folder, label), { recursive: true })
      for (let i = 0; i < perClass; i++) {
        const rng = new Rng(seed).at(c).at(i)
        const data = Uint8Array.from({ length: 256 }, (_, p) => 60 * c + 40 * ((p >> 4) & 1) + rng.integer(120))
        const png = await encodePng({ width: 16, height: 16, channels: 1, bitDepth: 8, data })
        writeFileSync(path.join(folder, label, `${String(i).padStart(3, '0')}.png`), png)
      }
    }
    return folder
  }

  it('measures class by class, as the matrices of kopt features', async () => {
    const folder = temporaryFolder()
    const real = await films(path.join(folder, 'real'), 12, 1)
    const made = await films(path.join(folder, 'made'), 9, 2)
    const backbone = tinyBackboneFile()
    const { code, stdout, stderr } = kopt(['quality', real, made, '--backbone', backbone, '--json'])
    expect(code, stderr).toBe(0)
    const answer = JSON.parse(stdout)
    expect(answer.map((one: { class: string }) => one.class)).toEqual(['healthy', 'sick'])
    expect(answer[0].n).toMatchObject({ real: 12, synthetic: 9 })
    expect(answer[1].msSsim.synthetic.mean).toBeTypeOf('number')

    // Rows of a folder are in the order of classes and names: the first are healthy.
    const healthy = (dataset: string, count: number) => {
      const all = path.join(folder, `all-${path.basename(dataset)}.npy`)
      kopt(['features', dataset, '--backbone', backbone, '--out', all])
      return save(folder, `${path.basename(dataset)}.npy`, rows(readNpy(all, 'float32'), 0, count))
    }
    const matrices = kopt(['quality', healthy(real, 12), healthy(made, 9), '--json']).stdout
    for (const key of ['kid', 'fid', 'precision', 'recall', 'density', 'coverage'])
      expect(answer[0][key]).toEqual(JSON.parse(matrices)[key])
    // Films are compared by what they show, too; a matrix shows nothing.
    const { images, ...copies } = answer[0].copies
    expect(copies).toEqual(JSON.parse(matrices).copies)
    expect(images.compared).toBe(9)
    expect(kopt(['quality', real, made, '--backbone', backbone]).stdout).toMatch(/^healthy: 12 real and 9 synthetic/)
  })

  it('refuses classes that the real films do not have, and says which were meant', async () => {
    const folder = temporaryFolder()
    const real = await films(path.join(folder, 'real'), 6, 1)
    const made = await films(path.join(folder, 'made'), 6, 2, ['healthy', 'sikc'])
    const { code, stderr } = kopt(['quality', real, made, '--backbone', tinyBackboneFile()])
    expect(code).toBe(2)
    expect(stderr).toContain('there is no class sikc; is sick meant? then rename the folder')
  })
})
