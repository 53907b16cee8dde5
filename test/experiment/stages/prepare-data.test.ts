import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { rows } from '../../../src/base/ndarray.js'
import { loadPixels } from '../../../src/dataset/load.js'
import type { Prepared } from '../../../src/experiment/cohort/prepared.js'
import { prepareData } from '../../../src/experiment/stages/prepare-data.js'
import { encodePng } from '../../../src/image/codec.js'
import { noise } from '../../dataset/films-on-disk.js'
import { tinyWork } from '../tiny-work.js'

const opened = ({ sealed }: Pick<Prepared, 'sealed'>) => sealed.open({ kOptimal: 1 })
const patientsIn = (films: readonly { patientId: string }[]) => new Set(films.map((film) => film.patientId))

describe('preparing the data', () => {
  it('puts every film into one set, all of a patient into the same', async () => {
    const { context } = await tinyWork({ external: true })
    const prepared = await prepareData(context)
    const { search, dataset } = prepared
    const [internal, elsewhere] = opened(prepared)
    const sets = [search.train, search.selection, internal]
    const all = sets.flatMap(({ films }) => films.map((film) => film.id))
    expect(new Set(all).size).toBe(all.length)
    expect(all).toHaveLength(28)
    const patients = sets.map(({ films }) => patientsIn(films))
    expect(patients.reduce((sum, { size }) => sum + size, 0)).toBe(14)
    expect(dataset.patients).toEqual({ train: patients[0].size, tuning: patients[1].size, test: patients[2].size })
    expect([internal.name, elsewhere.name, elsewhere.films.length]).toEqual(['internal', 'b', 12])
    expect(elsewhere.films[0].id).toBe('b-film-0001')
    expect(dataset.externalPatients).toEqual({ b: 6 })
  })

  it('holds each film’s pixels in its own row', async () => {
    const { context } = await tinyWork()
    const { search } = await prepareData(context)
    const { films, pixels, maxValue } = search.train
    const row = films.length - 1
    const target = { height: 16, width: 16, channels: 1, maxValue } as const
    expect(rows(pixels, row, row + 1).data).toEqual((await loadPixels([films[row]], target)).data)
  })

  it('reads nothing twice: a run that goes on has the same sets from its own folder', async () => {
    const { context, goOn, events } = await tinyWork()
    const first = await prepareData(context)
    const again = await prepareData(goOn())
    expect(again.search).toEqual(first.search)
    expect(again.dataset).toEqual(first.dataset)
    expect(events).toContainEqual(expect.objectContaining({ stage: 'prepare-data', skipped: true }))
  })

  it('gives each fold sets of its own, every film tested once, and keeps the handed-over model from none', async () => {
    const { context } = await tinyWork({ external: true, patients: 18, set: ['resampling.folds=3'] })
    const prepared = await prepareData(context)
    const folds = prepared.folds.map((assemble) => assemble())
    const tested = folds.map((fold) => opened(fold)[0])
    expect(tested.flatMap(({ films }) => films.map(({ id }) => id)).toSorted()).toHaveLength(36)
    expect(new Set(tested.flatMap(({ films }) => films.map(({ id }) => id))).size).toBe(36)
    folds.forEach(({ search }, i) => {
      const seen = patientsIn([...search.train.films, ...search.selection.films])
      expect([...patientsIn(tested[i].films)].filter((patient) => seen.has(patient))).toEqual([])
    })
    const { train, selection } = prepared.search
    expect(train.films.length + selection.films.length).toBe(36)
    expect(prepared.sealed.names).toEqual(['b'])
  })

  it('selects on the test films where that is asked for', async () => {
    const { context } = await tinyWork({ set: ['search.selectOn=test'] })
    const prepared = await prepareData(context)
    expect(prepared.search.selection.films).toEqual(opened(prepared)[0].films)
  })

  it('keeps hashes of patients, or their names where the user wants them, and no name outside private/', async () => {
    for (const keepPatientIds of [false, true]) {
      const { context } = await tinyWork({ keepPatientIds })
      await prepareData(context)
      const tables = [context.directory.films, context.directory.split].map((file) => readFileSync(file, 'utf8'))
      const key = /^film-0001,\w+,\w+,patient-0001,([^,]+),/m.exec(tables[0])?.[1] as string
      if (keepPatientIds) expect(key).not.toMatch(/^p-[0-9a-f]{24}$/)
      else expect(key).toMatch(/^p-[0-9a-f]{24}$/)
      expect(tables[1]).not.toContain(key)
    }
  })

  it('makes damaged pixels anew of the same films, and refuses others in their place', async () => {
    const { context, goOn } = await tinyWork()
    const { search } = await prepareData(context)
    const { directory } = context
    const file = directory.privateArray('internal')
    const before = readFileSync(file)
    const damage = () => {
      writeFileSync(file, 'damaged')
      const resumed = goOn()
      resumed.seals.check()
      resumed.seals.distrust(directory.stage('prepare-data'))
      return resumed
    }
    await prepareData(damage())
    expect(readFileSync(file).equals(before)).toBe(true)
    writeFileSync(search.train.films[0].file, await encodePng(noise(1, { width: 16, height: 16 })))
    await expect(prepareData(damage())).rejects.toThrow('no longer those that it began with')
  })

  it('refuses a hospital whose films are of a class that the dataset does not know', async () => {
    const { context } = await tinyWork({ external: true })
    const { b } = context.config.external
    renameSync(path.join(b, 'healthy'), path.join(b, 'well'))
    await expect(prepareData(context)).rejects.toThrow(
      'external set b has class well, but the dataset has healthy, sinusitis; rename its folders or labels to match',
    )
  })
})
