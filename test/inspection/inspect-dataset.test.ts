import { describe, expect, it } from 'vitest'
import { Rng } from '../../src/base/random.js'
import { phantomCohort } from '../../src/dataset/phantom.js'
import { encodeJpeg, encodePng } from '../../src/image/codec.js'
import type { Raster } from '../../src/image/raster.js'
import { resizeBilinear } from '../../src/image/resize.js'
import { type InspectOptions, inspectDataset as inspectWithPictures } from '../../src/inspection/inspect-dataset.js'
import type { Clue, DatasetInspection } from '../../src/record/inspection.js'
import { trapSentences } from '../../src/words/inspection.js'
import { classFolders, temporaryFolder, writeFiles } from '../dataset/films-on-disk.js'
import { needBeside } from '../support/needs.js'

/** Drawn films of patients, as files: CLASS/pNNN_L.png. */
async function phantoms(
  change: (film: { raster: Raster; label: string }, rng: Rng) => Raster = ({ raster }) => raster,
  { patients = 24, seed = 3 } = {},
): Promise<string> {
  const files: Record<string, Uint8Array> = {}
  for (const [i, { name, label, raster }] of phantomCohort({ seed, patients, hospital: 'a' }).entries())
    files[`${label}/${name}`] = await encodePng(change({ raster, label }, new Rng(9).at(i)))
  return writeFiles(temporaryFolder(), files)
}

const scaled = ({ data, width, height }: Raster, by: number): Raster => {
  const size = [Math.round(height * by), Math.round(width * by)] as const
  const values = resizeBilinear(Float32Array.from(data), [height, width, 1], size)
  return { width: size[1], height: size[0], channels: 1, bitDepth: 8, data: Uint8Array.from(values, Math.round) }
}

const lit = (raster: Raster, by: number): Raster => ({
  ...raster,
  data: Uint8Array.from(raster.data, (value) => Math.min(255, Math.round(by * value))),
})

const inspectDataset = async (dataset: string, options: InspectOptions = {}) =>
  (await inspectWithPictures(dataset, options)).facts

const clueNamed = (facts: DatasetInspection, name: Clue['name']) =>
  facts.clues.find((clue) => clue.name === name) as Clue

describe('the inspection of a dataset', () => {
  it('tells classes, patients, pixels and problems', async () => {
    const root = await classFolders({ healthy: 4, sinusitis: 2 })
    const { classes, positive, pixels, formats, problems } = await inspectDataset(root)
    expect(classes).toEqual({ healthy: { films: 4, patients: 4 }, sinusitis: { films: 2, patients: 2 } })
    expect(positive).toBe('sinusitis')
    expect(pixels).toEqual([
      { films: 6, channels: 1, bits: 8, rows: { least: 5, most: 5 }, columns: { least: 6, most: 6 } },
    ])
    expect(formats).toEqual({ png: { healthy: 4, sinusitis: 2 } })
    expect(problems).toEqual([expect.stringMatching(/^the class 'sinusitis' has 2 patients/)])
  })

  it('counts grey values from black to the cohort’s full white, each film alike', async () => {
    const sixteen = (value: number, side: number): Raster => ({
      width: side,
      height: side,
      channels: 1,
      bitDepth: 16,
      data: new Uint16Array(side * side).fill(value),
    })
    const root = await writeFiles(temporaryFolder(), {
      'normal/a.png': await encodePng(sixteen(500, 3)),
      'normal/b.png': await encodePng(sixteen(4000, 9)),
      'sick/c.png': await encodePng(sixteen(4095, 4)),
      'sick/d.png': await encodePng(sixteen(0, 4)),
    })
    const { maxValue, histograms } = await inspectDataset(root)
    expect(maxValue).toBe(4095)
    const share = (label: string, value: number) => histograms[label][Math.floor((64 * value) / 4096)]
    expect([share('normal', 500), share('normal', 4000)]).toEqual([0.5, 0.5])
    expect([share('sick', 4095), share('sick', 0)]).toEqual([0.5, 0.5])
  })

  it('goes on past an unreadable film', async () => {
    const root = await phantoms()
    await writeFiles(root, { 'healthy/broken.png': 'not an image' })
    const { problems, films, clues } = await inspectDataset(root, { patientFrom: 'prefix' })
    expect(problems).toHaveLength(1)
    expect(films).toBe(48)
    expect(clues.length).toBeGreaterThan(0)
  })
})

