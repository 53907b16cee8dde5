import { expect, test } from 'vitest'
import { RunDirectory } from '../../src/record/run-directory.js'
import { problemsOfSetNames } from '../../src/record/set-name.js'

test('names that differ in more than capitals stand side by side, in keys and in files', () => {
  const names = [
    'clinic.v1',
    'clinic.v2',
    'clinic-v1',
    'clinic v1',
    'b',
    'b-native',
    'native-b',
    'Köln',
    'Koln',
    '病院',
  ]
  expect(problemsOfSetNames(names)).toEqual([])
  const run = new RunDirectory('run')
  for (const file of [
    (name: string) => run.externalSet(name),
    (name: string) => run.scoresOf('OD', name),
    (name: string) => run.figure(`roc-${name}`),
  ]) {
    expect(new Set(names.map((name) => file(name).toLowerCase())).size).toBe(names.length)
  }
  const matrices = names.flatMap((name) => [`test-${name}`, `native-test-${name}`])
  expect(new Set(matrices.map((name) => run.featureMatrix(name).toLowerCase())).size).toBe(matrices.length)
})

test.each(['internal', 'Internal', 'INTERNAL', 'ｉｎｔｅｒｎａｌ', 'tuning', 'train', 'test', 'selection'])(
  '%s stands for films of the run itself',
  (name) => {
    expect(problemsOfSetNames([name])).toEqual([expect.stringMatching(/stands for .+; give it another name/)])
  },
)

test.each(['__proto__', 'constructor', 'Constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
  '%s is a word of the language',
  (name) => {
    expect(problemsOfSetNames([name])).toEqual([expect.stringContaining('a meaning of its own')])
  },
)

test.each([
  '',
  ' ',
  '..',
  '.hidden',
  '-b',
  'a/b',
  'a\\b',
  'a:b',
  'b ',
  'b.',
  'a\nb',
  '\u001b[31m',
  'b\u200b',
  'x'.repeat(81),
])('%j is no name', (name) => {
  expect(problemsOfSetNames([name])).toHaveLength(1)
})

test('two names that differ in capitals or in composition alone are refused, and so is one that is taken', () => {
  expect(problemsOfSetNames(['Clinic', 'clinic'])).toEqual([
    'external set "clinic": it differs from Clinic in capitals alone, which many disks and readers take for the same; give it another name, for example hospital-b',
  ])
  expect(problemsOfSetNames(['K\u00f6ln', 'Ko\u0308ln'])).toHaveLength(1)
  expect(problemsOfSetNames(['Straße', 'STRASSE'])).toHaveLength(1)
  expect(problemsOfSetNames(['b'], ['b'])[0]).toContain('there is a set of this name already')
})
