import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBytes } from '../../src/base/files.js'
import { writeDemoData } from '../../src/dataset/demo-data.js'
import { exportRun } from '../../src/export/export-run.js'
import { exportPage } from '../../src/export/write-page.js'
import { decodeSafetensors } from '../../src/nn/safetensors.js'
import { runStatus } from '../../src/record/read-status.js'
import { openRunDirectory } from '../../src/record/run-directory.js'
import { openRun } from '../../src/record/run-store.js'
import { writeReport } from '../../src/report/write-report.js'
import type { PredictionAnswer } from '../../src/service/answers.js'
import { startService } from '../../src/service/service.js'
import { kopt } from '../support/kopt.js'
import { type FinishedRun, tinyFinishedRun } from '../support/tiny-finished-run.js'

const exported = [
  'CITATION.cff',
  'SHA256SUMS',
  'chai-model-card.xml',
  'classifier.onnx',
  'datasheet.md',
  'generator.onnx',
  'heads.safetensors',
  'metadata.json',
  'model-card.md',
  'predict.mjs',
  'predict.py',
]

let made: FinishedRun
let model: string

beforeAll(async () => {
  made = await tinyFinishedRun()
  model = path.join(made.folder, 'model')
})
afterAll(() => rmSync(made.folder, { recursive: true, force: true }))

/** A copy of the run, changed. */
function copyOfRun(name: string, change: (run: string) => void = () => {}): string {
  const run = path.join(made.folder, name)
  cpSync(made.run, run, { recursive: true })
  change(run)
  return run
}

