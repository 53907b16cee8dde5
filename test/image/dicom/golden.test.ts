/** Drawn films in every transfer syntax, written and read back by other software (scripts/golden/dicom.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFilm } from '../../../src/image/film.js'

interface Case {
  name: string
  file: string
  stored: number[]
  tolerance: number
}
const golden: { cases: Case[] } = JSON.parse(readFileSync(new URL('../../golden/dicom.json', import.meta.url), 'utf8'))

describe('stored values of', () => {
  it.each(golden.cases.map((one) => [one.name, one] as const))('%s', async (_, { file, stored, tolerance }) => {
    const film = await readFilm(new Uint8Array(Buffer.from(file, 'base64')))
    expect(film.stored).toHaveLength(stored.length)
    const off = stored.reduce((most, value, i) => Math.max(most, Math.abs(value - film.stored[i])), 0)
    expect(off).toBeLessThanOrEqual(tolerance)
    expect(film.notes).toEqual([])
  })
})
