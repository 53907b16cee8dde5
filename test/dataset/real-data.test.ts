/** The real sets beside the checkout, where they are there. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { auditCohorts } from '../../src/dataset/audit.js'
import { openDataset } from '../../src/dataset/open.js'
import { resolvePositive } from '../../src/dataset/positive.js'
import { splitFilms } from '../../src/dataset/split.js'

const data = fileURLToPath(new URL('../../../shared/data/', import.meta.url))
const here = existsSync(data)
const title = here ? 'real films' : 'real films (skipped: the folder shared/data is not beside the checkout)'

describe.skipIf(!here)(title, () => {
  const open = (name: string) => openDataset(`${data}${name}`, { name })

  it('of two hospitals open with patients and pass the audit together', async () => {
    const [nih, guangzhou] = [open('pneumonia_nih'), open('pneumonia_guangzhou')]
    expect([nih.films.length, guangzhou.films.length]).toEqual([200, 390])
    expect([nih.patientSource, resolvePositive(nih.classes)]).toEqual(['manifest', 'pneumonia'])
    expect(new Set(guangzhou.films.map((film) => film.patient)).size).toBe(289)
    const { internal, external, colour } = await auditCohorts({ internal: nih, external: { guangzhou } })
    expect([internal.maxValue, colour]).toEqual([255, false])
    expect(internal.cohort.flow.analysed + external.guangzhou.cohort.flow.analysed).toBe(590)
  })

  it('with several films a patient are split by patient to 70/10/20', () => {
    const { films } = open('pneumonia_guangzhou')
    const { train, tuning, test } = splitFilms(films, { fractions: [0.7, 0.1, 0.2], seed: 1, by: 'patient' })
    expect([train.length, tuning.length, test.length]).toEqual([273, 39, 78])
    const trained = new Set(train.map((film) => film.patient))
    expect([...tuning, ...test].some((film) => trained.has(film.patient))).toBe(false)
  })
})
