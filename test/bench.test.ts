import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

test('The bench of a GAN step prints one JSON line with what a script needs', () => {
  const words = ['--width', '0.05', '--batch', '8', '--steps', '2', '--threads', '1', '--lowering', 'gather']
  const { stdout, stderr, status } = spawnSync(process.execPath, ['bench/acgan-step.mjs', ...words], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(status, stderr).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(1)
  const line = JSON.parse(stdout)
  expect(line).toMatchObject({ bench: 'acgan-step', batch: 8, width: 0.05, threads: 1, lowering: 'gather' })
  for (const key of ['median_ms', 'min_ms', 'gemm_gflops', 'compile_ms', 'peak_mib'])
    expect(line[key]).toBeGreaterThan(0)
  expect(line.median_ms).toBeGreaterThanOrEqual(line.min_ms)
})
