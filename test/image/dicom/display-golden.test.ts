/** Films with wrong or unusual headers as other software shows them (scripts/golden/dicom-display.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFilm } from '../../../src/image/film.js'

interface Case {
  name: string
  file: string
  greys: number[]
  note: string | null
}
const golden: { cases: Case[] } = JSON.parse(
  readFileSync(new URL('../../golden/dicom-display.json', import.meta.url), 'utf8'),
)

describe('the display of', () => {
  it.each(golden.cases.map((one) => [one.name, one] as const))('%s', async (_, { file, greys, note }) => {
    const { display, notes } = await readFilm(new Uint8Array(Buffer.from(file, 'base64')))
    const found = greys.map((_, i) => 255 * display.levelAt(i * display.channels))
    // DCMTK cuts to whole greys, behind the rescale and behind the window
    const off = Math.max(...greys.map((grey, i) => Math.abs(grey - found[i])))
    expect(off, `${found.map(Math.round)} for ${greys}`).toBeLessThan(2)
    if (note === null) expect(notes).toEqual([])
    else expect(notes.join('; ')).toContain(note)
  })

  it('each frame of an RLE film in fragments', async () => {
    const several = golden.cases.filter(({ name }) => name.startsWith('RLE, 3 frame'))
    expect(several).toHaveLength(6)
    for (const { file, name } of several) {
      const bytes = new Uint8Array(Buffer.from(file, 'base64'))
      const [first, second, third] = await Promise.all(
        [1, 2, 3].map(async (frame) => Array.from((await readFilm(bytes, { frame })).stored)),
      )
      expect(second, name).toEqual(first.map((value) => Math.floor(value / 2)))
      expect(third, name).toEqual(first.map((value) => 255 - value))
    }
  })
})
