import { describe, expect, it } from 'vitest'
import { inspectionLines } from '../../src/words/inspection-lines.js'
import { sampleInspection } from '../support/sample-inspection.js'

describe('an inspection in words', () => {
  const said = (clueFilms: number) => {
    const lines = inspectionLines({ ...sampleInspection(), films: 100_000, clueFilms })
    return lines.filter(({ text }) => text.includes('traps')).map(({ text }) => text)
  }

  it('says that traps were looked for in some of very many films', () => {
    expect(said(10_004)).toEqual([
      'traps were looked for in 10,004 of 100,000 films, whose patients were drawn at random',
    ])
    expect(said(100_000)).toEqual([])
  })
})
