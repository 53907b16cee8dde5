import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { datasetName, pathParts } from '../../src/base/path-name.js'

test('a plain name stays, in any script', () => {
  const names = ['normal', 'Sinusitis (left)', 'nasenhöhle', '副鼻腔炎', "St. Mary's, 2019"]
  expect(pathParts(names)).toEqual(names)
})

test.each([
  '..',
  '.',
  '',
  '/',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'C:\\films',
  'NUL',
  'con.png',
  'a\0b',
  '~root',
  'x. ',
  '\u202e',
])('what would lead elsewhere is changed: %j', (name) => {
  const [part] = pathParts([name])
  expect(part).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._ -]*-[0-9a-f]{8}$/u)
})

test('parts lie in the folder that they are joined to, and no two are equal where capitals do not count', () => {
  const folder = path.resolve('some', 'where')
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('A', 'a', 'ﬁ', 'FI'),
  )
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
      const parts = pathParts(names)
      for (const part of parts) {
        expect(path.dirname(path.resolve(folder, part))).toBe(folder)
        expect(Buffer.byteLength(part)).toBeLessThan(200)
      }
      expect(new Set(parts.map((part) => part.toLowerCase().normalize('NFC'))).size).toBe(names.length)
    }),
  )
})

test('a dataset is called what its folder is called; of a file the ending is left out', () => {
  expect(['films/clinic.v1', 'films/clinic.v2/', './films/ours.csv', 'x.npz'].map(datasetName)).toEqual([
    'clinic.v1',
    'clinic.v2',
    'ours',
    'x',
  ])
})
