import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openBackbone } from '../../src/backbone/backbone.js'
import { fromNumbers, rows } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { tinyBackboneFile, tinyContract } from '../support/tiny-backbone.js'

const images = (n: number, size = 16) => fromNumbers('uint8', [n, size, size, 1], new Rng(3).bytes(n * size * size))

describe('a backbone', () => {
  it('gives an image the same features to the byte, alone, among others and at another place', async () => {
    const backbone = await openBackbone(tinyBackboneFile(), { threads: 1 })
    const all = images(19)
    const together = await backbone.extract(all)
    expect(together.shape).toEqual([19, 6])
    for (const i of [0, 7, 18]) {
      const alone = await backbone.extract(rows(all, i, i + 1))
      expect(alone.data).toEqual(rows(together, i, i + 1).data)
    }
    await backbone.close()
  })

  it('sees images of any size enlarged to its own, and grey the same as three equal channels', async () => {
    const backbone = await openBackbone(tinyBackboneFile(), { threads: 1 })
    const grey = images(2, 8)
    const colour = fromNumbers(
      'uint8',
      [2, 8, 8, 3],
      Array.from(grey.data).flatMap((v) => [v, v, v]),
    )
    const a = await backbone.extract(grey)
    const b = await backbone.extract(colour)
    a.data.forEach((value, i) => {
      expect(b.data[i]).toBeCloseTo(value, 5)
    })
    await backbone.close()
  })

  it('takes its contract from the file beside it where the model says nothing', async () => {
    const file = tinyBackboneFile({ contract: null })
    await expect(openBackbone(file, { threads: 1 })).rejects.toThrow(
      /does not say what it expects \(inputs pixels; outputs features\)\. Write .*tiny\.onnx\.json/,
    )
    writeFileSync(`${file}.json`, JSON.stringify(tinyContract))
    const backbone = await openBackbone(file, { threads: 1 })
    expect(backbone.contract).toMatchObject({ name: 'tiny', features: 6 })
    await backbone.close()
  })

  it('refuses a contract that does not fit the model, with both sides', async () => {
    const open = (change: object) => {
      const file = tinyBackboneFile({ contract: null })
      writeFileSync(`${file}.json`, JSON.stringify({ ...tinyContract, ...change }))
      return openBackbone(file, { threads: 1 })
    }
    await expect(open({ outputName: 'feat' })).rejects.toThrow(/no output feat \(it has features\)/)
    await expect(open({ inputName: 'x' })).rejects.toThrow(/no input x \(it has pixels\)/)
    await expect(open({ inputSize: [32, 16] })).rejects.toThrow(
      /is \[N, 16, 16, 1\], but its contract says \[N, 32, 16, 1\]/,
    )
    await expect(open({ scaling: { mean: [0], deviation: [0] } })).rejects.toThrow(/scaling\.deviation/)
    await expect(open({ scaling: { mean: [0, 0], deviation: [1, 1] } })).rejects.toThrow(/need 1 value each/)
  })

  it('is refused by name where it gives no numbers, or the same for every image', async () => {
    const nan = tinyBackboneFile({ weights: new Array(54).fill(Number.NaN) })
    await expect(openBackbone(nan, { threads: 1 })).rejects.toThrow(
      /tiny\.onnx gives NaN in place of a number \(image 1/,
    )
    const zero = tinyBackboneFile({ weights: new Array(54).fill(0) })
    await expect(openBackbone(zero, { threads: 1 })).rejects.toThrow(
      /tiny\.onnx gives the same features for each of 16 different images/,
    )
  })

  it('is refused at the film that makes it fail, and never for films that are alike themselves', async () => {
    // A kernel so large that bright films overflow, while the noise of a trial does not.
    const huge = tinyBackboneFile({ weights: new Array(54).fill(4e35) })
    const backbone = await openBackbone(huge, { threads: 1 })
    const films = images(9)
    films.data.fill(255, 7 * 256, 8 * 256)
    await expect(backbone.extract(films)).rejects.toThrow(
      /gives Infinity in place of a number \(image 8 of 9, feature 1\)/,
    )
    const alike = fromNumbers('uint8', [9, 16, 16, 1], new Uint8Array(9 * 256).fill(100))
    const { data } = await backbone.extract(alike)
    expect(new Set(data).size).toBe(1)
    await backbone.close()
  })

  it('says what to get for a name whose weights can not be shipped, and names the nearest for an unknown one', async () => {
    await expect(openBackbone('chexnet', { threads: 1 })).rejects.toThrow(
      /backbone chexnet is not on this computer .*kopt backbone add chexnet\. .*carry the one file over.*--from FILE/,
    )
    await expect(openBackbone('scatering', { threads: 1 })).rejects.toThrow(/did you mean scattering\?/)
  })
})
