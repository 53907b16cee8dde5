import { mkdtempSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/fast-check-seed.ts'],
    pool: 'forks',
    // One more than there are cores: tests wait for what they start, and for the disk. By itself vitest leaves a core idle.
    maxWorkers: availableParallelism() + 1,
    // Tests must neither use nor make the key of whoever runs them, nor see the backbones that were added on this computer.
    env: {
      KOPT_PATIENT_KEY_FILE: path.join(mkdtempSync(path.join(tmpdir(), 'kopt-key-')), 'patient-key'),
      KOPT_HOME: path.join(tmpdir(), 'kopt-without-backbones'),
      XDG_CONFIG_HOME: mkdtempSync(path.join(tmpdir(), 'kopt-settings-')),
    },
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
