/** `kopt start`, at a terminal and without one: what it asks, what it leaves, and how it goes on. */
import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { partsLikeClasses } from '../../src/dataset/labels/label-names.js'
import { kopt, koptFile } from '../support/kopt.js'
import { need } from '../support/needs.js'
import { tinySettings } from '../support/tiny-finished-run.js'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-start-'))
  expect(kopt(['demo-data', 'drawn', '--patients', '16'], { cwd: folder }).code).toBe(0)
  // The same films in one folder, with the class in their names, or in a spreadsheet.
  for (const name of ['named', 'listed']) mkdirSync(path.join(folder, name))
  const rows = ['Bild;Urteil;Alter']
  for (const label of ['healthy', 'sinusitis']) {
    const from = path.join(folder, 'drawn', 'hospital-a', label)
    for (const film of readdirSync(from)) {
      copyFileSync(path.join(from, film), path.join(folder, 'named', `${label}_${film}`))
      copyFileSync(path.join(from, film), path.join(folder, 'listed', film))
      rows.push(`${film};${label === 'healthy' ? 'gesund' : 'krank'};${rows.length}`)
    }
  }
  writeFileSync(path.join(folder, 'listed', 'befunde.csv'), rows.join('\n'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const start = (...words: string[]) => kopt(['start', ...words], { cwd: folder })
const inside = (...place: string[]) => path.join(folder, ...place)

test('Without a terminal what is missing is told, all that can be at once, and nothing is written', () => {
  const { code, stdout, stderr } = start('listed', '--labels', 'listed/befunde.csv')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('--label-column Urteil')
  expect(stderr).toContain('--patient-column none')
  expect(existsSync(inside('listed', 'manifest.csv'))).toBe(false)
  // With a manifest, what is left to be said can be seen.
  const columns = ['--label-column', 'Urteil', '--patient-column', 'none']
  const second = start('listed', '--labels', 'listed/befunde.csv', ...columns)
  expect(second.code).toBe(2)
  for (const option of [
    '--patient-from prefix | ',
    '--positive gesund | krank',
    '--preset quick | standard | kong2022',
  ])
    expect(second.stderr).toContain(option)
  expect(readFileSync(inside('listed', 'manifest.csv'), 'utf8')).toMatch(/^file,label\n.*_L\.png,(gesund|krank)\n/)
  // Which class is looked for is proposed by nobody.
  const third = start('listed', '--yes')
  expect(third.code).toBe(2)
  expect(third.stderr).toContain('nothing can be proposed for it; give:\n  - Which class is looked for?')
  expect(existsSync(inside('runs'))).toBe(false)
})

test('With its proposals it leads to a report, shows the commands, and once more it says what there is', {
  timeout: 300_000,
}, () => {
  const settings = tinySettings.flatMap((setting) => ['--set', setting])
  const { code, stdout, stderr } = start('named', '--yes', '--no-plan', ...settings)
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/Report: runs\/0001-named\/report\.html\n$/)
  const commands = [...stderr.matchAll(/^ {2}\$ (kopt \w+).*$/gm)].map(([, command]) => command)
  expect(commands).toEqual(['kopt manifest', 'kopt inspect', 'kopt run'])
  const shown = /^ {2}\$ (kopt run .*)$/m.exec(stderr)?.[1]
  expect(shown).toMatch(/^kopt run named --patient-from prefix --preset quick --set /)
  expect(readFileSync(inside('named', 'manifest.csv'), 'utf8')).toMatch(/^file,label\nhealthy_p001_L\.png,healthy\n/)
  const again = start('named', '--json')
  expect(again.code).toBe(0)
  expect(JSON.parse(again.stdout)).toMatchObject({ runFolder: path.join('runs', '0001-named') })
  // A run that was stopped is gone on with.
  rmSync(inside('runs', '0001-named', 'result.json'))
  const resumed = start('named', '--yes')
  expect(resumed.code, resumed.stderr).toBe(0)
  expect(resumed.stderr).toContain('  $ kopt resume runs/0001-named\n')
  expect(existsSync(inside('runs', '0002-named'))).toBe(false)
})

test('At a terminal it asks; Ctrl-C leaves nothing half done, and it goes on from there', {
  timeout: 120_000,
}, async (context) => {
  need(context, spawnSync('script', ['--version']).status === 0, 'script', 'apt-get install bsdutils (Linux only)')
  rmSync(inside('listed', 'manifest.csv'), { force: true })
  const first = await talk('start listed', [
    ['What says which class', '\r'],
    ['Which column holds the class?', 'nonsense\r'],
    ['Which column says who the patient is?', '\r'],
  ])
  // A name that is no column is refused where it is used.
  expect(first).toContain('--label-column nonsense: the table has no such column')
  expect(existsSync(inside('listed', 'manifest.csv'))).toBe(false)

  const second = await talk('start listed', [
    ['What says which class', '1\r'],
    ['Which column holds the class?', 'Urteil\r'],
    ['Which column says who the patient is?', '\r'],
    ['How are the films of one patient known?', 'p001\r'],
    ['with one group', '\r'],
    ['Which class is looked for?', '\r'],
    ['none of the answers; type a number.', '2\r'],
    ['Which preset?', '\x03'],
  ])
  expect(second).toContain(
    '$ kopt manifest listed --labels listed/befunde.csv --match name --key-column Bild --label-column Urteil',
  )
  expect(second).toMatch(/stopped; nothing was left half done. Go on with: kopt start listed\s+exit 130/)
  expect(existsSync(inside('listed', 'manifest.csv'))).toBe(true)

  const third = await talk('start listed', [
    ['How are the films of one patient known?', '\r'],
    ['Which class is looked for?', 'krank\r'],
    ['Which preset?', 'qu\r'],
    ['Go on with the films as they are?', 'n\r'],
  ])
  expect(third).toContain('listed/manifest.csv says which film is of which class.')
  expect(third).toContain(
    'Nothing was begun. When you are ready: kopt plan listed --patient-from prefix --positive krank --preset quick',
  )
  expect(third).toMatch(/exit 0/)
})

test('Parts of names that look like classes are found, and running numbers and sides are not', () => {
  const names = (...list: string[]) => partsLikeClasses(list).map(({ classes }) => classes)
  expect(names('a/sick_001.png', 'a/sick_002.png', 'a/well_001.png', 'a/well_003.png')).toEqual([{ sick: 2, well: 2 }])
  expect(names('p1-L-sick.png', 'p1-R-well.png', 'p2-L-sick.png', 'p2-R-well.png')).toEqual([{ sick: 2, well: 2 }])
  expect(names('normal1.png', 'normal2.png', 'tb1.png', 'tb2.png')).toEqual([{ normal: 2, tb: 2 }])
  expect(names('p1_L.png', 'p1_R.png', 'p2_L.png', 'p2_R.png')).toEqual([])
  expect(names('001.png', '002.png', '003.png')).toEqual([])
})

/** Types each answer when its question is seen; what was on the screen, and `exit CODE`. */
function talk(words: string, answers: readonly (readonly [question: string, typed: string])[]): Promise<string> {
  return new Promise((resolve) => {
    const line = `'${process.execPath}' '${koptFile}' ${words}`
    const terminal = spawn('script', ['-qec', line, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, TERM: 'xterm' },
    })
    let text = ''
    let seen = 0
    let next = 0
    terminal.stdout.on('data', (chunk) => {
      text += chunk
      const [question, typed] = answers[next] ?? []
      if (question === undefined) return
      const at = text.indexOf(question, seen)
      // The prompt is there when its last line is.
      if (at === -1 || !/(: |\[[Yy]\/[nN]\] )$/.test(stripVTControlCharacters(text))) return
      seen = text.length
      next++
      terminal.stdin.write(typed ?? '')
    })
    terminal.on('exit', (code) => resolve(`${text.replaceAll('\r\n', '\n')}\nexit ${code}`))
  })
}
