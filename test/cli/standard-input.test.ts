/** Where `-` stands for a file, what is piped into the command is read in its place. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../src/image/codec.js'
import { writeFiles } from '../dataset/films-on-disk.js'
import { answersOf } from '../support/answers.js'
import { kopt, koptApart, koptFile, temporaryFolder } from '../support/kopt.js'
import { tinyRun } from './tiny-run.js'

const scores = 'label,score\n0,0.1\n1,0.4\n0,0.3\n1,0.8\n1,0.2\n0,0.25\n'
const perMultiple = 'k,score\n1,0.7\n2,0.8\n3,0.6\n'

const put = (words: readonly string[], file: string) => words.map((word) => (word === 'FILE' ? file : word))

/** The answer for a file, and for the same piped in. */
function bothWays(words: readonly string[], name: string, content: string | Uint8Array, cwd = temporaryFolder()) {
  writeFileSync(path.join(cwd, name), content)
  const byName = kopt(put(words, name), { cwd })
  const piped = koptApart(put(words, '-'), { cwd, input: content })
  return { byName, piped }
}

describe('a workbook in place of a table', () => {
  const xml = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
  const flat = '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'
  const old = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0)

  // Each is piped into one verb: what is piped is read in one place for all.
  it.each([
    ['old.xls', old, /is an old Excel workbook/, 0],
    ['report.xls', '<html><table><tr><td>file</td></tr></table></html>', /is a web page with a table/, 1],
    ['book.xls', xml, /is an Excel workbook in XML/, 2],
    ['book.fods', flat, /is an OpenDocument file \(.fods\)/, 0],
  ])('%s is refused with what to do wherever a table is read', async (name, content, what, pipedInto) => {
    const cwd = await writeFiles(temporaryFolder(), { 'films/a/1.png': 1, 'films/b/1.png': 2 })
    writeFileSync(path.join(cwd, name), content)
    const eitherWay = [
      ['manifest', 'films', '--labels', 'FILE', '--match', 'name'],
      ['evaluate', 'FILE'],
      ['search', 'FILE'],
    ]
    const byNameAlone = [
      ['inspect', 'FILE'],
      ['inspect', 'films', '--roi', 'FILE'],
    ]
    const byNames = answersOf(
      [...eitherWay, ...byNameAlone].map((words) => put(words, name)),
      { cwd },
    )
    for (const answer of byNames) expect(answer).toMatchObject({ code: 2, stderr: expect.stringMatching(what) })
    for (const { stderr } of byNames.slice(0, eitherWay.length))
      expect(stderr).toMatch(/save (it|the sheet) as 'CSV UTF-8'/)
    const piped = koptApart(put(eitherWay[pipedInto], '-'), { cwd, input: content })
    expect(piped.code).toBe(2)
    expect(piped.stderr).toBe(byNames[pipedInto].stderr.replace(name, 'standard input'))
  })
})

describe('standard input', () => {
  it.each([
    ['evaluate', ['evaluate', 'FILE', '--positive', '1', '--json'], 'scores.csv', scores],
    ['search', ['search', 'FILE', '--window', '1', '--json'], 'k.csv', perMultiple],
  ])('is a table for %s', (_, words, name, content) => {
    const { byName, piped } = bothWays(words, name, content)
    expect(piped.code).toBe(0)
    expect(piped.stdout).toBe(byName.stdout)
  })

  it('is a film for predict', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    const data = Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? 204 : 51))
    const png = await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data })
    const { byName, piped } = bothWays(['predict', 'run', 'FILE'], 'film.png', png, cwd)
    expect(piped.stdout).toBe(byName.stdout.replace('film.png', '-'))
    expect(piped.code).toBe(0)
  })

  it('is a configuration, its paths relative to the working folder', () => {
    const cwd = temporaryFolder()
    const asked = ['run', '--config', '-', '--out', 'study']
    const { code, stderr } = koptApart(asked, { cwd, input: 'dataset: films/nowhere\n' })
    expect(code).toBe(2)
    expect(stderr).toContain(path.join('films', 'nowhere'))
    expect(koptApart(asked, { cwd, input: 'dataset: films\ngann: 3\n' }).stderr).toMatch(/gann/)
  })

  it('is a table of labels', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, { 'films/a.png': 1, 'films/b.png': 2 })
    const words = ['manifest', 'films', '--labels', '-', '--match', 'name']
    const { code, stdout } = koptApart(words, { cwd, input: 'name,label\na.png,well\nb.png,ill\n' })
    expect([code, stdout]).toEqual([0, expect.stringContaining('2 films in films/manifest.csv')])
  })

  it('is waited for, whoever writes slowly', () => {
    const line = `(sleep 0.7; printf '${perMultiple.replaceAll('\n', '\\n')}') | "${process.execPath}" "${koptFile}" search - --window 1`
    const { status, stdout } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout).toMatch(/K = 2/)
  })

  it('that is empty or no table is refused in a sentence', () => {
    const answer = koptApart(['search', '-'], { input: '' })
    expect(answer.code).toBe(2)
    expect(answer.stderr).toMatch(/empty/)
    expect(koptApart(['evaluate', '-'], { input: Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0) }).code).toBe(2)
  })
})
