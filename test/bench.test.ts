import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'
import { useSoftwareGpu } from './support/software-gpu.js'

const root = path.resolve(import.meta.dirname, '..')

useSoftwareGpu()

function bench(device: string) {
  const words = ['--width', '0.02', '--batch', '4', '--steps', '2', '--threads', '1', '--device', device]
  return spawnSync(process.execPath, ['bench/acgan-step.mjs', ...words], { cwd: root, encoding: 'utf8' })
}

for (const { device, figures } of [
  { device: 'cpu', figures: ['median_ms', 'min_ms', 'gemm_gflops', 'compile_ms', 'peak_mib'] },
  { device: 'webgpu', figures: ['median_ms', 'min_ms', 'compile_ms', 'peak_mib'] },
]) {
  test(`The bench of a GAN step prints one JSON line with what a script needs (${device})`, (context) => {
    const { stdout, stderr, status } = bench(device)
    context.skip(device !== 'cpu' && /adapter/.test(stderr), 'no WebGPU adapter')
    expect(status, stderr).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    const line = JSON.parse(stdout)
    expect(line).toMatchObject({ bench: 'acgan-step', batch: 4, width: 0.02, threads: 1, lowering: 'auto', device })
    for (const key of figures) expect(line[key], key).toBeGreaterThan(0)
    expect(line.median_ms).toBeGreaterThanOrEqual(line.min_ms)
  })
}
