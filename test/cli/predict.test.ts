import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBytes } from '../../src/base/files.js'
import { pixelHashOf } from '../../src/dataset/pixel-hash.js'
import { encodePng } from '../../src/image/codec.js'
import { readDicomHeader } from '../../src/image/dicom/header.js'
import { dicomFilm } from '../support/dicom.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { tinyHeads, tinyRun } from './tiny-run.js'

const upper = 204
const lower = 51

/** An 8 x 8 film, bright above and dark below. */
async function film(folder: string, name = 'film.png'): Promise<string> {
  const data = Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? upper : lower))
  writeFileSync(path.join(folder, name), await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data }))
  return name
}

function expectedSick(arm: keyof typeof tinyHeads): number {
  const { weights, bias } = tinyHeads[arm]
  return 1 / (1 + Math.exp(-((weights[0] * upper) / 255 + (weights[1] * lower) / 255 + bias[0])))
}

describe('kopt predict', () => {
  it("gives each film's probabilities by the run's classifier, and says what it is for", async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    const words = ['predict', 'run', await film(cwd), await film(cwd, 'again.png')]
    const { code, stdout, stderr } = kopt(words, { cwd })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const sick = expectedSick('GCB+OMGDA').toFixed(3)
    const healthy = (1 - expectedSick('GCB+OMGDA')).toFixed(3)
    const line = (name: string) => `${name}: healthy ${healthy}, sick ${sick}\n`
    expect(stdout).toBe(`${line('film.png')}${line('again.png')}research use only\n`)
  })

  it('takes the model file alone, and another arm of a run', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    const name = await film(cwd)
    const chosen = JSON.parse(kopt(['predict', 'run/model/classifier.onnx', name, '--json'], { cwd }).stdout)
    expect(chosen).toMatchObject({ use: 'research use only', arm: 'GCB+OMGDA', k: 3, positive: 'sick' })
    expect(chosen.predictions[0].probabilities.sick).toBeCloseTo(expectedSick('GCB+OMGDA'), 6)
    const other = JSON.parse(kopt(['predict', 'run', name, '--arm', 'OD', '--json'], { cwd }).stdout)
    expect(other).toMatchObject({ arm: 'OD', k: 0 })
    expect(other.predictions[0].probabilities.sick).toBeCloseTo(expectedSick('OD'), 6)
  })

  it('prints a table for other programs', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    const { stdout, stderr } = kopt(['predict', 'run', await film(cwd), '--csv'], { cwd })
    const [header, row] = stdout.trimEnd().split('\n')
    expect(header).toBe('file,healthy,sick')
    expect(Number(row.split(',')[2])).toBeCloseTo(expectedSick('GCB+OMGDA'), 6)
    expect(stderr).toBe('research use only\n')
  })

  it('refuses a whole film where the model knows regions alone', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd, { cropped: true })
    const name = await film(cwd)
    expect(kopt(['predict', 'run', name], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        "run was trained on regions cut out of films and can't judge a whole film; say where to look: --roi left,top,width,height, or --roi FILE of annotations\n",
    })
    const { code, stdout } = kopt(['predict', 'run', name, '--roi', '0,0,8,4', '--json'], { cwd })
    expect(code).toBe(0)
    const { weights, bias } = tinyHeads['GCB+OMGDA']
    const logit = ((weights[0] + weights[1]) * upper) / 255 + bias[0]
    expect(JSON.parse(stdout).predictions[0].logit).toBeCloseTo(logit, 5)
  })

  it('judges each region that was drawn on a film', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd, { cropped: true })
    const name = await film(cwd)
    writeFileSync(path.join(cwd, 'r.csv'), 'file,left,top,width,height\nfilm,0,0,8,4\nfilm,0,4,8,4\nother,0,0,3,3\n')
    const { stdout } = kopt(['predict', 'run', name, '--roi', 'r.csv', '--csv'], { cwd })
    const rows = stdout.trim().split('\n')
    expect(rows[0]).toBe('file,roi,healthy,sick')
    expect(rows.slice(1).map((row) => row.slice(0, 21))).toEqual(['film.png,"0,0,8,4",0.', 'film.png,"0,4,8,4",0.'])
    const { weights, bias } = tinyHeads['GCB+OMGDA']
    const sick = [upper, lower].map((grey) => 1 / (1 + Math.exp(-(((weights[0] + weights[1]) * grey) / 255 + bias[0]))))
    for (const [i, value] of sick.entries()) expect(Number(rows[i + 1].split(',').at(-1))).toBeCloseTo(value, 5)
    await film(cwd, 'bare.png')
    expect(kopt(['predict', 'run', name, 'bare.png', '--roi', 'r.csv'], { cwd })).toMatchObject({
      code: 2,
      stderr: '1 of 3 films could not be judged: bare.png has no region in r.csv\n',
    })
  })

  it('judges folders and manifests, prints what it can, names the rest, and ends with exit code 2', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    mkdirSync(path.join(cwd, 'new', 'deep'), { recursive: true })
    await film(path.join(cwd, 'new'), 'a.png')
    await film(path.join(cwd, 'new', 'deep'), 'without-extension')
    writeFileSync(path.join(cwd, 'new', 'broken.png'), 'text')
    writeFileSync(path.join(cwd, 'new', 'notes.txt'), 'text')
    writeFileSync(path.join(cwd, 'new', 'films.csv'), 'file,roi\na.png,"0,0,8,4"\ndeep/without-extension,\n')
    const { code, stdout, stderr } = kopt(['predict', 'run', 'new', '--json'], { cwd })
    const files = ['new/a.png', 'new/deep/without-extension'].map((name) => path.join(name))
    const found = JSON.parse(stdout)
    expect(found.predictions.map(({ file }: { file: string }) => file)).toEqual(files)
    expect(found.skipped).toEqual([
      { file: path.join('new/broken.png'), reason: expect.stringContaining('not an image') },
    ])
    for (const { probabilities } of found.predictions) {
      expect(probabilities.sick).toBeCloseTo(expectedSick('GCB+OMGDA'), 6)
    }
    expect(code).toBe(2)
    expect(stderr).toContain('2 files left out as no images: new/films.csv, new/notes.txt')
    expect(stderr).toContain('1 of 3 films could not be judged: new/broken.png is not an image')

    const listed = kopt(['predict', 'run', 'new/films.csv', '--csv'], { cwd })
    expect(listed).toMatchObject({ code: 0, stderr: 'research use only\n' })
    const [header, first, second] = listed.stdout.split('\n')
    expect(header).toBe('file,roi,healthy,sick')
    expect(first).toMatch(/^new\/a\.png,"0,0,8,4",/)
    expect(second).toMatch(/^new\/deep\/without-extension,,/)
  })

  it('says when the run knows a film, by its pixels', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    await film(cwd)
    const other = Uint8Array.from({ length: 64 }, (_, i) => i)
    writeFileSync(
      path.join(cwd, 'other.png'),
      await encodePng({ width: 8, height: 8, channels: 1, bitDepth: 8, data: other }),
    )
    const data = Uint8Array.from({ length: 64 }, (_, i) => (i < 32 ? upper : lower))
    const pixelHash = pixelHashOf({ width: 8, height: 8, channels: 1, bitDepth: 8, data })
    mkdirSync(path.join(cwd, 'run', 'private'))
    writeFileSync(
      path.join(cwd, 'run', 'private', 'prepared.json'),
      JSON.stringify({ internal: { films: [{ pixelHash, set: 'train' }] }, external: {} }),
    )
    const { code, stdout, stderr } = kopt(['predict', 'run', 'film.png', 'other.png'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^film\.png: .* \[a training film of this run\]\nother\.png: [^[\]]+\n/)
    expect(stderr).toBe(
      "warning: 1 film of these is this run's own (1 that it trained on); what it says of them is no measure of how good it is\n",
    )
    const { predictions } = JSON.parse(kopt(['predict', 'run', 'film.png', 'other.png', '--json'], { cwd }).stdout)
    expect(predictions.map(({ seen }: { seen: string | null }) => seen)).toEqual(['train', null])
    const [header, row] = kopt(['predict', 'run', 'film.png', '--csv'], { cwd }).stdout.split('\n')
    expect([header, row.split(',').at(-1)]).toEqual(['file,healthy,sick,seen', 'train'])
  })

  it('writes a structured report of each DICOM film, and names the films that can have none', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    const name = await film(cwd)
    const [study, series] = [0x0020_000d, 0x0020_000e]
    const uids: Parameters<typeof dicomFilm>[0] = { [study]: ['UI', '1.2.3'], [series]: ['UI', '1.2.3.1'] }
    writeFileSync(path.join(cwd, 'a.dcm'), dicomFilm(uids))
    const words = ['predict', 'run', 'a.dcm', name, '--dicom-sr', 'reports', '--secondary-capture', '--json']
    const { code, stdout, stderr } = kopt(words, { cwd })
    const { predictions, reports } = JSON.parse(stdout)
    expect(predictions).toHaveLength(2)
    expect(reports).toEqual([{ film: 'a.dcm', file: 'report-0001.dcm', captures: ['capture-0001.dcm'] }])
    expect(readdirSync(path.join(cwd, 'reports')).sort()).toEqual(['capture-0001.dcm', 'report-0001.dcm'])
    const capture = readDicomHeader(readBytes(path.join(cwd, 'reports', 'capture-0001.dcm')))
    expect(capture.facts).toMatchObject({ modality: 'OT', studyUid: '1.2.3' })
    expect(capture.text({ tag: 0x0008_2111, vr: 'ST' })).toMatch(
      /^Research use only\. Not for diagnosis\.; Probability of healthy \S+, of sick \S+; kopt classifier .* SHA-256 /,
    )
    const { facts } = readDicomHeader(readBytes(path.join(cwd, 'reports', 'report-0001.dcm')))
    expect(facts).toMatchObject({ modality: 'SR', studyUid: '1.2.3' })
    expect(code).toBe(2)
    expect(stderr).toContain('no report: film.png is no DICOM file, and a structured report is of one')
    expect(kopt(words, { cwd }).stderr).toBe(
      '--dicom-sr reports holds something already (capture-0001.dcm); name a new folder\n',
    )
    expect(kopt(['predict', 'run', 'a.dcm', '--secondary-capture'], { cwd }).stderr).toMatch(
      /name a folder for both with --dicom-sr DIR/,
    )
  })

  it('says what makes a model that is gone', async () => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    await film(cwd)
    rmSync(path.join(cwd, 'run', 'model'), { recursive: true })
    expect(kopt(['predict', 'run', 'film.png'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'run has no model (model/classifier.onnx); kopt resume run finishes it, or makes it anew\n',
    })
  })

  it.each([
    [['run', 'missing.png'], 'missing.png does not exist'],
    [['run', 'text.png'], 'text.png is not an image (its content is text)'],
    [['run', 'film.png', '--arm', 'DO'], '--arm DO is not in this run, which has GCB+OMGDA, OD; did you mean OD?'],
    [
      ['run/model/classifier.onnx', 'film.png', '--arm', 'OD'],
      '--arm OD: run/model/classifier.onnx holds one arm alone; name the run folder to choose among its arms',
    ],
    [
      ['backbone.onnx', 'film.png'],
      'backbone.onnx is no classifier of kopt (its metadata lack the key kopt); name a run folder, or its model/classifier.onnx',
    ],
    [
      ['run', 'film.png', '--roi', '1,2,3'],
      '--roi 1,2,3: left,top,width,height[,rotation] was expected, for example 40,80,200,200, or a file of annotations',
    ],
    [['run', 'film.png', '--roi', '4,4,8,8'], 'film.png has a region of 8 x 8 at (4, 4) outside its 8 x 8 pixels'],
  ])('refuses %j in one sentence', async (words, sentence) => {
    const cwd = temporaryFolder()
    await tinyRun(cwd)
    await film(cwd)
    writeFileSync(path.join(cwd, 'text.png'), 'text')
    expect(kopt(['predict', ...words], { cwd })).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
  })
})
