/**
 * Files of a run that have changed since it was stopped: one of each form, in four ways. A resumed run comes to the bytes of
 * the undamaged one or says in a sentence why it can't; it never comes to another result.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  damage,
  filesOf,
  oneOfEachKind,
  promisedBy,
  resumeDamaged,
  stateFilesOf,
  ways,
} from '../../scripts/attack/damage.mjs'
import { RunDirectory } from '../../src/record/run-directory.js'
import { kopt } from '../support/kopt.js'
import { type FinishedRun, tinyFinishedRun } from '../support/tiny-finished-run.js'

let made: FinishedRun
let promised: Record<string, string>

beforeAll(async () => {
  made = await tinyFinishedRun()
  promised = promisedBy(made.run)
}, 120_000)

/** One file of each form that readers tell apart; the attack of damage, which CI runs, tries the other kinds. */
function files(): string[] {
  const forms =
    /^(config|private\/(config|prepared|internal)|features\/(cache|train)|gan|pool|state\/(checksums|train)|trials)/
  return oneOfEachKind(stateFilesOf(made.run)).filter((file) => forms.test(file))
}

describe('a file of a run that has changed', () => {
  it.each(ways)('(%s) is made anew to the same bytes, or refused in a sentence', { timeout: 600_000 }, async (way) => {
    const wrong: string[] = []
    let tried = 0
    // Each form is changed, and meets about half of the other ways; the attack draws which meet which.
    const some = files().filter((_, i) => way === 'changed' || (i + ways.indexOf(way)) % 2 === 0)
    for (const file of some) {
      const copy = path.join(made.folder, 'copy')
      const outcome = await resumeDamaged({ run: made.run, copy, file, way, promised, resume: made.resume })
      if (outcome === undefined) continue
      tried++
      const { refused, differing } = outcome
      if (refused && refused.name !== 'UserError') wrong.push(`${file}: ${refused.stack}`)
      // Only where the damage may be somebody's wish is there a question.
      if (refused && !/^(private\/)?config\.yaml$/.test(file)) wrong.push(`${file}: ${refused.message}`)
      if (differing.length > 0) wrong.push(`${file}: other bytes in ${differing.join(', ')}`)
    }
    expect(wrong).toEqual([])
    expect(tried).toBeGreaterThan(way === 'changed' ? 8 : 3)
  })

  it('is named where it is made anew', async () => {
    const { copy, warnings } = await resumed((run) => damage(run, 'features/train.npy', 'changed'))
    expect(warnings).toEqual(['missing or damaged since the run was stopped, and made anew: features/train.npy'])
    expect(promisedBy(copy)).toEqual(promised)
  })

  it('may be removed too: checkpoint, features, trials, state, model, whole folders', async () => {
    for (const place of ['gan/checkpoint-000020.safetensors', 'features', 'trials', 'state/fill-pool.json', 'model']) {
      const { copy } = await resumed((run) => rmSync(path.join(run, place), { recursive: true }))
      expect(promisedBy(copy), place).toEqual(promised)
    }
  }, 240_000)
})

