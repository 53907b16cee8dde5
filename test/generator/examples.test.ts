/** The examples of docs/generators.md do what they say, on films of grey and of colour. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ndarray, rows, sameBytes } from '../../src/base/ndarray.js'
import { Rng } from '../../src/base/random.js'
import { command } from '../../src/generator/command/command.js'
import { readMade } from '../../src/generator/read-made.js'
import { temporaryFolder } from '../support/kopt.js'

const root = path.resolve(import.meta.dirname, '..', '..')
const classes = ['healthy', 'with, a comma']
const labels = Int32Array.of(0, 1, 0, 1, 0, 1, 1)
const wanted = [150, 40]

/** Films around a shade of their class, and what a program makes of them. */
async function made(words: readonly string[], channels: 1 | 3, seed: number) {
  const scratch = path.join(temporaryFolder(), 'scratch')
  mkdirSync(scratch)
  const size = 6 * 5 * channels
  const noise = new Rng(3).bytes(labels.length * size)
  const data = Uint8Array.from(noise, (byte, i) => 60 + 80 * labels[Math.floor(i / size)] + byte / 8)
  const spec = { classes, imageSize: [6, 5] as [number, number], channels }
  const job = {
    ...spec,
    images: ndarray('uint8', [labels.length, 6, 5, channels], data),
    labels,
    wanted,
    seed,
    scratch,
    log: path.join(scratch, '..', 'log'),
  }
  const heard: string[] = []
  const folders = await command.make({ command: words }, job, { onLine: (line) => void heard.push(line) })
  const images = await readMade({ ...spec, scratch, folders, wanted, maker: 'the example' })
  return { heard, images: images.map(({ pixels }) => pixels), films: job.images }
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

function spread(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}

async function keepsItsWord(words: readonly string[]) {
  for (const channels of [1, 3] as const) {
    const { images, films, heard } = await made(words, channels, 7)
    expect(heard).toEqual(['healthy: 150 images from 3 films', 'with, a comma: 40 images from 4 films'])
    expect(images.map(({ shape }) => shape[0])).toEqual(wanted)
    for (const [c, pixels] of images.entries()) {
      const of = [...labels.keys()]
        .filter((row) => labels[row] === c)
        .flatMap((row) => [...rows(films, row, row + 1).data])
      const drawn = [...pixels.data]
      expect(Math.abs(mean(drawn) - mean(of))).toBeLessThan(4)
      expect(spread(drawn)).toBeGreaterThan(spread(of) / 2)
      expect(spread(drawn)).toBeLessThan(spread(of) * 2)
    }
  }
  const again = async (seed: number) => (await made(words, 1, seed)).images[0]
  const first = await again(7)
  expect(sameBytes(await again(7), first)).toBe(true)
  expect(sameBytes(await again(8), first)).toBe(false)
}

describe('the example of a generator', () => {
  it('in Node keeps its word', () => keepsItsWord([process.execPath, path.join(root, 'examples', 'mixture.mjs')]))

  it('in Python keeps its word, where there is one', async () => {
    const file = path.join(root, 'examples', 'mixture.py')
    const python = ['python3', 'python'].find((name) => spawnSync(name, ['-c', 'import zlib'], {}).status === 0)
    if (python) await keepsItsWord([python, file])
    else expect(readFileSync(path.join(root, 'docs', 'generators.md'), 'utf8')).toContain(readFileSync(file, 'utf8'))
  })
})
