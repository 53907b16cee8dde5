import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { command } from '../../src/generator/command/command.js'
import { changePath, textOf, wordsOf } from '../../src/generator/command/words.js'

test('A command line is words between spaces; quotes hold a word together, and nothing else means anything', () => {
  expect(wordsOf('python3  draw.py\t--seed 3')).toEqual(['python3', 'draw.py', '--seed', '3'])
  expect(wordsOf(`"C:\\Program Files\\R\\Rscript.exe" 'a "b"' --name="x y"z`)).toEqual([
    'C:\\Program Files\\R\\Rscript.exe',
    'a "b"',
    '--name=x yz',
  ])
  expect(wordsOf('echo $HOME *.png ~ | cat; rm \\ > x ""')).toEqual([
    'echo',
    '$HOME',
    '*.png',
    '~',
    '|',
    'cat;',
    'rm',
    '\\',
    '>',
    'x',
    '',
  ])
  expect(wordsOf('python3 "draw.py')).toBeUndefined()
  expect(wordsOf('  ')).toEqual([])
})

test('Words written as one text are read as the same words', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (words) => {
      expect(wordsOf(textOf(words))).toEqual(words)
    }),
  )
})

test('The path in a word is found, behind the name of an option too', () => {
  const named = (text: string) => changePath(text, (place) => (path.isAbsolute(place) ? path.basename(place) : place))
  expect(['/data/a/draw.py', '--model=/data/a/net.pt', '--rate=1/2', 'a=/b', 'python3', ''].map(named)).toEqual([
    'draw.py',
    '--model=net.pt',
    '--rate=1/2',
    'a=/b',
    'python3',
    '',
  ])
})

test('Options that are no program are refused with what is expected', () => {
  const refusal = (said: unknown) =>
    command.options.safeParse({ command: said }).error?.issues.map(({ message }) => message)
  const expected = ['a program and its words, such as "python3 draw.py" or [python3, draw.py]']
  expect(command.options.parse({ command: 'python3 draw.py' })).toEqual({
    command: ['python3', 'draw.py'],
    timeoutMinutes: 1440,
  })
  for (const said of [5, '', '""', [''], [], ['python3', 5]])
    expect(refusal(said), JSON.stringify(said)).toEqual(expected)
  expect(refusal('python3 "draw.py')).toEqual(['every quote closed by one of its kind'])
  expect(refusal(['a\0b'])).toEqual(['no zero byte'])
  expect(command.options.safeParse({ command: 'a', timeoutMinutes: 0 }).success).toBe(false)
})
