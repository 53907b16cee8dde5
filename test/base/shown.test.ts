import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { throwProblems, UserError } from '../../src/base/errors.js'
import { shown, shownJson, shownLine, shownLines } from '../../src/base/shown.js'

/** What terminals obey or readers are misled by: ECMA-48's two sets of controls, and Unicode's marks of direction. */
function harmful(text: string): string[] {
  return [...text].filter((character) => {
    const code = character.codePointAt(0) as number
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f)
    const direction = [0x061c, 0x200e, 0x200f].includes(code) || (code >= 0x202a && code <= 0x202e)
    const isolate = code >= 0x2066 && code <= 0x2069
    return control || direction || isolate || code === 0x2028 || code === 0x2029 || (code >= 0xd800 && code <= 0xdfff)
  })
}

describe('shown text', () => {
  it.each([
    ['sinus-0012.png', 'sinus-0012.png'],
    ['Nebenhöhle 上顎洞 гайморит.png', 'Nebenhöhle 上顎洞 гайморит.png'],
    ['C:\\films\\new', 'C:\\films\\new'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['\x1b]8;;http://example.org\x1b\\here', '\\x1b]8;;http://example.org\\x1b\\here'],
    ['\u009b2J', '\\x9b2J'],
    ['a\nVerdict: yes', 'a\\nVerdict: yes'],
    ['a\rb\tc\0', 'a\\rb\\tc\\x00'],
    ['\u202efdp.gnp', '\\u202efdp.gnp'],
    ['a\u2028b\u2066c', 'a\\u2028b\\u2066c'],
    ['\ud800', '\\ud800'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
  ])('%j is shown as %j', (name, seen) => {
    expect(shownLine(name)).toBe(seen)
    expect(shown`film ${name}`).toBe(`film ${seen}`)
  })

  it('of whatever text holds nothing that is obeyed, and no line but ours', () => {
    const any = fc.string({ unit: 'binary', maxLength: 60 })
    fc.assert(
      fc.property(any, any, (a, b) => {
        expect(harmful(shownLine(a))).toEqual([])
        expect(harmful(shown`${a} and ${b}`)).toEqual([])
        expect(shownLines([a, b]).split('\n')).toHaveLength(2)
        expect(harmful(new UserError(`${a} is no film`).message)).toEqual([])
        expect(harmful(shownJson({ [a]: b }))).toEqual([])
        expect(JSON.parse(shownJson({ [a]: b }))).toEqual(JSON.parse(JSON.stringify({ [a]: b })))
      }),
      { numRuns: 500 },
    )
  })

  it('has an end, and says how much more there was', () => {
    const seen = shownLine('x'.repeat(10_000_000))
    expect(seen.length).toBeLessThan(4100)
    expect(seen).toMatch(/x \.\.\. \(and 9996000 more characters\)$/)
    expect(shown`column ${'y'.repeat(2000)} is unknown`).toBe(
      `column ${'y'.repeat(1000)} ... (and 1000 more characters) is unknown`,
    )
  })

  it('keeps the lines of a list of problems, and makes none of a name', () => {
    const problems = () => throwProblems('films.csv', ['row 2: a\nb', 'row 3: c\x1b[A'])
    expect(problems).toThrow(
      new UserError('films.csv, 2 problems:', { lines: ['  - row 2: a\\nb', '  - row 3: c\\x1b[A'] }),
    )
    try {
      problems()
    } catch (error) {
      const { message } = error as Error
      expect(message).toBe('films.csv, 2 problems:\n  - row 2: a\\nb\n  - row 3: c\\x1b[A')
      expect(UserError.again(message).message).toBe(message)
    }
  })

  it('lays JSON out in lines where that is asked for', () => {
    expect(shownJson({ a: '\u009b', b: [1] }, 2)).toBe('{\n  "a": "\\u009b",\n  "b": [\n    1\n  ]\n}')
  })
})
