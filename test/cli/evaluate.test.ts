import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kopt, temporaryFolder } from '../support/kopt.js'

const golden = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/evaluate-scores.json'), 'utf8'))
const rows = (golden.label as number[]).map((label, i) => [label, golden.score[i], golden.score_b[i]] as const)

/** A CSV file in a folder of its own; returns its folder. */
function tableAt(text: string): string {
  const cwd = temporaryFolder()
  writeFileSync(path.join(cwd, 'scores.csv'), text)
  return cwd
}

function evaluateJson(text: string, ...words: string[]) {
  const { code, stdout, stderr } = kopt(['evaluate', 'scores.csv', '--json', ...words], { cwd: tableAt(text) })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const plain = `label,score,score_b\n${rows.map((row) => row.join(',')).join('\n')}\n`

describe('kopt evaluate with more than two classes', () => {
  const golden: {
    cases: { label: number[]; scores: number[][]; macroAuc: number; handTill: number; matrix: number[][] }[]
  } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../golden/multi-class.json'), 'utf8'))
  const [{ label, scores, ...expected }] = golden.cases
  const names = ['Clear', 'fluid', 'mucosa']
  const lines = label.map((truth, i) => [names[truth], ...scores.map((score) => score[i])].join(','))
  const table = `label,score_Clear,score_fluid,score_mucosa\n${lines.join('\n')}\n`

  it("gives scikit-learn's macro AUC and pROC's M, and each class against the rest", () => {
    const { n, positive, auc, handTill, perClass, confusionMatrix } = evaluateJson(table)
    expect([n, positive]).toEqual([label.length, null])
    expect(auc.value).toBeCloseTo(expected.macroAuc, 12)
    expect(handTill.value).toBeCloseTo(expected.handTill, 12)
    expect(auc.low).toBeLessThan(auc.value)
    expect(perClass.map((one: { class: string }) => one.class)).toEqual(names)
    expect(confusionMatrix).toEqual(expected.matrix)
  })

  it('says it in words', () => {
    const { code, stdout } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(table) })
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^ {2}macro AUC +${expected.macroAuc.toFixed(3)} +0\\.\\d+-0\\.\\d+$`, 'm'))
    expect(stdout).toMatch(/^fluid against the rest\n {2}AUC +0\.\d+ +0\.\d+-/m)
  })

  it.each([
    [
      table.replace('score_fluid', 'score_liquid'),
      [],
      /no column 'score_fluid'; with more than two, give each class its score/,
    ],
    [table, ['--positive', 'fluid'], /--positive 'fluid': there are 3 classes/],
    [table, ['--cutoff', '0.3'], /--cutoff is for two classes; there are 3/],
  ])('refuses what is for two classes %#', (text, words, sentence) => {
    const { code, stderr } = kopt(['evaluate', 'scores.csv', ...words], { cwd: tableAt(text) })
    expect(code).toBe(2)
    expect(stderr).toMatch(sentence)
  })
})

describe('kopt evaluate', () => {
  it("gives pROC's AUC, error, Wald limits and DeLong test", () => {
    const { n, auc, aucs, comparisons, clustered } = evaluateJson(plain)
    expect(n).toBe(40)
    expect(auc.value).toBeCloseTo(golden.auc, 10)
    expect(auc.se ** 2).toBeCloseTo(golden.variance, 10)
    expect(auc.wald.low).toBeCloseTo(golden.wald[0], 10)
    expect(auc.wald.high).toBeCloseTo(golden.wald[1], 10)
    expect(aucs.score_b.value).toBeCloseTo(golden.aucB, 10)
    expect(comparisons).toHaveLength(1)
    expect(comparisons[0]).toMatchObject({ a: 'score', b: 'score_b' })
    expect(comparisons[0].difference).toBeCloseTo(golden.auc - golden.aucB, 10)
    expect(comparisons[0].delong.z).toBeCloseTo(golden.z, 8)
    expect(comparisons[0].delong.p).toBeCloseTo(golden.p, 8)
    expect(clustered).toBeUndefined()
  })

  it('reads names for classes, semicolons and a byte order mark', () => {
    const text = `\uFEFFLabel;Score\n${rows.map(([label, score]) => `${label ? 'sick' : 'healthy'};${score}`).join('\n')}\n`
    const { auc, positive, classes } = evaluateJson(text)
    expect(auc.value).toBeCloseTo(golden.auc, 10)
    expect({ positive, classes }).toEqual({ positive: 'sick', classes: { healthy: 22, sick: 18 } })
    const swapped = evaluateJson(text, '--positive', 'healthy')
    expect(swapped.auc.value).toBeCloseTo(1 - golden.auc, 10)
  })

  it('allows for patients with several rows, and says so', () => {
    const text = `label,score,patient\n${rows.map(([label, score], i) => `${label},${score},p${i >> 1}`).join('\n')}\n`
    const { auc, clustered } = evaluateJson(text)
    expect(auc.value).toBeCloseTo(golden.auc, 10)
    expect(auc.method).toContain('Obuchowski')
    expect(clustered).toMatchObject({ patients: 20, value: auc.value, se: auc.se })
    expect(auc.se ** 2).not.toBeCloseTo(golden.variance, 6)
  })

  it('has what scores as probabilities allow: measures, calibration, net benefit, PPV and NPV at a prevalence', () => {
    const logistic = (x: number) => 1 / (1 + Math.exp(1 - x))
    const text = `label,score,score_b\n${rows.map(([label, a, b]) => `${label},${logistic(a)},${b}`).join('\n')}\n`
    const { columns, accuracyComparisons } = evaluateJson(text, '--prevalence', '0.05')
    const { measures, calibration, decision } = columns.score
    expect(measures.cutoff).toBe(0.5)
    expect(measures.atPrevalence.ppv.value).toBeLessThan(measures.ppv.value)
    expect(calibration.slope.value).not.toBeNull()
    expect(decision[0].all).toBeCloseTo(0.05 - (0.95 * 0.02) / 0.98, 12)
    // score_b is on a scale of its own: no cutoff goes without saying.
    expect(columns.score_b.reason).toContain('give one with --cutoff')
    expect(columns.score_b.calibration).toBeUndefined()
    expect(accuracyComparisons).toEqual([])
    const both = evaluateJson(plain, '--cutoff', '0.8')
    expect(both.accuracyComparisons.map((one: { measure: string }) => one.measure)).toEqual([
      'sensitivity',
      'specificity',
    ])
  })

  it('prints a table that 80 columns hold, each figure once with its interval', () => {
    const logistic = (x: number) => (1 / (1 + Math.exp(1 - x))).toFixed(3)
    const text = `label,score,score_b,patient\n${rows.map(([label, a, b], i) => `${label},${logistic(a)},${logistic(b)},p${i >> 1}`).join('\n')}\n`
    const tiny = 'label,score\n0,0.1\n1,0.9\n'
    for (const table of [text, tiny]) {
      const { code, stdout } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(table) })
      const lines = stdout.trimEnd().split('\n')
      expect(code).toBe(0)
      expect(lines.filter((line) => [...line].length > 80)).toEqual([])
      expect(lines.filter((line) => /^ {2}specificity +[\d.]+ +[\d.]+-[\d.]+$/.test(line)).length).toBeGreaterThan(0)
      expect(stdout).not.toContain('<0.001 to >0.999')
    }
  })

  it('evaluates each set by itself, and rows within their fold alone', () => {
    const named = rows.map(([label, a], i) => `${label},${a + (i % 2) * 50},${i % 2 ? 'ours' : 'theirs'}`)
    const { sets, n } = evaluateJson(`label,score,set\n${named.join('\n')}\n`)
    expect(n).toBe(40)
    expect(sets.ours.n + sets.theirs.n).toBe(40)
    // Scores of the second fold all lie 50 higher: pooled, that would be taken for a difference between cases.
    const text = `label,score,fold\n${named.join('\n')}\n`
    const { auc, folds } = evaluateJson(text)
    expect(folds).toBe(2)
    expect(auc.value).toBeCloseTo((sets.ours.auc.value + sets.theirs.auc.value) / 2, 1)
    expect(Math.abs(auc.value - sets.ours.auc.value)).toBeLessThan(0.2)
  })

  it('counts a film once, however often it was cross-validated', () => {
    const once = rows.map(([label, a], i) => ({ film: `f${i}`, label, a, fold: 1 + (i % 2) }))
    const line = (time: number, { film, label, a, fold }: (typeof once)[number]) =>
      [film, label, a, `p${film}`, fold, time].join(',')
    const text = `film,label,score,patient,fold,time\n${[1, 2].flatMap((time) => once.map((one) => line(time, one))).join('\n')}\n`
    const single = `film,label,score,patient,fold\n${once.map((one) => line(1, one).replace(/,1$/, '')).join('\n')}\n`
    const [twice, alone] = [evaluateJson(text), evaluateJson(single)]
    expect(twice.n).toBe(40)
    expect(twice.classes).toEqual({ 0: 22, 1: 18 })
    expect({ folds: twice.folds, times: twice.times, clustered: twice.clustered }).toEqual({ folds: 4, times: 2 })
    // The same scores twice say no more than once.
    for (const key of ['value', 'low', 'high', 'se']) expect(twice.auc[key]).toBeCloseTo(alone.auc[key], 12)
    const withoutPatients = text.replaceAll(/,pf(\d+)/g, '').replace(',patient', '')
    expect(evaluateJson(withoutPatients).auc.low).toBeCloseTo(alone.auc.low, 12)
    const { stdout } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(text) })
    expect(stdout).toMatch(/^40 films, each scored 2 times \(0: 22, 1: 18\), positive class: 1\n4 folds/)
  })

  it('of eight films that two scores rank alike does not say that they are equal', () => {
    const text = 'label,score,score_b\n1,0.9,0.8\n1,0.7,0.6\n0,0.2,0.3\n0,0.1,0.2\n'
    const { comparisons } = evaluateJson(text)
    expect(comparisons[0]).toMatchObject({ difference: 0, p: 1, reason: 'both rank all films alike' })
    // Two films of each class: Newcombe's lower limit of a perfect AUC leaves this much.
    expect(comparisons[0].high).toBeGreaterThan(0.6)
    expect(comparisons[0].low).toBe(-comparisons[0].high)
    const { stdout } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(text) })
    expect(stdout).toMatch(/^score less score_b\n {2}AUC +0\.000 +\u22120\.\d{3} to \+0\.\d{3} /m)
    expect(stdout).not.toMatch(/0\.000 +0\.000 to 0\.000/)
  })

  it('says it in words', () => {
    const { stdout } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(plain) })
    expect(stdout).toMatch(
      /^40 rows \(0: 22, 1: 18\), positive class: 1\nscore\n {2}AUC +0\.\d{3} +0\.\d{3}-0\.\d{3}\n/,
    )
  })

  it.each([
    [
      'label,scor\n0,1\n',
      "scores.csv: there is no column 'score' (its columns: label, scor); is 'scor' meant? then rename it; a table of scores has the columns label,score and may have score_b, score_c ..., film, patient, set, fold and time",
    ],
    ['label,score\n0,0.1\n1,high\n', "scores.csv: row 3, column score: 'high' is no number"],
    [
      'label,score,score_b,patient\n,0.1,0.2,a\n1,high,0.3,\n0,0.5,,b\n',
      "scores.csv, 4 problems:\n  - row 2, column label: is empty\n  - row 3, column patient: is empty\n  - row 3, column score: 'high' is no number\n  - row 4, column score_b: is empty",
    ],
    ['label,score,time\n0,0.1,1\n1,0.2,1\n', "scores.csv: a column 'time' needs a column 'fold'; add it, or drop time"],
    [
      'label,score,fold,time\n0,0.1,1,1\n1,0.2,1,1\n',
      "scores.csv: a column 'time' needs a column 'film' or 'patient', which says what rows of several times are of one film; add one, or drop time",
    ],
    [
      'label,score\n1,0.1\n1,0.2\n',
      "scores.csv has only one class, '1' in its column label; two were expected, such as 0 and 1",
    ],
    [
      'label,score\ncat,0.1\ndog,0.2\n',
      'which class is the one that is looked for (the disease)? Their names (cat, dog) do not tell, for only normal, healthy, negative, control, no ..., 0 are taken to mean that it is absent: type --positive cat or --positive dog',
    ],
    [
      'label,score\n',
      'scores.csv has a header but no rows; a table of scores has the columns label,score and may have score_b, score_c ..., film, patient, set, fold and time',
    ],
  ])('refuses %j with place, value and remedy', (text, sentence) => {
    expect(kopt(['evaluate', 'scores.csv'], { cwd: tableAt(text) })).toEqual({
      code: 2,
      stdout: '',
      stderr: `${sentence}\n`,
    })
  })
})

describe('a table of scores from a spreadsheet', () => {
  const clean = 'label,score,patient\nwell,0.1,a\nill,0.9,b\nwell,0.6,c\nill,0.4,d\n'

  function evaluateAll(content: string | Uint8Array, ...words: string[]) {
    const cwd = temporaryFolder()
    writeFileSync(path.join(cwd, 'scores.csv'), content)
    return kopt(['evaluate', 'scores.csv', '--json', '--positive', 'ill', ...words], { cwd })
  }

  it.each([
    ['with a stated separator', 'sep=;\nlabel;score;patient\nwell;0,1;a\nill;0,9;b\nwell;0,6;c\nill;0,4;d\n'],
    ['below its title', 'Scores of May\n\nlabel,score,patient\nwell,0.1,a\nill,0.9,b\nwell,0.6,c\nill,0.4,d\n'],
    [
      'in UTF-16 without a mark',
      Buffer.from('label\tscore\tpatient\nwell\t0.1\ta\nill\t0.9\tb\nwell\t0.6\tc\nill\t0.4\td\n', 'utf16le'),
    ],
  ])('is read %s', (_, content) => {
    const { stdout } = evaluateAll(content)
    expect(stdout).toBe(evaluateAll(clean).stdout)
    expect(JSON.parse(stdout)).toMatchObject({ n: 4, auc: { value: 0.75 } })
  })

  it('tells which code page it was read as, and takes another on request', () => {
    const table = Buffer.from('label,score\nunauff\xe4llig,0.1\nill,0.9\nunauff\xe4llig,0.6\nill,0.4\n', 'latin1')
    const found = evaluateAll(table)
    expect(found.stderr).toContain(
      'was read as windows-1252; if names or classes look wrong, name another with --encoding',
    )
    expect(JSON.parse(found.stdout).classes).toEqual({ ill: 2, unauffällig: 2 })
    expect(JSON.parse(evaluateAll(table, '--encoding', 'windows-1253').stdout).classes).toEqual({
      ill: 2,
      unauffδllig: 2,
    })
  })

  it.each([
    [
      'label,score\n1,0.5\nNaN,0.5\n0,0.1\n?,0.2\n',
      /row 3, column label: 'NaN' says that the label is missing or not known\n.*row 5, column label: '\?'/,
    ],
    ['label,score\n0,0.5\n0.0,0.5\n1,0.1\n', /'0' and '0.0', which are the same number/],
    ['label,score\n0,0.5\n-1,0.5\n1,0.1\n', /'-1' beside 0 and 1 means uncertain/],
    ['label,score\nill,0.5\nwell,0.5\nill|well,0.1\n', /'ill\|well' holds several labels/],
    [
      'label,score,patient\n0,0.5,"1,2E+15"\n1,0.5,"1,2E+15"\n',
      /row 2, column patient: '1,2E\+15' was rounded by a spreadsheet/,
    ],
    [
      `label,score\n${Array.from({ length: 500 }, (_, i) => `f${i},0.5`).join('\n')}\n`,
      /has 500 different values in its column label \(f0, f1, f10 ... and 497 more\)/,
    ],
  ])('is refused for labels that are no classes and rounded ids: %j', (content, sentence) => {
    const { code, stderr } = kopt(['evaluate', 'scores.csv'], { cwd: tableAt(content) })
    expect(code).toBe(2)
    expect(stderr).toMatch(sentence)
  })
})
