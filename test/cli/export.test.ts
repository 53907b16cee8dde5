import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBytes } from '../../src/base/files.js'
import { exportRun } from '../../src/export/export-run.js'
import { decodeSafetensors } from '../../src/nn/safetensors.js'
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

describe('kopt export', () => {
  let made: FinishedRun
  let model: string

  beforeAll(async () => {
    made = await tinyFinishedRun()
    model = path.join(made.folder, 'model')
  })
  afterAll(() => rmSync(made.folder, { recursive: true, force: true }))

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

  it('leaves the generator out, and says why, where its checkpoint is gone', async () => {
    const run = path.join(made.folder, 'without-generator')
    cpSync(made.run, run, { recursive: true })
    rmSync(path.join(run, 'gan'), { recursive: true })
    const out = path.join(made.folder, 'no-generator')
    const { noGenerator } = await exportRun(run, out)
    expect(noGenerator).toBe('its checkpoint is no longer in the run folder.')
    expect(existsSync(path.join(out, 'generator.onnx'))).toBe(false)
    expect(readFileSync(path.join(out, 'model-card.md'), 'utf8')).toContain('There is no generator.onnx')
  })

  it('refuses in one sentence what it can not export, and leaves nothing behind', async () => {
    const copy = (name: string, change: (run: string) => void) => {
      const run = path.join(made.folder, name)
      cpSync(made.run, run, { recursive: true })
      change(run)
      return run
    }
    const unfinished = copy('unfinished', (run) => rmSync(path.join(run, 'result.json')))
    const bare = copy('bare', (run) => rmSync(path.join(run, 'model', 'classifier.onnx')))
    const other = copy('other', (run) => {
      rmSync(path.join(run, 'state', 'checksums.sha256'))
      const file = path.join(run, 'result.json')
      writeFileSync(file, readFileSync(file, 'utf8').replace('"schemaVersion": 1', '"schemaVersion": 2'))
    })
    const damaged = copy('damaged', (run) => writeFileSync(path.join(run, 'model', 'heads', 'OD.json'), '{}'))
    const used = path.join(made.folder, 'used')
    mkdirSync(used)
    writeFileSync(path.join(used, 'note.txt'), 'mine')
    const out = path.join(made.folder, 'refused')
    const refused = (run: string, folder = out) => expect(exportRun(run, folder)).rejects
    await refused(unfinished).toThrow(/^\S+ has no result yet; let the run finish: kopt resume \S+$/)
    await refused(bare).toThrow(
      /^\S+ has no model \(model\/classifier\.onnx\); kopt resume \S+ finishes it, or makes it anew$/,
    )
    await refused(other).toThrow(/^\S+ is not a result of version 1: schemaVersion: .+; restore it from the run$/)
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
