import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kopt, temporaryFolder } from '../support/kopt.js'
import { sampleReportInput } from '../support/sample-result.js'

/** A run folder as a finished run leaves it, as far as the report needs it. */
function finishedRun(): string {
  const run = path.join(temporaryFolder(), 'run')
  const { result, curves = [], samples = [] } = sampleReportInput()
  mkdirSync(path.join(run, 'gan'), { recursive: true })
  mkdirSync(path.join(run, 'private'))
  writeFileSync(path.join(run, 'config.yaml'), 'preset: quick\n')
  writeFileSync(path.join(run, 'result.json'), JSON.stringify(result))
  const columns = Object.keys(curves[0]) as (keyof (typeof curves)[number])[]
  const rows = curves.map((row) => columns.map((column) => row[column]).join(','))
  writeFileSync(path.join(run, 'gan', 'curves.csv'), `${columns.join(',')}\n${rows.join('\n')}\n`)
  writeFileSync(path.join(run, 'private', 'samples.json'), JSON.stringify(samples))
  return run
}

describe('kopt report', () => {
  it('writes report, tables and figures again from what a run left', () => {
    const run = finishedRun()
    const { code, stdout, stderr } = kopt(['report', run])
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `Report: ${path.join(run, 'report.html')}\n`,
      stderr: '',
    })
    expect(readFileSync(path.join(run, 'report.html'), 'utf8')).toMatch(/^<!doctype html>/)
    expect(readdirSync(path.join(run, 'tables'))).toEqual(
      expect.arrayContaining(['table1.csv', 'table2.csv', 'tableS1.csv']),
    )
    expect(readdirSync(path.join(run, 'figures'))).toEqual(
      expect.arrayContaining(['k-curve.svg', 'roc-internal.svg', 'training-curves.svg']),
    )
  })

  it('leaves every real film out of a report to share', () => {
    const run = finishedRun()
    expect(kopt(['report', run, '--share']).code).toBe(0)
    const { samples = [], result } = sampleReportInput()
    const copied = result.quality.filter((one) => one.findings?.suspicious).map((one) => one.class)
    expect(copied).toEqual(['sinusitis'])
    const shared = readFileSync(path.join(run, 'report-share.html'), 'utf8')
    for (const { class: label, real, synthetic, conventional } of samples) {
      for (const picture of [...real, ...conventional.map((one) => one.original)]) expect(shared).not.toContain(picture)
      // A synthetic film that may be a copy of a real one is none to share.
      for (const picture of synthetic) expect(shared.includes(picture)).toBe(!copied.includes(label))
    }
  })

  it('of a run that has not finished says how to go on', () => {
    const run = temporaryFolder()
    writeFileSync(path.join(run, 'config.yaml'), 'preset: quick\n')
    const { code, stderr } = kopt(['report', run])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `${run} has no result yet; let the run finish: kopt resume ${run}\n`,
    })
  })
})
