import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { answersOf } from '../support/answers.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptApart, koptFile, temporaryFolder } from '../support/kopt.js'

describe('kopt', () => {
  it('without words prints its help', () => {
    const { code, stdout, stderr } = koptApart([])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('kopt demo-data films')
    expect(stdout).toContain('Research use only')
  })

  it('prints its version, that of package.json', () => {
    const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'))
    expect(koptApart(['--version']).stdout).toBe(`${version}\n`)
  })

  it('lists verbs that can all be called, each with worked examples', () => {
    const overview = kopt(['--help']).stdout
    const verbs = [...overview.slice(overview.indexOf('Commands:')).matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(
      ([, verb]) => verb,
    )
    expect(verbs.length).toBeGreaterThan(8)
    const answers = answersOf(verbs.map((verb) => (verb === 'gan' ? ['gan', 'train', '--help'] : [verb, '--help'])))
    for (const [i, verb] of verbs.entries()) {
      const { code, stdout } = answers[i]
      expect({ verb, code }).toEqual({ verb, code: 0 })
      expect(stdout, verb).toMatch(new RegExp(`Examples:\n {2}# .+\n {2}kopt ${verb}|&& kopt ${verb}`))
    }
  })

  it('prints the same help for `help VERB` as for `VERB --help`', () => {
    expect(kopt(['help', 'search']).stdout).toBe(kopt(['search', '--help']).stdout)
  })

  it('wraps what a verb does to the width of the terminal, whatever the lines of the source', () => {
    const verbs = ['run', 'plan', 'inspect', 'deidentify', 'evaluate']
    for (const { stdout } of answersOf(verbs.map((verb) => [verb, '--help']))) {
      const [, ...paragraphs] = stdout.split('Arguments:')[0].trim().split('\n\n')
      expect(paragraphs.length).toBeGreaterThan(0)
      for (const paragraph of paragraphs) {
        const lines = paragraph.split('\n')
        // A line ends where the next word would not have fitted.
        for (const [i, line] of lines.slice(1).entries())
          expect(`${lines[i]} ${line.split(' ')[0]}`.length).toBeGreaterThan(78)
      }
    }
  })

  const refused: [string[], string][] = [
    [['serch', 'x.csv'], "kopt: unknown command 'serch'; did you mean search?"],
    [['zzz'], "kopt: unknown command 'zzz'"],
    [['--verison'], "kopt: unknown option '--verison'; did you mean --version?"],
    [['run', 'films', '--presett', 'quick'], "kopt run: unknown option '--presett'; did you mean --preset?"],
    [['evaluate'], "kopt evaluate: missing required argument 'scores-run-or-readings'"],
    [
      ['search', 'a.csv', '--rule', 'sliding'],
      "kopt search: option '--rule <name>' argument 'sliding' is invalid (there are sliding-window, one-standard-error)",
    ],
    [
      ['search', 'a.csv', '--window', '0'],
      "kopt search: option '--window <n>' argument '0' is invalid: a whole number of at least 1 was expected",
    ],
    [['gan', 'trian'], "kopt gan: unknown command 'trian'; did you mean train?"],
    [['gan', 'train', 'films'], 'kopt gan train: it needs --out <folder>'],
    [
      ['schema', 'confg'],
      "kopt schema: argument <what> 'confg' is invalid (there are config, result, manifest); did you mean config?",
    ],
    [
      ['run', 'films', '--external', 'hospital-b'],
      "kopt run: option '--external <name=path>' argument 'hospital-b' is invalid: NAME=PATH was expected, for example hospital-b=films/hospital-b",
    ],
  ]
  const answers = answersOf(refused.map(([words]) => words))

  it.each(refused.map(([words, sentence], i) => [words, sentence, answers[i]] as const))(
    'answers %j with one sentence and exit code 2',
    (_, sentence, answer) => {
      expect(answer).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
    },
  )

  it('answers so from a process of its own, too', () => {
    const [words, sentence] = refused[0]
    expect(koptApart(words)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
  })

  it('says nothing when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [koptFile, 'schema', 'result'], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.stdout.destroy()
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

describe('--json', () => {
  it.each([
    [['search', 'nothing.csv', '--json'], 2, 'user', 'nothing.csv does not exist'],
    [['--json', 'search', 'nothing.csv'], 2, 'user', 'nothing.csv does not exist'],
    [['serch', '--json'], 2, 'user', "kopt: unknown command 'serch'; did you mean search?"],
    [['search', '--json'], 2, 'user', "kopt search: missing required argument 'scores'"],
    [['gan', '--json'], 2, 'user', 'kopt gan: name what is to be done; kopt --help lists the verbs'],
    [['run', 'films', '--preset', 'quik', '--json'], 2, 'user', 'preset "quik" is not known; did you mean quick?'],
  ])('tells a failure as one JSON document, too: %j', (words, exitCode, kind, begin) => {
    const { code, stdout, stderr } = kopt(words as string[], { cwd: temporaryFolder() })
    const { error } = JSON.parse(stdout)
    expect({ code, ...error }).toEqual({ code: exitCode, kind, exitCode, message: expect.stringContaining(begin) })
    if (words[0] !== 'gan') expect(stderr.trimEnd()).toBe(error.message)
  })

  it('prints what was found, once, where that is also what is wrong', () => {
    const cwd = temporaryFolder()
    expect(kopt(['demo-data', 'films', '--patients', '6', '--json'], { cwd }).code).toBe(0)
    const folder = path.join(cwd, 'films', 'hospital-a', 'healthy')
    const [film] = readdirSync(folder)
    writeFileSync(path.join(folder, film), 'no image')
    const { code, stdout, stderr } = kopt(['inspect', 'films/hospital-a', '--json'], { cwd })
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ problems: [expect.stringContaining(film)] })
    expect(stderr).toContain(film)
  })
})

describe('--quiet', () => {
  it('leaves results and errors, and nothing else', () => {
    const cwd = temporaryFolder()
    expect(kopt(['demo-data', 'films', '--patients', '6', '--quiet'], { cwd })).toMatchObject({ code: 0, stderr: '' })
    const loud = kopt(['inspect', 'films/hospital-a'], { cwd })
    const quiet = kopt(['inspect', 'films/hospital-a', '--quiet'], { cwd })
    expect(loud.stderr).not.toBe('')
    expect(quiet).toEqual({ code: 0, stdout: loud.stdout, stderr: '' })
    expect(kopt(['--quiet', 'search', 'x.csv'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'x.csv does not exist\n',
    })
  })
})

describe('kopt run', () => {
  it('without a dataset says what it wants', () => {
    const { code, stdout, stderr } = kopt(['run'], { cwd: temporaryFolder() })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(
      'which films? Name a folder with one folder per class, or a CSV manifest: kopt run DATASET. No films at hand: kopt demo-data DIR makes some\n',
    )
  })

  it('with an unknown preset names the nearest', () => {
    const { code, stderr } = kopt(['run', 'films', '--preset', 'quik'], { cwd: temporaryFolder() })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'preset "quik" is not known; did you mean quick? (there are quick, standard, kong2022)\n',
    })
  })
})

describe('kopt run --preset kong2022', () => {
  it('without the weights it needs says what to get and how to carry it, and leaves nothing', () => {
    const cwd = temporaryFolder()
    demoFilms(path.join(cwd, 'films'), 6)
    const { code, stdout, stderr } = kopt(['run', 'films/hospital-a', '--preset', 'kong2022'], { cwd })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('CheXNet')
    expect(stderr).toContain('--backbone')
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false)
  })
})

describe('kopt resume', () => {
  it('without any run says so', () => {
    const { code, stderr } = koptApart(['resume'], { cwd: temporaryFolder() })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'there is no run in the folder runs here; go to where it was begun, or name the run: kopt resume RUN\n',
    })
  })

  it('refuses a folder that holds no run', () => {
    const { code, stderr } = kopt(['resume', '.'], { cwd: temporaryFolder() })
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '. holds no run: config.yaml is missing; name the folder that `kopt run` printed\n',
    })
  })
})
