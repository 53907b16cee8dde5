import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { takeRows } from '../../src/base/ndarray.js'
import { readNpy } from '../../src/base/npy.js'
import { Rng } from '../../src/base/random.js'
import { encodePng } from '../../src/image/codec.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-given-'))
const films = path.join(work, 'films', 'hospital-a')
const classes = ['healthy', 'sinusitis']

const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'search.multiples=whole',
  'search.kMax=5',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'search.repeats=2',
  'synthetic.order=random',
].flatMap((setting) => ['--set', setting])
const backbone = tinyBackboneFile()

function words(synthetic: string, out: string): string[] {
  return ['run', films, '--synthetic', synthetic, '--backbone', backbone, '--out', out, ...settings]
}

/** Made images, two seeded ones differ. */
async function drawn(name: string, counts: readonly number[]): Promise<string> {
  const folder = path.join(work, name)
  for (const [c, label] of classes.entries()) {
    mkdirSync(path.join(folder, label), { recursive: true })
    for (let i = 0; i < counts[c]; i++) {
      const data = new Rng(5)
        .split(name)
        .at(c)
        .at(i)
        .bytes(24 * 20)
      const png = await encodePng({ width: 24, height: 20, channels: 1, bitDepth: 8, data: data.slice() })
      writeFileSync(path.join(folder, label, `${String(i).padStart(4, '0')}.png`), png)
    }
  }
  return folder
}

