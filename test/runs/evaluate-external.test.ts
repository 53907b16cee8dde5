import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { externalSet, withExternalSets } from '../../src/record/external-set.js'
import { result as resultSchema } from '../../src/record/result.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt } from '../support/kopt.js'

const work = mkdtempSync(path.join(tmpdir(), 'kopt-external-'))
const at = (...parts: string[]) => path.join(work, ...parts)
const read = (...parts: string[]) => readFileSync(at(...parts), 'utf8')

// The whole path at its smallest.
const settings = [
  'preset=quick',
  'image.size=[16, 16]',
  'gan.steps=20',
  'gan.width=0.05',
  'gan.batchSize=16',
  'search.multiples=whole',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'backbone.inputSize=[32, 32]',
  'evaluation.prevalence=0.1',
].flatMap((setting) => ['--set', setting])

function succeed(words: readonly string[]) {
  const { code, stdout, stderr } = kopt(words, { cwd: work })
  expect(code, stderr).toBe(0)
  return stdout
}

describe('kopt evaluate RUN DATASET', () => {
  let before = ''
  beforeAll(() => {
    demoFilms(at('films'), 24)
    const together = ['--external', 'hospital-b=films/hospital-b']
    succeed(['run', 'films/hospital-a', ...settings, ...together, '--out', 'runs/together'])
    succeed(['run', 'films/hospital-a', ...settings, '--out', 'runs/alone'])
    before = read('runs/alone/result.json')
    renameSync(at('runs/alone'), at('runs/moved'))
  }, 180_000)
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  it('gives what --external would have given, to the byte, after the run was moved', () => {
    const said = succeed(['evaluate', 'runs/moved', 'films/hospital-b'])
    const together = resultSchema.parse(JSON.parse(read('runs/together/result.json')))
    const set = externalSet.parse(JSON.parse(read('runs/moved/external/hospital-b.json')))
    const added = withExternalSets(resultSchema.parse(JSON.parse(before)), [set])
    for (const arm of together.arms) {
      const scores = `${arm.name}.hospital-b.csv`
      expect(read('runs/moved/scores', scores), arm.name).toBe(read('runs/together/scores', scores))
      const own = added.arms.find(({ name }) => name === arm.name)
      for (const key of ['calibration', 'decision', 'byPatient'] as const)
        expect(own?.[key]?.['hospital-b'], `${key} of ${arm.name}`).toEqual(arm[key]?.['hospital-b'])
      expect(own?.evaluations['hospital-b']).toEqual(arm.evaluations['hospital-b'])
      expect(own?.cutoffs).toEqual(arm.cutoffs)
    }
    const onB = <T extends { set: string }>(list: T[] | undefined) => list?.filter((one) => one.set === 'hospital-b')
    expect(set.comparisons).toEqual(onB(together.comparisons))
    expect(set.accuracyComparisons).toEqual(onB(together.accuracyComparisons))
    expect(set.overlapChecked).toBe(true)
    expect(said).toContain('had been chosen before they were opened')
    expect(said).toContain('Added: runs/moved/external/hospital-b.json')
  })

  it('leaves result.json as it was, and shows the set in the report, its tables and the ledger', () => {
    expect(read('runs/moved/result.json')).toBe(before)
    const page = read('runs/moved/report.html')
    expect(page).toContain('These films were added after the run')
    expect(page).toContain('External test set “hospital-b”')
    expect(read('runs/moved/tables/cutoffs.csv')).toContain('hospital-b,OD,youden')
    succeed(['report', 'runs/moved'])
    expect(read('runs/moved/report.html')).toBe(page)
    const openings = read('runs/test-openings.jsonl').trim().split('\n')
    expect(openings.filter((line) => /"moved","set":"hospital-b"/.test(line))).toHaveLength(1)
  })

  it('names no patient and no file outside the private folder', () => {
    const shown = read('runs/moved/external/hospital-b.json') + read('runs/moved/scores/OD.hospital-b.csv')
    expect(shown).not.toMatch(/p\d{3}_[LR]|\.png|films\/hospital/)
    expect(read('runs/moved/private/hospital-b-films.csv')).toContain('.png')
  })

  it('has one JSON document with --json', () => {
    demoFilms(at('others'), 12, '--seed', '5')
    const out = succeed(['evaluate', 'runs/moved', 'others/hospital-b', '--name', 'clinic-c', '--json'])
    expect(externalSet.parse(JSON.parse(out))).toMatchObject({
      name: 'clinic-c',
      films: { healthy: expect.any(Number) },
    })
  })

  it('refuses what would mislead, with place and remedy, and leaves nothing', () => {
    cpSync(at('runs/together'), at('runs/other'), { recursive: true })
    const result = JSON.parse(read('runs/other/result.json'))
    const changed = { ...result, backbone: { ...result.backbone, hash: 'f'.repeat(64) } }
    cpSync(at('runs/together'), at('runs/later'), { recursive: true })
    writeFileSync(
      at('runs/later/config.yaml'),
      read('runs/later/config.yaml').replace(/koptVersion: .*/, 'koptVersion: 99.0.0\nnotYet: true'),
    )
    writeFileSync(at('runs/other/result.json'), JSON.stringify(changed))
    for (const run of ['other', 'later']) rmSync(at(`runs/${run}/state/checksums.sha256`))
    rmSync(at('runs/later/private/config.yaml'))
    const refusals: [string[], RegExp][] = [
      [
        ['runs/moved', 'films/hospital-b'],
        /^runs\/moved has been evaluated on a set named hospital-b already; give .* another --name/,
      ],
      [
        ['runs/moved', 'films/hospital-a'],
        /films of the run itself, and new ones are wanted; .*\n {2}- \d+ training films: /s,
      ],
      [['runs/together', 'films/hospital-b', '--name', 'again'], /films of the run itself.*: \d+ hospital-b films/],
      [
        ['runs/other', 'others/hospital-b', '--name', 'new'],
        /scattering is not the backbone that runs\/other was made with \(its bytes differ/,
      ],
      [
        ['runs/later', 'others/hospital-b'],
        /^runs\/later was made by kopt 99\.0\.0, and this is .*, which can't read .*; install that version to evaluate/,
      ],
      [
        ['runs/moved', 'others/hospital-b', '--name', 'tuning'],
        /external set "tuning": tuning stands for the dataset's tuning films; give it another name/,
      ],
      [['runs/moved'], /^runs\/moved is a folder; name the films too: kopt evaluate runs\/moved DATASET/],
      [['runs/moved', 'others/hospital-b', '--cutoff', '0.3'], /^--cutoff is for SCORES.csv/],
      [['runs/gone', 'others/hospital-b'], /^runs\/gone does not exist; name the folder/],
    ]
    for (const [words, sentence] of refusals) {
      const { code, stdout, stderr } = kopt(['evaluate', ...words], { cwd: work })
      expect({ code, stdout }, words.join(' ')).toEqual({ code: 2, stdout: '' })
      expect(stderr.replaceAll(/^(reading|scoring) .*\n/gm, '')).toMatch(sentence)
    }
    expect(() => read('runs/other/external/hospital-b.json')).toThrow()
  })

  it('says so where it can not tell whether films are the run’s own', () => {
    rmSync(at('runs/together/private'), { recursive: true })
    const out = succeed(['evaluate', 'runs/together', 'others/hospital-b', '--name', 'clinic-d'])
    expect(out).toContain('could not be checked')
  })
})