describe('films that are almost the same image', () => {
  it('are found when saved again, resized or lit otherwise, and only those', async () => {
    const root = await phantoms()
    const original = phantomCohort({ seed: 3, patients: 24, hospital: 'a' })
    const of = (i: number) => original[i].raster
    const copies: Record<string, Uint8Array> = {
      'jpeg.png': await encodeJpeg(of(0), 40),
      'half.png': await encodePng(scaled(of(5), 0.5)),
      'double.png': await encodePng(scaled(of(10), 2)),
      'bright.png': await encodePng(lit(of(15), 1.15)),
      'dark.png': await encodePng(lit(of(20), 0.8)),
      'all.png': await encodeJpeg(lit(scaled(of(25), 0.7), 1.1), 50),
    }
    await writeFiles(
      root,
      Object.fromEntries(Object.entries(copies).map(([name, data]) => [`sinusitis/z_${name}`, data])),
    )
    const { nearDuplicates } = await inspectDataset(root)
    const pairs = nearDuplicates.map(({ a, b }) => `${a.name} ${b.name}`).sort()
    const expected = Object.keys(copies).map((name, i) => {
      const { label, name: own } = original[5 * i]
      return `${label}/${own} sinusitis/z_${name}`
    })
    expect(pairs).toEqual(expected.sort())
  })

  it('are told apart by what is wrong with them, the gravest first', async () => {
    const [a, b, c, d] = phantomCohort({ seed: 5, patients: 2, hospital: 'a' }).map(({ raster }) => raster)
    const root = await writeFiles(temporaryFolder(), {
      'normal/p1_a.png': await encodePng(a),
      'normal/p1_again.png': await encodePng(lit(a, 0.9)),
      'normal/p2_b.png': await encodePng(b),
      'normal/p3_b.png': await encodePng(lit(b, 0.9)),
      'sick/p4_c.png': await encodePng(c),
      'normal/p5_c.png': await encodePng(lit(c, 0.9)),
      'sick/p6_d.png': await encodePng(d),
    })
    const other = await writeFiles(temporaryFolder(), {
      'normal/q1.png': 1,
      'sick/q2.png': await encodePng(scaled(d, 0.6)),
    })
    const { nearDuplicates } = await inspectDataset(root, { patientFrom: '(p\\d|q\\d)', external: { there: other } })
    expect(nearDuplicates.map(({ kind, b: film }) => [kind, film.name])).toEqual([
      ['two datasets', 'sick/q2.png'],
      ['two labels', 'sick/p4_c.png'],
      ['two patients', 'normal/p3_b.png'],
      ['one patient', 'normal/p1_again.png'],
    ])
    const unsaid = await inspectDataset(root)
    expect(unsaid.nearDuplicates.map(({ kind }) => kind)).toEqual([
      'two labels',
      'no patients given',
      'no patients given',
    ])
  })
})

describe('leakage traps', () => {
  it('are none where the classes were made alike', async () => {
    const facts = await inspectDataset(await phantoms(), { patientFrom: 'prefix' })
    expect(trapSentences(facts)).toEqual([])
    expect(clueNamed(facts, 'pixel format').constant).toBe(true)
  })

  it('are named where one class has other sizes, though they lie on both sides of the others’', async () => {
    const root = await phantoms(({ raster, label }, rng) =>
      label === 'healthy' ? raster : scaled(raster, rng.uniform() < 0.5 ? 0.4 : 2.2),
    )
    const facts = await inspectDataset(root, { patientFrom: 'prefix' })
    expect(clueNamed(facts, 'size').auc[0].low).toBeGreaterThan(0.8)
    expect(clueNamed(facts, 'border').warning).toBeNull()
    expect(trapSentences(facts)[0]).toMatch(
      /^rows and columns alone tell the classes apart \(AUC [01].\d\d, 0.\d\d to [01].\d\d\)/,
    )
  })

  it('are named where one class has a frame or a mark at its edge', async () => {
    const framed = ({ raster, label }: { raster: Raster; label: string }): Raster => {
      if (label === 'healthy') return raster
      const data = raster.data.slice()
      data.fill(255, 0, 3 * raster.width)
      return { ...raster, data }
    }
    const facts = await inspectDataset(await phantoms(framed), { patientFrom: 'prefix' })
    expect(clueNamed(facts, 'border').warning).toContain('the outermost pixels alone tell the classes apart')
    expect(clueNamed(facts, 'size').warning).toBeNull()
  })

  it('say whether another hospital has the same', async () => {
    const bright = ({ raster, label }: { raster: Raster; label: string }) =>
      label === 'healthy' ? lit(raster, 0.5) : raster
    const external = {
      alike: await phantoms(bright, { seed: 4 }),
      other: await phantoms(({ raster }) => raster, { seed: 5 }),
    }
    const facts = await inspectDataset(await phantoms(bright), { patientFrom: 'prefix', external })
    const [{ external: elsewhere }] = clueNamed(facts, 'brightness').auc
    expect(elsewhere.alike).toBeGreaterThan(0.95)
    expect(trapSentences(facts).find((text) => text.startsWith('mean grey'))).toContain('The same holds in alike')
  })

  it('are judged class by class where there are three', async () => {
    const files: Record<string, Uint8Array> = {}
    for (const [i, { name, raster }] of phantomCohort({ seed: 6, patients: 18, hospital: 'a' }).entries()) {
      const label = ['a', 'b', 'c'][i % 3]
      files[`${label}/${name}`] = await encodePng(label === 'c' ? lit(raster, 0.4) : raster)
    }
    const facts = await inspectDataset(await writeFiles(temporaryFolder(), files))
    const { auc, warning } = clueNamed(facts, 'brightness')
    expect(auc.map((one) => one.class)).toEqual(['a', 'b', 'c'])
    expect(warning).toContain('tell c from the others')
  })
})

describe('real films', () => {
  it('of view-matched adults are quiet, of Guangzhou they warn; neither holds false pairs', async (context) => {
    const nih = needBeside(context, 'shared/data/pneumonia_nih', 'the NIH set')
    const guangzhou = needBeside(context, 'shared/data/pneumonia_guangzhou', 'the Guangzhou set')
    const facts = await inspectDataset(nih, { external: { guangzhou } })
    expect(facts.nearDuplicates).toEqual([])
    expect(trapSentences(facts)).toEqual([])
    const easy = await inspectDataset(guangzhou)
    expect(clueNamed(easy, 'border').warning).toContain('cropped, framed or marked differently')
  }, 60_000)
})
