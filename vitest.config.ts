import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Rooms of functions that change nothing outside of themselves: their test files share processes, whose start costs more than most of them. */
const pure = [
  'dataset',
  'head',
  'image',
  'inspection',
  'metrics',
  'nn',
  'prediction',
  'readers',
  'report',
  'rivals',
  'scoring',
  'search',
  'synthetic',
  'tensor',
  'weights',
  'words',
  // but for those that change their process or start others
].map((room) => `test/${room}/**/!(patient-key|files-below|fuzz|browser).test.ts`)

/** What takes longest begins first, so that no worker is left alone with it at the end. */
const longestFirst = [
  /^(trials\/(slurm|submit)|docs|runs\/(unfrozen|damage))/,
  /^(cli|runs|studio|conformance|network|bench|prove)/,
  /^(experiment|generator|record|trials)/,
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const name = path
        .relative(path.join(import.meta.dirname, 'test'), moduleId)
        .split(path.sep)
        .join('/')
      const at = longestFirst.findIndex((names) => names.test(name))
      return at === -1 ? longestFirst.length : at
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/** Where test files find what others of the same run of tests have made (test/support/demo-films.ts). */
const shared = mkdtempSync(path.join(tmpdir(), 'kopt-shared-'))
process.on('exit', () => rmSync(shared, { recursive: true, force: true }))

export default defineConfig({
  test: {
    setupFiles: ['test/support/fast-check-seed.ts'],
    pool: 'forks',
    // One more than there are cores: tests wait for what they start, and for the disk. By itself vitest leaves a core idle.
    maxWorkers: availableParallelism() + 1,
    // Tests must neither use nor make the key of whoever runs them, nor see the backbones that were added on this computer.
    env: {
      KOPT_PATIENT_KEY_FILE: path.join(mkdtempSync(path.join(tmpdir(), 'kopt-key-')), 'patient-key'),
      KOPT_HOME: path.join(tmpdir(), 'kopt-without-backbones'),
      KOPT_TEST_SHARED: shared,
      XDG_CONFIG_HOME: mkdtempSync(path.join(tmpdir(), 'kopt-settings-')),
    },
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: pure } },
      { extends: true, test: { name: 'pure', include: pure, isolate: false } },
    ],
  },
})
