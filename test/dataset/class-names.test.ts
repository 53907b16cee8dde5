import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { problemsOfClassNames, saysNoClass } from '../../src/dataset/class-names.js'
import { openDataset } from '../../src/dataset/open.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

async function opened(labels: readonly string[]) {
  const files = Object.fromEntries(labels.map((_, i) => [`f${i}.png`, i + 1]))
  const rows = labels.map((label, i) => `f${i}.png,"${label.replaceAll('"', '""')}"`)
  const root = await writeFiles(temporaryFolder(), { ...files, 'm.csv': `file,label\n${rows.join('\n')}\n` })
  return openDataset(path.join(root, 'm.csv'))
}
const refusal = (labels: readonly string[]) =>
  opened(labels).then(
    ({ classes }) => `read as ${classes.join()}`,
    (error: Error) => `${error.name}: ${error.message}`,
  )

describe('labels that say that there is none', () => {
  it.each([
    'NaN',
    'nan',
    'NA',
    'N/A',
    'n/a',
    '#N/A',
    '<NA>',
    'null',
    'NULL',
    'None',
    '',
    ' ',
    '-',
    '--',
    '?',
    '??',
    '.',
    'NaT',
    'nil',
    'undefined',
    '#REF!',
    '#DIV/0!',
    '#BEZUG!',
    '#NV',
    'uncertain',
    'maybe',
    '(blank)',
    'nicht beurteilbar',
    'неизвестно',
    'Unknown',
    'indeterminate',
    'unklar',
    '不明',
    '\u200b',
  ])('are no class: %j', async (word) => {
    expect(saysNoClass(word)).toBe(true)
    expect(await refusal(['ill', 'well', word])).toMatch(
      /^UserError: .*row 4, column label: .*give the class, or exclude the row$/,
    )
  })

  it('are told together with names that look alike', async () => {
    expect(await refusal(['0', '0.0', '1', 'NaN'])).toMatch(
      /row 5, column label: 'NaN'[\s\S]*'0' and '0.0', which are the same number/,
    )
  })

  it('are no names of class folders either', async () => {
    const root = await writeFiles(temporaryFolder(), { 'ill/a.png': 1, 'well/b.png': 2, 'unknown/c.png': 3 })
    expect(() => openDataset(root)).toThrow(
      /'unknown' says that a label is missing or not known, and is no class: give the class, leave such films out/,
    )
  })

  it.each(['нет', 'да', 'normal', 'no finding', 'negative', 'nasal', 'name', 'Nansen', '0', 'non-ill'])(
    'are not taken for such: %s',
    (word) => {
      expect(saysNoClass(word)).toBe(false)
    },
  )
})

describe('class names', () => {
  it.each([
    [['0', '1', '0.0', '1.0'], /'0' and '0.0', which are the same number: write them one way/],
    [['0', '1', '0,0'], /'0' and '0,0', which are the same number/],
    [['1', '01', '2'], /'01' and '1', which are the same number/],
    [['0', '1', '-1'], /'-1' beside 0 and 1 means uncertain in CheXpert/],
    [['0.0', '1.0', '-1.0'], /'-1.0' beside 0 and 1 means uncertain/],
    [['ill', 'Ill', 'well'], /'Ill' and 'ill', which differ in upper and lower case only: write them one way/],
    [['normal', 'nоrmal', 'ill'], /look alike but are written with other characters \(U\+043E\)/],
    [['ｎｏｒｍａｌ', 'normal', 'ill'], /look alike but are written with other characters/],
    [['no finding', 'no_finding', 'ill'], /differ in spaces, hyphens and underscores only/],
    [['Effusion', 'Mass|Effusion', 'none seen'], /'Mass\|Effusion' holds several labels; a film has one class/],
    [['Mass;Effusion', 'well'], /'Mass;Effusion' holds several labels/],
    [['Mass,Effusion', 'well'], /'Mass,Effusion' holds several labels/],
    [['Mass', 'Mass, Effusion', 'well'], /'Mass, Effusion' holds several labels/],
    [['Mass', 'mass/effusion', 'well'], /'mass\/effusion' holds several labels/],
    [['Mass', 'Mass + Effusion', 'well'], /'Mass \+ Effusion' holds several labels/],
    [['Mass', 'Mass\nEffusion', 'well'], /holds several labels/],
    [["['Mass', 'Effusion']", 'well'], /holds several labels/],
    [['[1, 0]', '[0, 1]'], /'\[0, 1\]', '\[1, 0\]' hold several labels/],
  ])('are refused in one sentence: %j', async (labels, sentence) => {
    expect(await refusal(labels)).toMatch(/^UserError: /)
    expect(await refusal(labels)).toMatch(sentence)
  })

  it.each([
    [['0', '1']],
    [['-1', '1']],
    [['0.0', '1.0']],
    [['mass, benign', 'mass, malignant']],
    [['COVID-19', 'non-COVID']],
    [['0,5', '1,5']],
    [['stage 1', 'stage -1', 'stage 2']],
    [['a', 'а']],
  ])('are taken: %j', (classes) => {
    expect(problemsOfClassNames(classes)).toEqual([])
  })

  it('are one where only invisible characters, spaces or the Unicode form part them, and that is said', async () => {
    const { classes, warnings } = await opened([
      'normal',
      'nor\u200bmal',
      'normal\u00a0',
      'no\u0308rd',
      'n\u00f6rd',
      'a  b',
      'a b',
    ])
    expect(classes).toEqual(['a b', 'normal', 'n\u00f6rd'])
    expect(warnings).toContain(
      "class names were taken without invisible characters and repeated spaces: 'normal', 'a b'",
    )
  })

  it('as long as a book are named by their beginning', async () => {
    const long = 'x'.repeat(100_000)
    for (const labels of [
      [long],
      [`${long}|b`, 'c'],
      [long, long.toUpperCase()],
      Array.from({ length: 60 }, (_, i) => `${i}|${i}`),
    ]) {
      const message = await refusal(labels)
      expect(message).toMatch(/^UserError/)
      expect(message.length).toBeLessThan(1500)
    }
  })
})

describe('names that programs take for something else', () => {
  it.each(['__proto__', 'constructor', 'toString', 'Prototype'])('%s is no class', async (name) => {
    expect(await refusal(['healthy', name])).toMatch(
      new RegExp(`^UserError: .*'${name}' is a word with a meaning in programs that read results: call it otherwise`),
    )
  })
})
