/** A vitest reporter: counts, and every skipped test with its reason, as JSON for scripts/test.mjs. */
import { writeFileSync } from 'node:fs'

export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.KOPT_TEST_SUMMARY
    if (!file) return
    const summary = { passed: 0, failed: unhandledErrors.length, skipped: [] }
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'passed') summary.passed++
        else if (state === 'failed') summary.failed++
        else summary.skipped.push({ title: test.fullName, reason: note ?? 'its title says what it needs' })
      }
      // A file that can't be loaded, or a hook around a suite that throws, fails without any test.
      summary.failed += module.errors().length
      for (const suite of module.children.allSuites()) summary.failed += suite.errors().length
    }
    writeFileSync(file, JSON.stringify(summary))
  }
}