describe('config.yaml', () => {
  it('with another value is refused, and what the sentence advises leads on', async () => {
    const edit = (run: string) => {
      const file = path.join(run, 'config.yaml')
      writeFileSync(file, readFileSync(file, 'utf8').replace('steps: 20', 'steps: 30'))
    }
    await expect(resumed(edit)).rejects.toThrow(
      /config\.yaml was changed .*generator\.steps was 20, now 30.*remove the file/,
    )
    const { copy } = await resumed((run) => {
      edit(run)
      rmSync(path.join(run, 'config.yaml'))
    })
    expect(promisedBy(copy)).toEqual(promised)
  })

  it('that is empty is written anew, or where nothing else knows refused as a mistake of the user', async () => {
    const { copy, warnings } = await resumed((run) => writeFileSync(path.join(run, 'config.yaml'), ''))
    expect(warnings).toEqual(['config.yaml was missing or damaged and is written anew'])
    expect(promisedBy(copy)).toEqual(promised)
    const empty = (run: string) => {
      writeFileSync(path.join(run, 'config.yaml'), '')
      writeFileSync(path.join(run, 'private', 'config.yaml'), '')
    }
    await expect(resumed(empty)).rejects.toThrow(/config\.yaml and private\/config\.yaml are missing or damaged/)
    // As 0.1 left it: no second copy.
    const old = path.join(made.folder, 'old')
    cpSync(made.run, old, { recursive: true })
    rmSync(path.join(old, 'private', 'config.yaml'))
    writeFileSync(path.join(old, 'config.yaml'), '')
    for (const words of [
      ['resume', old],
      ['evaluate', old, made.films],
    ]) {
      const { code, stderr } = kopt(words)
      expect(code, stderr).toBe(2)
      expect(stderr).toMatch(/config\.yaml/)
    }
  })

  it('that is cut off is written anew; one with holes is refused as damaged, and what the sentence advises leads on', async () => {
    const file = (run: string) => path.join(run, 'config.yaml')
    const cut = (share: number) => (run: string) => {
      const text = readFileSync(file(run))
      writeFileSync(file(run), text.subarray(0, Math.floor(text.length * share)))
    }
    for (const share of [0.2, 0.5, 0.99]) {
      const { copy, warnings } = await resumed(cut(share))
      expect(warnings, String(share)).toEqual(['config.yaml was missing or damaged and is written anew'])
      expect(promisedBy(copy)).toEqual(promised)
    }
    const holed = (run: string) =>
      writeFileSync(file(run), readFileSync(file(run), 'utf8').replace(/^generator:\n( .*\n)+/m, ''))
    const refused =
      /config\.yaml is damaged: 1 value of the run can't be found in it \(generator\); remove the file, and kopt resume/
    await expect(resumed(holed)).rejects.toThrow(refused)
    const { copy } = await resumed((run) => {
      holed(run)
      rmSync(file(run))
    })
    expect(promisedBy(copy)).toEqual(promised)
  }, 120_000)

  it('is damaged where its YAML is in doubt, and nothing of it is printed', () => {
    const copy = path.join(made.folder, 'doubtful')
    cpSync(made.run, copy, { recursive: true })
    const file = path.join(copy, 'config.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace('  steps: 20', ' !steps: 20'))
    const { code, stderr } = kopt(['resume', copy])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('config.yaml was missing or damaged and is written anew')
    expect(stderr).not.toMatch(/YAMLWarning|!steps/)
  }, 60_000)

  it('of private/ that is cut off does not speak for a run whose checksums are lost', () => {
    const copy = path.join(made.folder, 'no-checksums')
    cpSync(made.run, copy, { recursive: true })
    rmSync(path.join(copy, 'state', 'checksums.sha256'))
    for (const name of ['config.yaml', 'private/config.yaml']) damage(copy, name, 'cut off')
    const { code, stderr } = kopt(['evaluate', copy, made.external, '--name', 'c'])
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/config\.yaml does not say what the run was made with: it is empty or damaged/)
  })

  it('of private/ can be said anew, by the words that the sentence names', async () => {
    const gone = (run: string) => rmSync(path.join(run, 'private', 'config.yaml'))
    await expect(resumed(gone)).rejects.toThrow(/--dataset FILMS --external b=FILMS --backbone FILE\.onnx/)
    const places = { dataset: made.films, external: { b: made.external }, backbone: made.backbone }
    const { copy } = await resumed(gone, places)
    expect(promisedBy(copy)).toEqual(promised)
  })
})

describe('state/checksums.sha256', () => {
  const file = (run: string) => path.join(run, 'state', 'checksums.sha256')
  const lost = 'what it no longer vouches for is made anew'

  it.each([
    ['emptied', (run: string) => writeFileSync(file(run), '')],
    ['removed', (run: string) => rmSync(file(run))],
  ])(
    'that was %s is said to be lost, once',
    async (_, deed) => {
      const { copy, warnings } = await resumed(deed)
      expect(warnings).toEqual([`state/checksums.sha256 was missing or damaged: ${lost}`])
      expect(promisedBy(copy)).toEqual(promised)
      expect(await made.resume(copy)).toEqual([])
    },
    120_000,
  )

  it('that was cut off is said to be so, with the stages that are done again', async () => {
    const { copy, warnings } = await resumed((run) => {
      const lines = readFileSync(file(run), 'utf8').split('\n')
      const at = lines.findIndex((line) => line.endsWith('  state/search-k.json'))
      writeFileSync(file(run), [...lines.slice(0, at), lines[at].slice(0, 30)].join('\n'))
    })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      /^state\/checksums\.sha256 was damaged or cut short, .*\(it says nothing of .*search-k\.json\): what it/,
    )
    expect(promisedBy(copy)).toEqual(promised)
    expect(await made.resume(copy)).toEqual([])
  }, 120_000)
})

describe('events.jsonl', () => {
  const file = (run: string) => path.join(run, 'events.jsonl')
  const linesOf = (run: string) => readFileSync(file(run), 'utf8').trimEnd().split('\n')

  it('that was damaged keeps every line that can be read, and goes on', async () => {
    const before = linesOf(made.run)
    const { copy, warnings } = await resumed((run) => {
      const [first, second, ...more] = before
      const last = more.at(-1) as string
      const cut = last.slice(0, last.length / 2)
      writeFileSync(file(run), [first, second.replace('{', '('), ...more.slice(0, -1), cut].join('\n'))
    })
    expect(warnings).toEqual([
      `events.jsonl was damaged: 2 of its ${before.length} lines can't be read and are left out; the others stay`,
    ])
    const after = linesOf(copy)
    expect(after.slice(0, before.length - 2)).toEqual([before[0], ...before.slice(2, -1)])
    expect(after.length).toBeGreaterThan(before.length)
    for (const line of after) expect(JSON.parse(line)).toHaveProperty('type')
    expect(await made.resume(copy)).toEqual([])
    expect(promisedBy(copy)).toEqual(promised)
  }, 120_000)

  it('that is empty or gone is said to be so', async () => {
    for (const deed of [(run: string) => writeFileSync(file(run), ''), (run: string) => rmSync(file(run))]) {
      const { warnings } = await resumed(deed)
      expect(warnings).toEqual([
        'events.jsonl was missing or empty: what the run has told so far is lost; nothing else hangs on it',
      ])
    }
  }, 120_000)
})

