/**
 * Files of a run that have changed since it was stopped: one of each kind, in four ways. A resumed run comes to the bytes of
 * the undamaged one or says in a sentence why it can't; it never comes to another result.
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
import { kopt } from '../support/kopt.js'
import { type FinishedRun, tinyFinishedRun } from '../support/tiny-finished-run.js'

let made: FinishedRun
let promised: Record<string, string>

beforeAll(async () => {
  made = await tinyFinishedRun()
  promised = promisedBy(made.run)
}, 120_000)

/** A byte of one file of each kind; the other ways, which readers tell apart, of those that are read in different forms. */
function filesFor(way: string): string[] {
  const files = oneOfEachKind(stateFilesOf(made.run))
  const forms =
    /^(config|private\/(config|prepared|internal)|features\/(cache|train)|gan|pool|state\/(checksums|train)|trials)/
  return way === 'changed' ? files : files.filter((file) => forms.test(file))
}

describe('a file of a run that has changed', () => {
  it.each(ways)('(%s) is made anew to the same bytes, or refused in a sentence', { timeout: 600_000 }, async (way) => {
    const wrong: string[] = []
    let tried = 0
    for (const file of filesFor(way)) {
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
    expect(tried).toBeGreaterThan(8)
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
    await expect(resumed(edit)).rejects.toThrow(/config\.yaml was changed .*gan\.steps was 20, now 30.*remove the file/)
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

  it('of private/ can be said anew, by the words that the sentence names', async () => {
    const gone = (run: string) => rmSync(path.join(run, 'private', 'config.yaml'))
    await expect(resumed(gone)).rejects.toThrow(/--dataset FILMS --external b=FILMS --backbone FILE\.onnx/)
    const places = { dataset: made.films, external: { b: made.external }, backbone: made.backbone }
    const { copy } = await resumed(gone, places)
    expect(promisedBy(copy)).toEqual(promised)
  })
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

  it('of 0.1, without checksums, is opened as before', () => {
    const old = path.join(made.folder, 'of-0.1')
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
    expect(resume.stderr).toMatch(/begun by a kopt that kept no checksums/)
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
