/**
 * `npm test`: installs what is missing, builds, runs every test (or those named behind `--`).
 * Skipped tests are listed with what they lack; in CI (`CI=true`) a skip is a failure.
 * The last line is always `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { binary, build, install, runNode } from './prepare.mjs'

const ci = /^(1|true)$/i.test(process.env.CI ?? '')

function finish(passed, failed) {
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed > 0 || passed === 0 ? 1 : 0)
}

install()
const built = await build()
if (!built) console.log('\nThe build failed, which counts as a failed test; what could be compiled is tested.')

const folder = mkdtempSync(path.join(tmpdir(), 'kopt-test-'))
const summaryFile = path.join(folder, 'summary.json')
let summary
try {
  const code = runNode([binary('vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)], {
    env: { ...process.env, KOPT_TEST_SUMMARY: summaryFile },
  })
  summary = JSON.parse(readFileSync(summaryFile, 'utf8'))
  if (code !== 0 && summary.failed === 0) summary.failed = 1
} catch (error) {
  console.log(`\nThe test runner left no summary: ${error.message}`)
  summary = { passed: 0, failed: 1, skipped: [] }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

if (summary.skipped.length > 0) {
  console.log(`\n${summary.skipped.length} skipped${ci ? ', which counts as failed in CI' : ''}:`)
  for (const { title, reason } of summary.skipped) console.log(`  - ${title}: ${reason}`)
}
finish(summary.passed, summary.failed + (built ? 0 : 1) + (ci ? summary.skipped.length : 0))