describe('a run killed between its two configurations', () => {
  it('is gone on with to the bytes of one that was not', async () => {
    const { copy } = await resumed((run) => {
      const { config, privateConfig } = new RunDirectory(run)
      const text = readFileSync(privateConfig)
      rmSync(run, { recursive: true })
      mkdirSync(path.dirname(privateConfig), { recursive: true })
      writeFileSync(privateConfig, text)
      expect(existsSync(config)).toBe(false)
    })
    expect(promisedBy(copy)).toEqual(promised)
  }, 120_000)
})

describe('a finished run whose model/ is gone', () => {
  it('is not judged with; resume, which the sentence names, makes the model anew', () => {
    const copy = path.join(made.folder, 'no-model')
    cpSync(made.run, copy, { recursive: true })
    const asked = ['predict', copy, made.film, '--csv']
    const before = kopt(asked)
    expect(before.code, before.stderr).toBe(0)
    rmSync(path.join(copy, 'model'), { recursive: true })
    const refused = kopt(asked)
    expect(refused.code, refused.stderr).toBe(2)
    expect(refused.stderr).toContain(`kopt resume ${copy} finishes it, or makes it anew`)
    const resume = kopt(['resume', copy])
    expect(resume.code, resume.stderr).toBe(0)
    expect(resume.stderr).toContain('missing or damaged since the run was stopped, and made anew: model/')
    expect(promisedBy(copy)).toEqual(promised)
    expect(kopt(asked).stdout).toBe(before.stdout)
  }, 120_000)
})

describe('a finished run that is only read', () => {
  const refusals: [file: string, words: (run: string) => string[]][] = [
    ['result.json', (run) => ['report', run]],
    ['gan/curves.csv', (run) => ['report', run]],
    ['private/samples.json', (run) => ['report', run]],
    ['private/closest-pairs.json', (run) => ['report', run]],
    ['model/classifier.onnx', (run) => ['predict', run, made.film]],
    ['model/heads/OD.json', (run) => ['predict', run, made.film, '--arm', 'OD']],
    ['model/heads/OD.json', (run) => ['evaluate', run, made.films, '--name', 'c']],
  ]

  it.each(refusals)(
    'is refused where %s has changed, and resume mends it',
    async (file, words) => {
      const copy = path.join(made.folder, 'read')
      rmSync(copy, { recursive: true, force: true })
      cpSync(made.run, copy, { recursive: true })
      damage(copy, file, 'changed')
      const refused = kopt(words(copy))
      expect(refused.code, refused.stderr).toBe(2)
      expect(refused.stderr).toContain(`${file} is damaged: it is not as the run has left it; kopt resume `)
      await made.resume(copy)
      expect(promisedBy(copy)).toEqual(promised)
    },
    120_000,
  )

  it('without checksums and private/config.yaml is read, and not gone on with', () => {
    const old = path.join(made.folder, 'bare')
    cpSync(made.run, old, { recursive: true })
    cpSync(path.join(old, 'private', 'config.yaml'), path.join(old, 'config.yaml'))
    rmSync(path.join(old, 'private', 'config.yaml'))
    rmSync(path.join(old, 'state', 'checksums.sha256'))
    for (const words of [
      ['report', old],
      ['predict', old, made.film],
      ['predict', old, made.film, '--arm', 'OD'],
    ]) {
      const { code, stderr } = kopt(words)
      expect(code, stderr).toBe(0)
    }
    const known = kopt(['evaluate', old, made.external, '--name', 'c'])
    expect(known.stderr).toMatch(/holds films of the run itself/)
    const resume = kopt(['resume', old])
    expect(resume.code).toBe(2)
    expect(resume.stderr).toMatch(
      /config\.yaml and private\/config\.yaml are missing or damaged, and nothing else says what this run was/,
    )
  }, 120_000)
})

/** A copy of the run after a deed, gone on with. */
async function resumed(deed: (run: string) => unknown, places = {}) {
  const copy = path.join(made.folder, 'copy')
  rmSync(copy, { recursive: true, force: true })
  cpSync(made.run, copy, { recursive: true })
  await deed(copy)
  const warnings = await made.resume(copy, places)
  expect(existsSync(path.join(copy, 'report.html'))).toBe(true)
  expect(filesOf(copy).filter((file) => file.endsWith('.tmp'))).toEqual([])
  return { copy, warnings }
}