describe('kopt serve', () => {
  it('gives the class, the cutoff and the likeness of kopt predict, of any arm', async () => {
    const { film, run } = made
    const predicted = JSON.parse(kopt(['predict', run, film, '--arm', 'OD', '--json']).stdout)
    const limits = { mostBytes: 2 ** 20, mostRequests: 2, seconds: 60 }
    const service = await startService({ model: run, arm: 'OD', port: 0, allowedHosts: [], limits, log: () => {} })
    const answer = await fetch(`http://127.0.0.1:${service.port}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: readFileSync(film),
    }).then((response) => response.json() as Promise<PredictionAnswer>)
    await service.drain()
    const { file: _, ...judged } = predicted.predictions[0]
    expect(judged.likeness.share).toBeGreaterThan(0)
    const { arm, k, cutoff, positive, classes } = predicted
    const called = judged.probabilities[positive] >= cutoff ? 1 : 0
    expect(answer).toMatchObject({ model: { run: path.basename(run), arm, k }, cutoff, positive, classes })
    expect(answer.films).toEqual([
      {
        film: 1,
        class: [classes.find((name: string) => name !== positive), positive][called],
        probability: judged.probabilities[positive],
        ...judged,
      },
    ])
    const head = readFileSync(path.join(run, 'model', 'heads', 'OD.json'))
    expect(answer.model.headSha256).toBe(createHash('sha256').update(head).digest('hex'))
  })
})

describe('kopt export', () => {
  it('writes the model and its papers, with checksums that fit', () => {
    const { code, stdout, stderr } = kopt(['export', made.run, '--out', model, '--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readdirSync(model).sort()).toEqual(exported)
    const { files, noGenerator } = JSON.parse(stdout)
    expect(noGenerator).toBeNull()
    const sums = readFileSync(path.join(model, 'SHA256SUMS'), 'utf8').trim().split('\n')
    expect(sums).toHaveLength(exported.length - 1)
    for (const line of sums) {
      const [sum, name] = line.split('  ')
      const hash = createHash('sha256')
        .update(readFileSync(path.join(model, name)))
        .digest('hex')
      expect(hash, name).toBe(sum)
      expect(files).toContainEqual(expect.objectContaining({ name, sha256: sum }))
    }
    const original = readFileSync(path.join(made.run, 'model', 'classifier.onnx'))
    expect(readFileSync(path.join(model, 'classifier.onnx')).equals(original)).toBe(true)
  })

  it('holds the last layer of every arm', () => {
    const { arrays } = decodeSafetensors(readBytes(path.join(model, 'heads.safetensors')))
    const result = JSON.parse(readFileSync(path.join(made.run, 'result.json'), 'utf8'))
    for (const { name } of result.arms) {
      const head = JSON.parse(readFileSync(path.join(made.run, 'model', 'heads', `${name}.json`), 'utf8'))
      expect([...arrays[`${name}.weight`].data]).toEqual(head.weights)
      expect([...arrays[`${name}.bias`].data]).toEqual(head.bias)
    }
  })

  it('says of the data, the figures and the limits what the result knows, and leaves the rest visibly open', () => {
    const card = readFileSync(path.join(model, 'model-card.md'), 'utf8')
    const chai = readFileSync(path.join(model, 'chai-model-card.xml'), 'utf8')
    const sheet = readFileSync(path.join(model, 'datasheet.md'), 'utf8')
    const { verdict, arms, dataset } = JSON.parse(readFileSync(path.join(made.run, 'result.json'), 'utf8'))
    const delivered = arms.find(({ name }: { name: string }) => name === 'GCB+OMGDA')
    expect(card).toMatch(/^---\nlicense: other\n[\s\S]*\n---\n\n# Radiograph classifier: sinusitis or healthy/)
    for (const paper of [card, chai]) {
      expect(paper).toContain(verdict.text)
      expect(paper).toContain(delivered.evaluations.b.auc.value.toFixed(3))
    }
    for (const paper of [card, chai, sheet]) {
      expect(paper).toContain('Research use only')
      expect(paper).toContain('TO BE FILLED IN')
    }
    expect(sheet).toContain(`| Training | ${dataset.split.train.healthy} | ${dataset.split.train.sinusitis} |`)
    const monai = JSON.parse(readFileSync(path.join(model, 'metadata.json'), 'utf8'))
    expect(monai.network_data_format.outputs.probability.channel_def).toEqual({ 0: 'healthy', 1: 'sinusitis' })
    expect(monai.kopt).toMatchObject({ classes: ['healthy', 'sinusitis'], positive: 'sinusitis', imageSize: [16, 16] })
  })

  it('names no film, no patient and no place on this computer', () => {
    const films = readFileSync(path.join(made.run, 'private', 'films.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
    const patients = [...new Set(films.map((line) => /\/([a-z]\d+)_/.exec(line)?.[1] ?? line))]
    expect(patients.length).toBeGreaterThan(10)
    const traces = [made.folder, path.basename(made.film), ...patients, 'film-0001', 'patient-0001']
    for (const name of exported) {
      const text = readFileSync(path.join(model, name), 'latin1')
      for (const trace of traces) expect(text.includes(trace), `${trace} in ${name}`).toBe(false)
    }
  })

  it('writes a page that names no film either, and over no other file', async () => {
    const page = path.join(made.folder, 'page.html')
    const { stdout, stderr } = kopt(['export', made.run, '--page', page])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/page\.html, \d\.\d MB: open it in a browser\n.*data protection/)
    const html = readFileSync(page, 'utf8')
    const readable = html.replace(/>[A-Za-z0-9+/=]{1000,}</g, '><')
    expect(readable.length).toBeLessThan(html.length / 10)
    for (const trace of [made.folder, path.basename(made.film), 'p001', 'film-0001', 'patient-0001'])
      expect(readable.includes(trace), trace).toBe(false)
    const sha256 = createHash('sha256').update(html).digest('hex')
    expect(await exportPage(made.run, page)).toEqual({ file: page, bytes: Buffer.byteLength(html), sha256 })
    const mine = path.join(made.folder, 'mine.html')
    writeFileSync(mine, 'mine')
    const refused = (file: string) => expect(exportPage(made.run, path.join(made.folder, file))).rejects
    await refused('mine.html').toThrow('is there already, and nothing is written over')
    await refused('model.zip').toThrow('a browser opens what ends in .html')
    const nothing = kopt(['export', made.run])
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('say what to write: --out DIR')])
  })

  it('leaves the generator out, and says why, where its checkpoint is gone', async () => {
    const run = copyOfRun('without-generator', (copy) => rmSync(path.join(copy, 'gan'), { recursive: true }))
    const out = path.join(made.folder, 'no-generator')
    const { noGenerator } = await exportRun(run, out)
    expect(noGenerator).toBe('its checkpoint is no longer in the run folder.')
    expect(existsSync(path.join(out, 'generator.onnx'))).toBe(false)
    expect(readFileSync(path.join(out, 'model-card.md'), 'utf8')).toContain('There is no generator.onnx')
  })

  it('refuses in one sentence what it can not export, and leaves nothing behind', async () => {
    const unfinished = copyOfRun('unfinished', (run) => rmSync(path.join(run, 'result.json')))
    const bare = copyOfRun('bare', (run) => rmSync(path.join(run, 'model', 'classifier.onnx')))
    const other = copyOfRun('other', (run) => {
      rmSync(path.join(run, 'state', 'checksums.sha256'))
      const file = path.join(run, 'result.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 2'))
    })
    const damaged = copyOfRun('damaged', (run) => writeFileSync(path.join(run, 'model', 'heads', 'OD.json'), '{}'))
    const used = path.join(made.folder, 'used')
    mkdirSync(used)
    writeFileSync(path.join(used, 'note.txt'), 'mine')
    const out = path.join(made.folder, 'refused')
    const refused = (run: string, folder = out) => expect(exportRun(run, folder)).rejects
    await refused(unfinished).toThrow(/^\S+ has no result yet; let the run finish: kopt resume \S+$/)
    await refused(bare).toThrow(
      /^\S+ has no model \(model\/classifier\.onnx\); kopt resume \S+ finishes it, or makes it anew$/,
    )
    await refused(other).toThrow(/^\S+ was written by kopt \S+ in form 2, .+; use that version for this run, .+$/)
    await refused(damaged).toThrow(/^\S+OD\.json is damaged: it is not as the run has left it; .+$/)
    await refused(made.films).toThrow(/^\S+ holds no run: config\.yaml is missing; .+$/)
    await refused(made.run, used).toThrow(/^--out \S+ holds something already \(note\.txt\); name a new folder$/)
    const { code, stdout, stderr } = kopt(['export', unfinished, '--out', out])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^\S+ has no result yet; let the run finish: kopt resume \S+\n$/)
    expect(existsSync(out)).toBe(false)
    expect(readdirSync(used)).toEqual(['note.txt'])
  })
})

describe('kopt clean', () => {
  const contents = (run: string) => readdirSync(run, { recursive: true }).map(String).sort()
  const resultOf = (run: string) => {
    const { seconds: _, ...result } = JSON.parse(readFileSync(path.join(run, 'result.json'), 'utf8'))
    return result
  }
  let run: string
  let page: string
  beforeAll(async () => {
    run = copyOfRun('to-clean', (copy) => mkdirSync(path.join(copy, 'mine')))
    writeFileSync(path.join(run, 'mine', 'note.txt'), 'keep me')
    await writeReport(openRunDirectory(run))
    page = readFileSync(path.join(run, 'report.html'), 'utf8')
  })

  it('shows what there is and what may go, and removes nothing unasked', () => {
    const before = contents(run)
    for (const words of [['--dry-run'], []]) {
      const { code, stdout } = kopt(['clean', run, ...words])
      expect(code).toBe(0)
      expect(stdout).toMatch(/ kB {2}synthetic images \(2 files\) {2}may go\n/)
      expect(stdout).toMatch(/ kB {2}model: classifier, last layers, features of the training films \(10 files\)\n/)
      expect(stdout).toMatch(/ kB {2}files that are none of kopt’s \(1 file\)\n/)
      expect(stdout).toMatch(/\d kB may go: kopt clean \S+ --yes\n$/)
      expect(contents(run)).toEqual(before)
    }
  })

  it('refuses a run that is at work', () => {
    const { release } = openRun(run, 'resume')
    const { code, stderr } = kopt(['clean', run, '--yes'])
    release()
    expect(code).toBe(2)
    expect(stderr).toMatch(/^another kopt is at work in \S+: kopt resume, process \d+/)
    expect(existsSync(path.join(run, 'pool'))).toBe(true)
  })

  it('removes what a finished run no longer needs, and nothing else', () => {
    const { code, stdout } = kopt(['clean', run, '--yes', '--json'])
    expect(code).toBe(0)
    const { state, kinds, spareBytes, removedBytes } = JSON.parse(stdout)
    expect(state).toBe('finished')
    expect(removedBytes).toBe(spareBytes)
    const spare = kinds.filter((one: { spareBytes: number }) => one.spareBytes > 0)
    expect(spare.map(({ kind }: { kind: string }) => kind)).toEqual(['snapshots', 'pools', 'features'])
    const left = contents(run)
    expect(left).toContain(path.join('mine', 'note.txt'))
    expect(left).toContain(path.join('gan', 'checkpoint-000020.safetensors'))
    expect(left).not.toContain(path.join('gan', 'checkpoint-000010.safetensors'))
    expect(left).not.toContain('pool')
    expect(left.filter((name) => name.startsWith(`features${path.sep}`))).toEqual([path.join('features', 'train.npy')])
    expect(kopt(['clean', run, '--yes']).stdout).toMatch(/\nnothing may go\n$/)
  })

  it('leaves a run that is reported, judges films, meets further hospitals, and is exported', async () => {
    rmSync(path.join(run, 'report.html'))
    expect(kopt(['report', run]).code).toBe(0)
    expect(readFileSync(path.join(run, 'report.html'), 'utf8') === page).toBe(true)
    const judged = (of: string) => JSON.parse(kopt(['predict', of, made.film, '--json']).stdout).predictions
    expect(judged(run)).toEqual(judged(made.run))
    expect(runStatus(run)).toMatchObject({ state: 'finished', verdict: runStatus(made.run).verdict })
    const { hospitalB } = await writeDemoData(path.join(made.folder, 'more'), { seed: 5, patients: 12 })
    const { code, stderr } = kopt(['evaluate', run, hospitalB, '--name', 'c', '--backbone', made.backbone])
    expect(code, stderr).toBe(0)
    expect(kopt(['export', run, '--out', path.join(made.folder, 'from-clean')]).stdout).toContain('generator.onnx')
  })

  it('leaves a run that resume finds finished, and makes anew where its result is damaged', async () => {
    const cleaned = copyOfRun('cleaned')
    expect(kopt(['clean', cleaned, '--yes']).code).toBe(0)
    const files = contents(cleaned)
    expect(await made.resume(cleaned)).toEqual([])
    expect(contents(cleaned)).toEqual(files)
    writeFileSync(path.join(cleaned, 'result.json'), '{}')
    expect(await made.resume(cleaned)).toEqual([
      'missing or damaged since the run was stopped, and made anew: result.json',
    ])
    expect(resultOf(cleaned)).toEqual(resultOf(made.run))
  })

  it('takes from a run that was stopped only what saves time', async () => {
    const stopped = copyOfRun('stopped', (copy) => rmSync(path.join(copy, 'result.json')))
    const { code, stdout } = kopt(['clean', stopped, '--yes', '--json'])
    expect(code).toBe(0)
    const { state, kinds } = JSON.parse(stdout)
    expect(state).toBe('stopped')
    expect(kinds.filter((one: { spareBytes: number }) => one.spareBytes > 0)).toMatchObject([{ kind: 'features' }])
    expect(contents(stopped).filter((name) => name.includes('cache-'))).toEqual([])
    await made.resume(stopped)
    expect(resultOf(stopped)).toEqual(resultOf(made.run))
  })
})

describe('kopt resume --when-done', () => {
  it('tells a program how the run has ended, and goes by its own exit code', () => {
    const program = path.join(made.folder, 'tell.mjs')
    const told = path.join(made.folder, 'told.json')
    const script = `import { readFileSync, writeFileSync } from 'node:fs'
const [, , ...words] = process.argv
writeFileSync(${JSON.stringify(told)}, JSON.stringify({ words, input: JSON.parse(readFileSync(0, 'utf8')) }))
process.exit(3)`
    writeFileSync(program, script)
    const line = `"${process.execPath}" "${program}" --to "the reader"`
    const { code, stderr } = kopt(['resume', made.run, '--when-done', line])
    const { text } = JSON.parse(readFileSync(path.join(made.run, 'result.json'), 'utf8')).verdict
    expect(JSON.parse(readFileSync(told, 'utf8'))).toEqual({
      words: ['--to', 'the reader', text],
      input: { outcome: 'finished', run: made.run, text },
    })
    expect(code).toBe(0)
    expect(stderr).toMatch(/warning: --when-done .*: it ended with exit code 3/)
  })

  it('refuses a line that is none before anything else', () => {
    expect(kopt(['resume', made.run, '--when-done', 'mail "me'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '--when-done mail "me: a quote is not closed\n',
    })
  })
})
