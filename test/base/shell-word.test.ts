/** Words for a shell: a real one takes each as it was meant. */
import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { koptCommand, shellWord } from '../../src/base/shell-word.js'

test.skipIf(process.platform === 'win32')('a shell takes every word as it is, whatever stands in it', () => {
  const given = fc.sample(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), 40)
  const words = [
    ...given.flat(),
    "it's",
    'a b',
    '$HOME',
    '`id`',
    '--set',
    'x=[1, 2]',
    '*',
    '',
    '!x',
    'ä/ö.png',
    '~',
  ].map((word) => word.replaceAll('\0', ''))
  const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], { encoding: 'utf8' })
  expect(stdout.split('\0').slice(0, -1)).toEqual(words)
})

test('what needs no quotes has none', () => {
  expect(koptCommand('run', 'films/ours', '--set', 'search.kMax=3')).toBe('kopt run films/ours --set search.kMax=3')
})
