import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { demoFilms } from './support/demo-films.js'
import { temporaryFolder } from './support/kopt.js'
import { useSoftwareGpu } from './support/software-gpu.js'

const root = path.resolve(import.meta.dirname, '..')

useSoftwareGpu()

function run(bench: string, words: readonly string[]) {
  return spawnSync(process.execPath, [`bench/${bench}.mjs`, ...words], { cwd: root, encoding: 'utf8' })
}

function lineOf({ stdout, stderr, status }: ReturnType<typeof run>) {
  expect(status, stderr).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  return JSON.parse(stdout)
}

for (const { device, figures } of [
  { device: 'cpu', figures: ['median_ms', 'min_ms', 'gemm_gflops', 'compile_ms', 'peak_mib'] },
  { device: 'webgpu', figures: ['median_ms', 'min_ms', 'compile_ms', 'peak_mib'] },
]) {
  test(`The bench of a GAN step prints one JSON line with what a script needs (${device})`, (context) => {
    const words = ['--width', '0.02', '--batch', '4', '--steps', '2', '--threads', '1', '--device', device]
    const ended = run('acgan-step', words)
    context.skip(device !== 'cpu' && /adapter/.test(ended.stderr), 'no WebGPU adapter')
    const line = lineOf(ended)
    expect(line).toMatchObject({ bench: 'acgan-step', batch: 4, width: 0.02, threads: 1, lowering: 'auto', device })
    for (const key of figures) expect(line[key], key).toBeGreaterThan(0)
    expect(line.median_ms).toBeGreaterThanOrEqual(line.min_ms)
  })
}

test('The bench of the convolutions times every way of each layer', () => {
  const { layers } = lineOf(run('convolutions', ['--width', '0.125', '--batch', '2', '--runs', '1']))
  expect(layers).toHaveLength(21)
  for (const { ms } of layers) expect(Object.keys(ms)).toEqual(['native', 'gather', 'direct', 'winograd'])
})

test('The bench of the search fits every K in the steps that the paper gives it', () => {
  const words = ['--films', '12', '--kmax', '2', '--features', '4', '--processes', '2']
  // 100 epochs of ceil(24 / 8) and ceil(36 / 8) batches
  expect(lineOf(run('search', words))).toMatchObject({ bench: 'search', kmax: 2, steps: 800 })
})

test('The bench of courses compares each seed with itself', () => {
  const words = ['--width', '0.05', '--batch', '4', '--steps', '10', '--seeds', '1']
  const { seeds } = lineOf(run('lowering-courses', words))
  expect(seeds).toHaveLength(1)
  expect(seeds[0].filtered_from_gathered[1]).toBeLessThan(0.1)
})

test('The bench of time to quality says how good films are after how many steps', { timeout: 240_000 }, () => {
  const films = temporaryFolder()
  demoFilms(films, 30)
  const words = [
    ...[
      '--films',
      path.join(films, 'hospital-a/manifest.csv'),
      '--held-out',
      path.join(films, 'hospital-b/manifest.csv'),
    ],
    ...['--kind', 'edm', '--steps', '2,3', '--count', '24', '--size', '16x16'],
    ...['--set', 'generator.levels=2', '--set', 'generator.width=0.25'],
  ]
  const ended = run('time-to-quality', words)
  expect(ended.status, ended.stderr).toBe(0)
  const lines = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.map(({ steps }) => steps)).toEqual([2, 3])
  for (const { minutes, alone, classes } of lines) {
    expect(minutes).toBeGreaterThan(0)
    expect(Object.keys(alone)).toEqual(['scattering'])
    for (const auc of [alone.scattering.synthetic, alone.scattering.real]) {
      expect(auc).toBeGreaterThanOrEqual(0)
      expect(auc).toBeLessThanOrEqual(1)
    }
    expect(classes.map(({ class: name }: { class: string }) => name)).toEqual(['healthy', 'sinusitis'])
    for (const { kid, coverage } of classes)
      expect([kid.value, kid.low, kid.high, coverage].every(Number.isFinite)).toBe(true)
  }
  expect(lines[1].minutes).toBeGreaterThan(lines[0].minutes)
})
