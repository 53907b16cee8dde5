import { spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { encodePng } from '../../src/image/codec.js'
import { kopt, koptFile, temporaryFolder } from '../support/kopt.js'
import { need } from '../support/needs.js'

/** A folder with a table of scores, and a film whose folder has a name that a terminal would obey. */
async function workplace(): Promise<string> {
  const cwd = temporaryFolder()
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${((i * 7) % 40) / 40 + (i % 2) / 10}`)
  writeFileSync(path.join(cwd, 'scores.csv'), `label,score\n${rows.join('\n')}\n`)
  writeFileSync(path.join(cwd, 'search.csv'), 'k,score\n1,0.5\n2,0.6\n')
  const data = Uint8Array.from({ length: 64 }, (_, i) => i)
  writeFileSync(path.join(cwd, 'film.png'), await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data }))
  return cwd
}

/** With a device that is full in place of one of the two streams. */
function withFull(stream: 'stdout' | 'stderr', words: readonly string[], cwd: string) {
  const full = openSync('/dev/full', 'w')
  const stdio = stream === 'stdout' ? (['ignore', full, 'pipe'] as const) : (['ignore', 'pipe', full] as const)
  const { status, stdout, stderr } = spawnSync(process.execPath, [koptFile, ...words], {
    cwd,
    encoding: 'utf8',
    stdio: [...stdio],
  })
  closeSync(full)
  return { code: status, stdout, stderr }
}

function needFull(context: TestContext): void {
  need(context, existsSync('/dev/full'), '/dev/full', 'run it on Linux')
}

describe('an output that can not be written', () => {
  it.for([
    [['evaluate', 'scores.csv']],
    [['evaluate', 'scores.csv', '--json']],
    [['search', 'search.csv']],
    [['inspect', 'film.png', '--json']],
    [['schema', 'result']],
    [['backbone', 'list']],
    [['--help']],
    [['run', '--help']],
    [['--version']],
    [['search', 'nothing.csv', '--json']],
  ])('because the disk is full is told in a sentence, with exit code 2: %j', async ([words], context) => {
    needFull(context)
    const cwd = await workplace()
    const { code, stderr } = withFull('stdout', words, cwd)
    expect(code).toBe(2)
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      "the output can't be written: the disk is full; free some space, or send the output elsewhere",
    )
    expect(stderr).not.toMatch(/internal| {3}at /)
  })

  it('on standard error costs its remarks, not the work', async (context) => {
    needFull(context)
    const cwd = await workplace()
    const shown = withFull('stderr', ['evaluate', 'scores.csv', '--json'], cwd)
    expect(shown).toMatchObject({ code: 0 })
    expect(JSON.parse(shown.stdout)).toMatchObject({ n: 40 })
    const told = withFull('stderr', ['demo-data', 'films', '--patients', '6', '--json'], cwd)
    expect(told).toMatchObject({ code: 0 })
    expect(withFull('stderr', ['search', 'nothing.csv'], cwd)).toMatchObject({ code: 2, stdout: '' })
  })

  it.each([[['evaluate', 'scores.csv']], [['schema', 'config']], [['--help']]])(
    'because its reader is gone is no failure: %j',
    async (words) => {
      const child = spawn(process.execPath, [koptFile, ...words], { cwd: await workplace(), stdio: 'pipe' })
      let stderr = ''
      child.stderr.on('data', (chunk) => {
        stderr += chunk
      })
      child.stdout.destroy()
      const code = await new Promise((resolve) => child.on('close', resolve))
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    },
  )

  it('because nobody reads remarks any more: the work goes on', async () => {
    const cwd = await workplace()
    const child = spawn(process.execPath, [koptFile, 'predict', 'nothing', 'film.png'], { cwd, stdio: 'pipe' })
    child.stderr.destroy()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(2)
  })
})

describe('names that a terminal would obey', () => {
  const hostile = 'x\x1b[31m\x1b]0;owned\x07\u009b2J\u202egnp\nVerdict: yes'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
  const obeyed = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/

  /** A dataset with one class of a hostile name, with a hostile film that is none and a hostile file. */
  async function films(cwd: string): Promise<string> {
    const root = path.join(cwd, 'films')
    for (const label of ['normal', hostile]) {
      mkdirSync(path.join(root, label), { recursive: true })
      for (let n = 0; n < 4; n++) {
        const data = Uint8Array.from({ length: 64 }, (_, i) => (i * (n + 1) + label.length) % 256)
        const png = await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data })
        writeFileSync(path.join(root, label, `${n}-${hostile}.png`), png)
      }
    }
    writeFileSync(path.join(root, 'normal', `broken-${hostile}.png`), 'no image')
    return root
  }

  it('are written out in results, remarks and errors of every verb, on lines that are ours alone', async () => {
    const cwd = await workplace()
    const root = await films(cwd)
    const table = path.join(cwd, `${hostile}.csv`)
    writeFileSync(table, `label,"score_${hostile}"\n"${hostile}",1\n`)
    const calls = [
      ['inspect', root],
      ['inspect', root, '--skip-unreadable'],
      ['inspect', root, '--skip-unreadable', '--json'],
      ['inspect', path.join(root, 'normal', `0-${hostile}.png`)],
      ['inspect', path.join(root, 'normal', `broken-${hostile}.png`)],
      ['features', root, '--out', 'features.npy'],
      ['features', root, '--out', 'features.npy', '--json'],
      ['quality', root, root],
      ['evaluate', table],
      ['search', table],
      ['search', table, '--json'],
      ['predict', hostile, hostile],
      ['predict', hostile, hostile, '--json'],
      ['run', hostile],
      ['run', root, '--set', hostile],
      ['resume', hostile],
      ['report', hostile],
      ['manifest', root, '--labels', table, '--match', hostile],
      ['deidentify', root, '--out', hostile],
      ['backbone', 'check', hostile],
      ['backbone', 'add', hostile],
      ['gan', 'sample', hostile, '--out', 'drawn'],
      ['crop', root, '--roi', hostile, '--out', 'cut'],
      [hostile],
      ['run', `--${hostile}`],
      ['schema', hostile],
    ]
    for (const words of calls) {
      const { stdout, stderr } = kopt(words, { cwd })
      const text = `${stdout}${stderr}`
      expect(obeyed.exec(text)?.[0], `${words[0]}: ${JSON.stringify(text)}`).toBe(undefined)
      expect(text, words[0]).not.toMatch(/^Verdict/m)
      expect(text, words[0]).not.toContain('internal:')
    }
  })
})
