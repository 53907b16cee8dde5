import { writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { readFilmDecisions, rejectedOf } from '../../src/synthetic/film-decisions.js'
import { temporaryFolder } from '../dataset/films-on-disk.js'

const file = path.join(temporaryFolder(), 'decisions.json')
const film = { class: 'sick', draw: 1, number: 3, pixels: 'a'.repeat(64), decision: 'rejected', afterResult: false }
const whole = { form: 'kopt film decisions', version: 1, films: [film, { ...film, class: 'healthy' }] }

function readText(text: string) {
  writeFileSync(file, text)
  return readFilmDecisions(file)
}

describe('a file of accepted and rejected films', () => {
  it('says which pixels of a class are rejected', () => {
    const accepted = { ...film, pixels: 'b'.repeat(64), decision: 'accepted' }
    const found = readText(JSON.stringify({ ...whole, films: [...whole.films, accepted] }))
    expect(rejectedOf(found, 'sick')).toEqual(new Set([film.pixels]))
    expect(rejectedOf(found, 'other')).toEqual(new Set())
  })

  it.each([
    ['nothing', ''],
    ['what was cut short', JSON.stringify(whole).slice(0, 80)],
    ['other JSON', '[1, 2]'],
    ['another version', JSON.stringify({ ...whole, version: 2 })],
    ['a hash that is none', JSON.stringify({ ...whole, films: [{ ...film, pixels: '../../etc' }] })],
    ['a word that is no decision', JSON.stringify({ ...whole, films: [{ ...film, decision: 'maybe' }] })],
    ['more than it should', JSON.stringify({ ...whole, films: [{ ...film, score: 0.9 }] })],
  ])('of %s is refused with its place and what to give', (_, text) => {
    expect(() => readText(text)).toThrow(
      /decisions\.json is (not valid JSON|no list of accepted and rejected films).*studio\/rejected/,
    )
  })

  it('that is missing, or anything at all, is read or refused in a sentence', () => {
    expect(() => readFilmDecisions(`${file}-nowhere`)).toThrow(UserError)
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(() => readText(text)).toThrow(UserError)
      }),
    )
  })
})
