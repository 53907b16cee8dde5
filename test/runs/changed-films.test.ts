/**
 * Films that change while a run works or rests: another film under the same name is never used without a word, one that is
 * gone is missed before any hours are spent, and films that have moved are found where the user says.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { promisedBy } from '../../scripts/attack/damage.mjs'
import { Rng } from '../../src/base/random.js'
import { encodePng } from '../../src/image/codec.js'
import { builtLibrary, type FinishedRun, tinyFinishedRun, tinySettings } from '../support/tiny-finished-run.js'

let made: FinishedRun
let promised: Record<string, string>
let other: Uint8Array

beforeAll(async () => {
  made = await tinyFinishedRun()
  promised = promisedBy(made.run)
  other = await encodePng({ width: 64, height: 64, channels: 1, bitDepth: 8, data: new Rng(5).bytes(64 * 64) })
}, 120_000)

/** A copy of films and run: as if it had been stopped before the test films were scored. */
function stopped(name: string) {
  const folder = path.join(made.folder, name)
  const films = path.join(folder, 'films')
  cpSync(path.dirname(made.films), films, { recursive: true })
  const run = path.join(folder, 'run')
  cpSync(made.run, run, { recursive: true })
  for (const file of ['result.json', 'state/evaluate-arms.json']) rmSync(path.join(run, file))
  for (const name of readdirSync(path.join(run, 'features'))) {
    if (/test-/.test(name) || name.startsWith('cache-')) rmSync(path.join(run, 'features', name))
  }
  const places = { dataset: path.join(films, 'hospital-a'), external: { b: path.join(films, 'hospital-b') } }
  return { run, places }
}

/** A film of a set, by its id and its file within the dataset. */
function filmOf(run: string, set: string): { id: string; name: string } {
  const [id, , , , , , file] = readFileSync(path.join(run, 'private', 'films.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(','))
    .find((cells) => cells[1] === set) as string[]
  return { id, name: file.split(path.sep).slice(-2).join('/') }
}

describe('films that lie elsewhere', () => {
  it('are found where the user says, to the same result, and from then on without being said again', async () => {
    const { run, places } = stopped('moved')
    expect(await made.resume(run, places)).toContainEqual(expect.stringContaining('made anew'))
    const { 'private/config.yaml': _, 'private/films.csv': films, ...rest } = promisedBy(run)
    const { 'private/config.yaml': __, 'private/films.csv': ___, ...before } = promised
    expect(rest).toEqual(before)
    expect(Buffer.from(films, 'base64').toString()).toContain(places.dataset)
    expect(Buffer.from(films, 'base64').toString()).not.toContain(made.films)
    expect(await made.resume(run)).toEqual([])
  }, 60_000)

  it('are refused where they are other films', async () => {
    const { run, places } = stopped('others')
    const { id, name } = filmOf(run, 'train')
    writeFileSync(path.join(places.dataset, name), other)
    await expect(made.resume(run, places)).rejects.toThrow(
      new RegExp(`not the films that the run began with.*${id} \\(${name}\\) no longer shows what it showed`, 's'),
    )
    // Nothing of it is kept: the run still knows its own films.
    await made.resume(run)
    expect(promisedBy(run)).toEqual(promised)
  }, 60_000)

  it('are asked for where nothing is found in their place', async () => {
    const { run, places } = stopped('gone')
    await made.resume(run, places)
    for (const file of ['features/native-test-b.npy', 'features/test-b.npy', 'state/evaluate-arms.json'])
      rmSync(path.join(run, file))
    renameSync(places.external.b, `${places.external.b}-elsewhere`)
    const refusal = made.resume(run)
    await expect(refusal).rejects.toThrow(/external set b \(hospital-b\) is no longer where .* --external b=FILMS/)
    await expect(refusal).rejects.not.toThrow(path.dirname(places.dataset))
    await made.resume(run, { external: { b: `${places.external.b}-elsewhere` } })
  }, 60_000)
})

describe('a film that was replaced while the run rested', () => {
  it.each(['test', 'external'])(
    'is refused before it is used (%s)',
    async (set) => {
      const { run, places } = stopped(`replaced-${set}`)
      await made.resume(run, places)
      for (const name of readdirSync(path.join(run, 'features'))) {
        if (/test-/.test(name)) rmSync(path.join(run, 'features', name))
      }
      const { id, name } = filmOf(run, set)
      const file = path.join(set === 'external' ? places.external.b : places.dataset, name)
      const before = readFileSync(file)
      writeFileSync(file, other)
      await expect(made.resume(run)).rejects.toThrow(new RegExp(`${id} \\(${name}\\) no longer shows`))
      rmSync(file)
      await expect(made.resume(run)).rejects.toThrow(new RegExp(`${name}' does not exist`))
      writeFileSync(file, before)
      await made.resume(run)
    },
    60_000,
  )
})

describe('a film that is replaced or removed while the run works', () => {
  it.each([
    ['replaced', (file: string) => writeFileSync(file, other), /no longer shows what it showed/],
    ['removed', (file: string) => rmSync(file), /does not exist/],
  ])(
    '%s: ends it with its name and not its path, and the run goes on when it is back',
    async (name, deed, said) => {
      const { run } = await builtLibrary()
      const folder = path.join(made.folder, `working-${name}`)
      mkdirSync(folder)
      const films = path.join(folder, 'films')
      cpSync(path.dirname(made.films), films, { recursive: true })
      const out = path.join(folder, 'run')
      const film = filmOf(made.run, 'test')
      const file = path.join(films, 'hospital-a', film.name)
      const before = readFileSync(file)
      const request = { external: { b: path.join(films, 'hospital-b') }, preset: 'quick', backbone: made.backbone }
      const running = run(
        { ...request, dataset: path.join(films, 'hospital-a'), set: tinySettings, out },
        { onEvent: (event) => event.type === 'stage-finished' && event.stage === 'train-gan' && deed(file) },
      )
      const error = await running.then(
        () => undefined,
        (reason: Error) => reason,
      )
      expect(error?.message).toMatch(said)
      expect(error?.message).toContain(`${film.id} (${film.name})`)
      expect(error?.message).not.toContain(films)
      writeFileSync(file, before)
      await made.resume(out)
      const { 'private/config.yaml': _, 'private/films.csv': __, ...rest } = promisedBy(out)
      const { 'private/config.yaml': ___, 'private/films.csv': ____, ...whole } = promised
      expect(rest).toEqual(whole)
    },
    90_000,
  )
})

describe('what a run will need', () => {
  it('is looked for before anything is done: the folder of images made elsewhere', async () => {
    const { run } = await builtLibrary()
    const out = path.join(made.folder, 'needs')
    const request = { dataset: made.films, preset: 'quick', backbone: made.backbone, set: tinySettings, out }
    const stages: string[] = []
    await expect(
      run(
        { ...request, synthetic: path.join(made.folder, 'absent') },
        { onEvent: (event) => 'stage' in event && stages.push(event.stage) },
      ),
    ).rejects.toThrow(/absent does not exist; give a folder of synthetic images/)
    expect(stages).toEqual([])
  })

  it('is the backbone that the run began with', async () => {
    const { run, places } = stopped('backbone')
    const { tinyBackboneFile } = await import('../support/tiny-backbone.js')
    await expect(made.resume(run, { ...places, backbone: tinyBackboneFile({ seed: 2 }) })).rejects.toThrow(
      /is not the backbone that .* was begun with \(its bytes differ\).*--backbone FILE\.onnx/,
    )
  })
})
