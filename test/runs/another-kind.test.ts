/**
 * A further kind of generator is a folder in generator/ and a line in its registry, and nothing else: with those two the
 * program as it is built makes a whole run with it, in child processes that know no more than any other's.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../../scripts/attack/damage.mjs'
import { joinPrograms } from '../../scripts/programs.mjs'
import { result as resultSchema } from '../../src/record/result.js'
import { demoFilms } from '../support/demo-films.js'
import { runFile } from '../support/kopt.js'
import { tinyBackboneFile } from '../support/tiny-backbone.js'

const root = path.resolve(import.meta.dirname, '..', '..')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-another-kind-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (file: string) => path.join(folder, file)
const read = (file: string) => readFileSync(at(file), 'utf8')

const program = path.join(folder, 'program')
function kopt(...words: string[]): string {
  const { code, stdout, stderr } = runFile(path.join(program, 'dist/programs/cli-main.js'), words, { cwd: folder })
  expect(code, stderr).toBe(0)
  return stdout
}

/** The program with the kind `shade` of test/support. */
async function buildWithShade(): Promise<void> {
  cpSync(path.join(root, 'dist'), path.join(program, 'dist'), { recursive: true })
  cpSync(path.join(root, 'package.json'), path.join(program, 'package.json'))
  symlinkSync(path.join(root, 'node_modules'), path.join(program, 'node_modules'), 'dir')
  const source = readFileSync(path.join(root, 'test/support/shade-generator.ts'), 'utf8').replaceAll(
    '../../src/',
    '../../',
  )
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
  mkdirSync(path.join(program, 'dist/generator/shade'))
  writeFileSync(
    path.join(program, 'dist/generator/shade/shade.js'),
    ts.transpileModule(source, { compilerOptions: options }).outputText,
  )
  const registry = path.join(program, 'dist/generator/registry.js')
  const before = readFileSync(registry, 'utf8')
  const after = before.replace('= [acgan, ', '= [acgan, shade, ')
  expect(after).not.toBe(before)
  writeFileSync(registry, `import { shade } from './shade/shade.js'\n${after}`)
  await joinPrograms(program)
}

const settings = [
  'generator.kind=shade',
  'generator.steps=20',
  'generator.rate=0.25',
  'image.size=[16, 16]',
  'training.seeds=2',
  'training.checkpointEvery=10',
  'training.gridEvery=10',
  'search.kMax=2',
  'search.rivals=none',
  'search.selected=false',
  'search.windowSize=1',
  'search.null=false',
  'compute.threads=2',
]

beforeAll(async () => {
  await buildWithShade()
  demoFilms(at('films'), 16)
  const set = settings.flatMap((setting) => ['--set', setting])
  const films = ['films/hospital-a', '--external', 'b=films/hospital-b']
  kopt('run', ...films, '--preset', 'quick', '--backbone', tinyBackboneFile(), ...set, '--out', 'run')
}, 120_000)

describe('a run with a further kind of generator', () => {
  it('has a result that says which, and nothing in the words of another', () => {
    const result = resultSchema.parse(JSON.parse(read('run/result.json')))
    expect(result.generator).toMatchObject({
      kind: 'shade',
      name: 'shade of the class',
      training: { seeds: 2, steps: 20, parameters: { shades: 2 }, curves: { losses: ['distance'], shares: [] } },
    })
    expect(result.gan).toBeNull()
    expect(result.config.generator).toEqual({ kind: 'shade', steps: 20, rate: 0.25, spread: 4 })
    expect(result.synthetic?.source).toBe('gan')
    const chosen = result.arms.find(({ name }) => name === 'GCB+OMGDA')
    expect(chosen?.composition.synthetic).toBeGreaterThan(0)
  })

  it('leaves its checkpoints and curves, and a report in its words', () => {
    expect(read('run/gan/curves.csv').split('\n')[0]).toBe('step,distance')
    expect(filesOf(at('run'))).toEqual(
      expect.arrayContaining(['gan/checkpoint-000020.safetensors', 'gan/seed-2/checkpoint-000020.safetensors']),
    )
    // The list of sources is the program's, whatever a run has taken of it.
    const page = read('run/report.html').replace(/<div class="sources">.*?<\/div>/s, '')
    expect(page.match(/shade of the class/)).not.toBeNull()
    expect(page.match(/[^<>]*(ACGAN|[Aa]uxiliary.classifier|discriminator is right|latent)[^<>]*/g)).toBeNull()
    expect(read('run/methods.md').match(/.*(Adam|latent|GAN\b).*/g)).toBeNull()
  })

  it('is gone on with to the same bytes, its generators trained again', () => {
    cpSync(at('run'), at('copy'), { recursive: true })
    for (const place of [
      'gan',
      'pool',
      'features',
      'trials',
      'state/train-gan.json',
      'state/fill-pool.json',
      'result.json',
    ])
      rmSync(at(`copy/${place}`), { recursive: true })
    kopt('resume', 'copy')
    const bytes = (run: string) =>
      filesOf(at(run))
        .filter((file) => /^(gan|pool|features\/synthetic|trials|scores|model)/.test(file))
        .map((file) => [file, readFileSync(at(`${run}/${file}`), 'base64')])
    expect(bytes('copy')).toEqual(bytes('run'))
  })

  it('predicts, and is evaluated on other films', () => {
    demoFilms(at('more'), 12, '--seed', '5')
    expect(kopt('predict', 'run', 'more/hospital-b/manifest.csv', '--csv')).toMatch(/^file,healthy,sinusitis/)
    expect(kopt('evaluate', 'run', 'more/hospital-b', '--name', 'c')).toContain('GCB+OMGDA')
  })
})