const resultOf = (run: string) => JSON.parse(readFileSync(path.join(run, 'result.json'), 'utf8'))
const splitOf = (run: string) =>
  readFileSync(path.join(run, 'private', 'films.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
    .map((cells) => ({ set: cells[1], label: cells[2], file: cells.at(-1) as string }))

describe('synthetic images made elsewhere', () => {
  const whole = path.join(work, 'whole')
  let made = ''

  beforeAll(async () => {
    demoFilms(path.join(work, 'films'), 24)
    made = await drawn('made', [60, 50])
    const { code, stderr: said } = kopt(words(made, whole))
    expect(code, said).toBe(0)
    expect(said).toContain('kopt cannot know which films that generator has seen')
    expect(said).toMatch(/are enough up to K = \d: the search ends there and not at 5/)
  }, 300_000)

  it('take the place of the GAN, and K ends where they do', () => {
    const result = resultOf(whole)
    expect(result.gan).toBeNull()
    const { train } = result.dataset.split
    const balanced = Math.max(...Object.values<number>(train))
    const last = Math.min(Math.floor((60 + train.healthy) / balanced), Math.floor((50 + train.sinusitis) / balanced))
    expect(last).toBeLessThan(5)
    expect(result.synthetic).toMatchObject({
      source: 'given',
      images: { healthy: 60, sinusitis: 50 },
      kMax: { asked: 5, used: last },
    })
    expect(result.search.trials.map((trial: { k: number }) => trial.k)).toEqual(
      Array.from({ length: last }, (_, i) => i + 1),
    )
    expect(result.quality[0].n.synthetic).toBe(last * balanced - train.healthy)
    expect(existsSync(path.join(whole, 'gan'))).toBe(false)
    const report = readFileSync(path.join(whole, 'report.html'), 'utf8')
    expect(report).toContain('Made elsewhere.')
    expect(report).toContain(`They are enough up to K = ${last}`)
    expect(report).not.toContain(made)
  })

  it('go on to the same bytes after a kill', async () => {
    const out = path.join(work, 'killed')
    const child = spawn(process.execPath, [koptFile, ...words(made, out)], { stdio: 'ignore' })
    while (!existsSync(path.join(out, 'pool', 'given-c1.npy'))) await new Promise((resolve) => setTimeout(resolve, 10))
    const closed = new Promise((resolve) => child.on('close', resolve))
    child.kill('SIGKILL')
    await closed
    const { code, stderr } = kopt(['resume', out])
    expect(code, stderr).toBe(0)
    for (const folder of ['pool', 'trials', 'scores', 'model']) {
      const names = readdirSync(path.join(whole, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
        /\.\w+$/.test(name),
      )
      expect(names.length).toBeGreaterThan(0)
      for (const name of names)
        expect(
          readFileSync(path.join(out, folder, name)).equals(readFileSync(path.join(whole, folder, name))),
          name,
        ).toBe(true)
    }
    const [a, b] = [resultOf(out), resultOf(whole)]
    expect({ ...a, seconds: null }).toEqual({ ...b, seconds: null })
  }, 300_000)

  it('are refused where a test or tuning film is among them, whatever it is called', async () => {
    const leaky = await drawn('leaky', [60, 50])
    const split = splitOf(whole)
    const place = (set: string, label: string, name: string) => {
      const film = split.find((one) => one.set === set && one.label === label)
      copyFileSync(film?.file as string, path.join(leaky, label, name))
    }
    place('test', 'sinusitis', '9999.png')
    place('tuning', 'healthy', '9998.png')
    const { code, stderr } = kopt(words(leaky, path.join(work, 'leak')))
    expect(code).toBe(2)
    expect(stderr).toContain('1 image of it is a film of the internal test set: sinusitis/9999.png')
    expect(stderr).toContain('1 image of it is a film of the tuning set: healthy/9998.png')
  }, 120_000)

  it('are counted as copies where they equal training films', async () => {
    const copied = await drawn('copied', [40, 40])
    for (const { set, label, file } of splitOf(whole))
      if (set === 'train' && label === 'healthy')
        copyFileSync(file, path.join(copied, label, `0-${path.basename(file)}`))
    const out = path.join(work, 'copied-run')
    const { code, stderr } = kopt([...words(copied, out), '--set', 'synthetic.order=name', '--set', 'search.repeats=1'])
    expect(code, stderr).toBe(0)
    const result = resultOf(out)
    const copies = result.dataset.split.train.healthy
    expect(result.synthetic.trainingFilms).toEqual({ healthy: copies, sinusitis: 0 })
    expect(stderr).toContain(`${copies} synthetic films equal training films`)
    expect(result.quality[0].copies.suspected).toBeGreaterThan(0)
    expect(result.quality[0].findings).toMatchObject({ suspicious: true })
  }, 120_000)

  it('are left out where they look like training films, if that is asked for, and the others stay in their order', async () => {
    const folder = await drawn('sifted', [40, 40])
    const healthy = splitOf(whole).filter(({ set, label }) => set === 'train' && label === 'healthy')
    healthy.forEach(({ file }, i) => {
      copyFileSync(file, path.join(folder, 'healthy', `${String(3 * i).padStart(4, '0')}-copy.png`))
    })
    const names = readdirSync(path.join(folder, 'healthy')).sort()
    const run = (out: string, exclude: boolean) => {
      const more = ['synthetic.order=name', 'search.repeats=1', `synthetic.excludeCopies=${exclude}`]
      return kopt([...words(folder, path.join(work, out)), ...more.flatMap((setting) => ['--set', setting])])
    }
    expect(run('kept', false).code).toBe(0)
    const { code, stderr } = run('left-out', true)
    expect(code, stderr).toBe(0)
    const pool = (out: string) => readNpy(path.join(work, out, 'pool', 'given-c0.npy'), 'uint8')
    const originals = names.flatMap((name, row) => (name.endsWith('-copy.png') ? [] : [row]))
    expect(pool('kept').shape[0]).toBe(names.length)
    expect(pool('left-out')).toEqual(takeRows(pool('kept'), originals))

    const [kept, result] = [resultOf(path.join(work, 'kept')), resultOf(path.join(work, 'left-out'))]
    expect(kept.synthetic.excluded).toBeUndefined()
    expect(result.synthetic).toMatchObject({
      images: { healthy: 40, sinusitis: 40 },
      trainingFilms: { healthy: 0, sinusitis: 0 },
      excluded: {
        healthy: { checked: names.length, excluded: healthy.length, suspicious: true },
        sinusitis: { checked: 40, excluded: 0, suspicious: false },
      },
    })
    expect(stderr).toContain(
      `class healthy: ${healthy.length} of ${names.length} synthetic films left out as suspected copies`,
    )
    const report = readFileSync(path.join(work, 'left-out', 'report.html'), 'utf8')
    expect(report).toContain(`${healthy.length} of ${names.length} synthetic films`)
    expect(readFileSync(path.join(work, 'left-out', 'tables', 'quality.csv'), 'utf8')).toContain('excluded_copies')
  }, 240_000)

  it('are refused where they do not even balance the classes, or belong to others', async () => {
    const few = await drawn('few', [0, 3])
    const { code, stderr } = kopt(words(few, path.join(work, 'few-run')))
    const other = await drawn('other', [5, 5])
    mkdirSync(path.join(other, 'tumour'))
    copyFileSync(path.join(other, 'healthy', '0000.png'), path.join(other, 'tumour', '0000.png'))
    const foreign = kopt(words(other, path.join(work, 'other-run')))
    expect(foreign.code).toBe(2)
    expect(foreign.stderr).toContain('there is no class tumour')
    // The cohort has more healthy films, so that balancing needs sinusitis.
    const { healthy, sinusitis } = resultOf(whole).dataset.split.train
    expect(healthy - sinusitis).toBeGreaterThan(3)
    expect(code).toBe(2)
    expect(stderr).toContain(
      `class sinusitis has 3, but ${healthy - sinusitis} are needed beside its ${sinusitis} training films`,
    )
  }, 120_000)
})
