import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFiles } from '../dataset/films-on-disk.js'
import { answersOf } from '../support/answers.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

/** As KOI8-R writes it: a word in capitals reads as another Cyrillic word in a code page of Windows. */
const koi8 = (text: string) =>
  Uint8Array.from(text, (letter) => {
    const at = 'юабцдефгхийклмнопярстужвьызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ'.indexOf(letter)
    return at < 0 ? letter.charCodeAt(0) : 0xc0 + at
  })

/** Eight films, listed in a table whose letters may be several; `regions.csv` likewise. */
async function films(): Promise<string> {
  const labels = ['НОРМА', 'БОЛЬНОЙ']
  const names = Array.from({ length: 8 }, (_, i) => `${i}.png`)
  const cwd = temporaryFolder()
  await writeFiles(cwd, {
    ...Object.fromEntries(names.map((name, i) => [`films/${name}`, i])),
    'films/list.csv': koi8(['file,label', ...names.map((name, i) => `${name},${labels[i % 2]}`), ''].join('\n')),
    'films/plain.csv': ['file,label', ...names.map((name, i) => `${name},${labels[i % 2]}`), ''].join('\n'),
    'regions.csv': koi8(
      ['file,left,top,width,height,label', ...names.map((name, i) => `${name},0,0,3,3,${labels[i % 2]}`), ''].join(
        '\n',
      ),
    ),
    'drawn/x/0.png': 9,
    'scores.csv': koi8(['label,score', ...names.map((_, i) => `${labels[i % 2]},0.${i}`), ''].join('\n')),
  })
  return cwd
}

const list = path.join('films', 'list.csv')
/** Each verb that reads tables, ended before long work where it would begin any. */
const verbs: [string, string[]][] = [
  ['inspect', ['inspect', list]],
  ['inspect --roi', ['inspect', path.join('films', 'plain.csv'), '--roi', 'regions.csv']],
  ['run', ['run', list, '--positive', 'x', '--out', 'a-run']],
  ['run --roi', ['run', path.join('films', 'plain.csv'), '--roi', 'regions.csv', '--positive', 'x', '--out', 'a-run']],
  ['plan', ['plan', list, '--positive', 'x']],
  ['crop', ['crop', path.join('films', 'plain.csv'), '--roi', 'regions.csv', '--out', 'patches']],
  ['features', ['features', list, '--out', 'features.npy']],
  ['gan train', ['gan', 'train', list, '--out', 'gan', '--set', 'wrong=1']],
  ['quality', ['quality', list, 'drawn']],
  ['evaluate', ['evaluate', 'scores.csv', '--positive', 'x']],
]

describe('a table whose letters may be several', () => {
  it.each(verbs)('%s names an option that it has, and reads the table with it', async (_, words) => {
    const cwd = await films()
    const [refused, { code, stdout, stderr }] = answersOf([words, [...words, '--encoding', 'koi8-r']], { cwd })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(
      /\.csv is not UTF-8, and its letters may be .* or name the right one, such as --encoding /,
    )
    expect(stderr).not.toMatch(/is not UTF-8|unknown option/)
    if (words.includes('x')) expect(stderr).toContain('БОЛЬНОЙ')
    if (words[0] === 'inspect') expect([code, stdout]).toEqual([0, expect.stringContaining('БОЛЬНОЙ: 4 films')])
  })

  it('may be named in a configuration, and leaves tables that are UTF-8 as they are', async () => {
    const cwd = await films()
    const run = ['run', list, '--external', `b=${path.join('films', 'plain.csv')}`, '--positive', 'x', '--out', 'a-run']
    expect(kopt([...run, '--set', 'encoding=koi8-r'], { cwd }).stderr).toMatch(/'x'.*БОЛЬНОЙ/s)
    const utf8 = kopt(['inspect', path.join('films', 'plain.csv'), '--encoding', 'koi8-r'], { cwd })
    expect(utf8.stdout).toContain('БОЛЬНОЙ: 4 films')
  })
})
