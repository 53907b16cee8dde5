import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kopt, temporaryFolder } from '../support/kopt.js'

function search(text: string, ...words: string[]) {
  const cwd = temporaryFolder()
  writeFileSync(path.join(cwd, 'scores.csv'), text)
  return kopt(['search', 'scores.csv', ...words], { cwd })
}

/** Scores that are best at 14, as in the paper. */
function bestAt14(last: number): string {
  const rows = Array.from({ length: last }, (_, i) => `${i + 1},${(0.96 - 0.005 * Math.abs(i + 1 - 14)).toFixed(3)}`)
  return `k,score\n${rows.join('\n')}\n`
}

describe('kopt search', () => {
  it("stops at 26 where the best is 14 and the window 12, as the paper's search did", () => {
    expect(search(bestAt14(40), '--json')).toEqual({
      code: 0,
      stdout: '{"kOptimal":14,"stoppedAt":26,"converged":true}\n',
      stderr: '',
    })
    expect(search(bestAt14(40)).stdout).toBe('K = 14 (stopped at 26)\n')
  })

  it('has not converged where the scores end before the window is full', () => {
    expect(JSON.parse(search(bestAt14(20), '--json').stdout)).toEqual({ kOptimal: 14, stoppedAt: 20, converged: false })
    expect(search(bestAt14(20)).stdout).toBe(
      'K = 14 (the best so far: the scores end at 20, before 12 K without a better one, so the rule has not stopped)\n',
    )
  })

  it('takes the mean over repeats, in whatever order rows come, decimal commas or points', () => {
    const text = 'K;Score;Repeat\n3;0,5;b\n1;0.6;a\n2;0.9;a\n2;0.7;b\n3;0.8;a\n1;0.8;b\n'
    const { stdout } = search(text, '--window', '1')
    expect(stdout).toBe(
      'K = 2 (stopped at 3)\ngain over K = 1: +0.100, p = 0.50 given these tuning cases (repeats flipped; at least 0.25 with 2 repeats)\n',
    )
  })

  it('chooses the smallest K within one standard error of the best', () => {
    // Differences from K = 3: 0.10 and 0.08 for K = 1 (error 0.01), 0.03 and -0.01 for K = 2 (error 0.02, mean 0.01).
    const text = 'k,score,repeat\n1,0.80,1\n1,0.80,2\n2,0.87,1\n2,0.89,2\n3,0.90,1\n3,0.88,2\n'
    expect(JSON.parse(search(text, '--rule', 'one-standard-error', '--json').stdout).kOptimal).toBe(2)
  })

  it('counts K between whole ones, and with --gaps any others, as places', () => {
    const rows = (ks: readonly number[]) =>
      `k,score\n${ks.map((k, i) => `${k},${[0.8, 0.9, 0.85, 0.7][i]}`).join('\n')}\n`
    expect(search(rows([1, 1.25, 1.5, 2]), '--window', '2').stdout).toBe('K = 1.25 (stopped at 2)\n')
    expect(search(rows([1, 4, 16, 64]), '--window', '2', '--gaps').stdout).toBe('K = 4 (stopped at 64)\n')
  })

  it.each([
    [
      'k,score\n1,0.5\n3,0.6\n',
      [],
      'scores.csv has no score of K = 2, but one of K = 3; the rule looks at every K in turn. Score it, or say --gaps where it was never meant to be tried',
    ],
    [
      'k,score\n1,0.5\n2.5,0.6\n',
      [],
      'scores.csv has no score of K = 2, but one of K = 2.5; the rule looks at every K in turn. Score it, or say --gaps where it was never meant to be tried',
    ],
    ['k,score\n1,0.5\n0.5,0.6\n', [], "scores.csv: row 3, column k: '0.5' is no number of at least 1"],
    [
      'k,auc\n1,0.5\n',
      [],
      "scores.csv: there is no column 'score' (its columns: k, auc); a table of scores has the columns k,score and may have repeat",
    ],
    ['k,score,repeat\n1,0.5,1\n1,0.6,1\n', [], "scores.csv: K = 1 has two scores of repeat '1'; keep one"],
    [
      'k,score,repeat\n1,0.5,1\n2,0.6,2\n',
      [],
      'scores.csv has other repeats for K = 2 than for K = 1; score every K in the same repeats',
    ],
    [
      'k,score\n1,0.5\n',
      ['--rule', 'one-standard-error'],
      'scores.csv has one score of each K; one-standard-error needs two repeats or more (column repeat)',
    ],
  ])('refuses %j with place, value and remedy', (text, words, sentence) => {
    expect(search(text, ...words)).toEqual({ code: 2, stdout: '', stderr: `${sentence}\n` })
  })
})
