import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = import.meta.dirname
const testFiles = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => `test/${name.split(path.sep).join('/')}`)

/** What takes longest begins first, so that no worker is left alone with it at the end. */
const longestFirst = [
  /^test\/(trials\/(slurm|submit)|docs|runs\/(unfrozen|damage))/,
  /^test\/(cli|runs|studio|conformance|network|bench|prove)/,
  /^test\/(experiment|generator|record|trials)/,
]

/** What a test file may do to its process, or leave behind in it. */
const changesProcess =
  /\bvi\.|process\.(chdir|umask|set\w+id|exit|on|once|off|kill|send)\(|process\.env(\.\w+|\[[^\]]*\]) (\?\?)?= |delete process\.env|process\.(stdout|stderr|stdin|exitCode)\b|launchBrowser|useSoftwareGpu|Worker\(|spawn\(|fork\(/
const apart = testFiles.filter(
  (name) => longestFirst[0].test(name) || changesProcess.test(readFileSync(path.join(root, name), 'utf8')),
)
/** All others share processes, whose start, with all that they import, costs more than most of them. */
const together = testFiles.filter((name) => !apart.includes(name))

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification) => {
      const name = path.relative(root, moduleId).split(path.sep).join('/')
      const at = longestFirst.findIndex((names) => names.test(name))
      // One after the other: a shared process that is followed by a file that wants its own is given up.
      return (project.config.isolate ? 0 : longestFirst.length + 1) + (at === -1 ? longestFirst.length : at)
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
      { extends: true, test: { name: 'apart', include: apart } },
      { extends: true, test: { name: 'together', include: together, isolate: false } },
    ],
  },
})
