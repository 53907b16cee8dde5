/** `kopt backbone` as a user starts it. */
import { spawn } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { hashBytes } from '../../src/base/hash.js'
import { readNpy } from '../../src/base/npy.js'
import { range } from '../../src/base/range.js'
import { writeFiles } from '../dataset/films-on-disk.js'
import { demoFilms } from '../support/demo-films.js'
import { kopt, koptFile, temporaryFolder } from '../support/kopt.js'
import { tinyBackboneFile, tinyContract } from '../support/tiny-backbone.js'

const golden = path.resolve(import.meta.dirname, '../golden/checkpoints')

describe('kopt backbone', () => {
  it('adds CheXNet from an old checkpoint; list shows it, and features and a preset find it by its name', async () => {
    const cwd = temporaryFolder()
    const env = { KOPT_HOME: path.join(cwd, 'home') }
    copyFileSync(path.join(golden, 'chexnet.pth.tar'), path.join(cwd, 'model.pth.tar'))
    const added = kopt(['backbone', 'add', 'chexnet', '--from', 'model.pth.tar'], { cwd, env })
    expect(added.code).toBe(0)
    const kept = path.join(cwd, 'home', 'backbones', 'chexnet.onnx')
    expect(added.stdout).toBe(
      `chexnet: 1024 features, in ${path.join('home', 'backbones', 'chexnet.onnx')}\n` +
        `SHA-256 of the file it comes from ${hashBytes(readFileSync(path.join(cwd, 'model.pth.tar')))}\n` +
        `SHA-256 of the model              ${hashBytes(readFileSync(kept))}\n` +
        'Use it: kopt run DATASET --backbone chexnet\n',
    )
    expect(added.stderr).toContain('the classifier of 14 outputs')
    expect(added.stderr).toContain('the weights of model.pth.tar; its input is taken to be that of chexnet')

    const { added: list } = JSON.parse(kopt(['backbone', 'list', '--json'], { cwd, env }).stdout)
    expect(list).toMatchObject([{ name: 'chexnet', file: kept, inputSize: [224, 224], channels: 3 }])

    await writeFiles(cwd, Object.fromEntries(range(6).map((i) => [`films/${i < 3 ? 'a' : 'b'}/${i}.png`, i])))
    const features = kopt(['features', 'films', '--backbone', 'chexnet', '--size', '56x56', '--out', 'f.npy'], {
      cwd,
      env,
    })
    expect(features.code, features.stderr).toBe(0)
    expect(features.stdout).toContain('x 1024 features of chexnet in f.npy')
    expect(readNpy(path.join(cwd, 'f.npy'), 'float32').shape[1]).toBe(1024)

    const again = kopt(['backbone', 'add', 'chexnet', '--from', 'model.pth.tar'], { cwd, env })
    expect(again.code).toBe(2)
    expect(again.stderr).toContain('is there already')
    const replaced = kopt(['backbone', 'add', 'chexnet', '--from', 'model.pth.tar', '--replace', '--json'], {
      cwd,
      env,
    })
    expect(JSON.parse(replaced.stdout)).toMatchObject({ name: 'chexnet', features: 1024, sha256: list[0].sha256 })
  })

  it('takes an ONNX model with its contract, whose features stay what they were', () => {
    const cwd = temporaryFolder()
    const env = { KOPT_HOME: path.join(cwd, 'home') }
    const file = tinyBackboneFile({ contract: null })
    const refused = kopt(['backbone', 'add', 'tiny', '--from', file], { cwd, env })
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('does not say what it expects (inputs pixels; outputs features)')
    writeFileSync(`${file}.json`, JSON.stringify(tinyContract))
    expect(kopt(['backbone', 'add', 'tiny', '--from', file], { cwd, env }).code).toBe(0)
    demoFilms(path.join(cwd, 'films'), 6)
    for (const [name, out] of [
      ['tiny', 'a.npy'],
      [file, 'b.npy'],
    ]) {
      expect(kopt(['features', 'films/hospital-a', '--backbone', name, '--out', out], { cwd, env }).code).toBe(0)
    }
    expect(readFileSync(path.join(cwd, 'a.npy'))).toEqual(readFileSync(path.join(cwd, 'b.npy')))
  })

  it('added twice at once under one name is one of the two, whole', async () => {
    const cwd = temporaryFolder()
    const env = { KOPT_HOME: path.join(cwd, 'home'), CI: '1' }
    const kept = path.join(cwd, 'home', 'backbones', 'ours.onnx')
    const words = (file: string) => ['backbone', 'add', 'ours', '--from', file, '--json']
    for (let time = 0; time < 5; time++) {
      const both = await Promise.all([1, 2].map((seed) => koptBeside(words(tinyBackboneFile({ seed })), { cwd, env })))
      expect(both.map(({ code }) => code).sort(), both.map(({ stderr }) => stderr).join()).toEqual([0, 2])
      const [done, refused] = both.sort((a, b) => Number(a.code) - Number(b.code))
      expect(refused.stderr).toMatch(/backbone ours is there already/)
      expect(hashBytes(readFileSync(kept))).toBe(JSON.parse(done.stdout).sha256)
      expect(readdirSync(path.dirname(kept))).toEqual(['ours.onnx'])
      rmSync(kept)
    }
  }, 120_000)

  it('checks any file of weights', () => {
    const { code, stdout } = kopt(['backbone', 'check', path.join(golden, 'module-old.pt')])
    expect(code).toBe(0)
    expect(stdout).toContain('model.module.conv.weight  float32 [2, 1, 3, 3]\n')
    expect(stdout).toMatch(/PyTorch, old stream form: 8 tensors, \d+ numbers\n$/)
    const json = JSON.parse(kopt(['backbone', 'check', path.join(golden, 'kinds.safetensors'), '--json']).stdout)
    expect(json).toMatchObject({ form: 'safetensors' })
    expect(json.tensors).toContainEqual({ name: 'matrix', shape: [3, 4], type: 'float32' })
    const hostile = kopt(['backbone', 'check', path.join(golden, 'attack-system-old.pt')])
    expect(hostile).toMatchObject({ code: 2, stdout: '' })
    expect(hostile.stderr).toContain('it would call posix.system')
  })

  it('says what to do where there is nothing to add, or the name is none', () => {
    const env = { KOPT_HOME: temporaryFolder() }
    const stderr = (...words: string[]) => kopt(['backbone', 'add', ...words], { env }).stderr
    expect(stderr('mobilenetv2')).toMatch(/can't be downloaded; bring .*kopt backbone add mobilenetv2 --from FILE/)
    expect(stderr('ours')).toMatch(/ours is no known source .*kopt backbone add ours --from FILE/)
    expect(stderr('../x', '--from', 'y')).toMatch(/can't be a backbone's name/)
    expect(stderr('scattering', '--from', 'y')).toMatch(/the name of the embedded backbone/)
  })
})

/** As `kopt`, beside others. */
function koptBeside(
  words: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [koptFile, ...words], { cwd, env: { ...process.env, ...env } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text
    })
  }
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })))
}
