import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { reportTables } from '../../src/report/tables.js'
import { sampleResult } from '../support/sample-result.js'

const result = sampleResult()
const tables = reportTables(result)
const rows = (name: string) => parse(tables[name], { columns: true }) as Record<string, string>[]

test('Table 1 holds every arm on every set, in full precision', () => {
  expect(rows('table1')).toHaveLength(result.arms.length * 2)
  const row = rows('table1').find((one) => one.set === 'bundang' && one.arm === 'GCB+CDA')!
  const on = result.arms.find((arm) => arm.name === 'GCB+CDA')!.evaluations.bundang
  expect(Number(row.auc)).toBe(on.auc.value)
  expect(Number(row.sensitivity_high)).toBe(on.intervals.sensitivity.high)
  expect(row.tp).toBe(String(on.confusion?.tp))
})

test('Table 2 counts films of each class and patients', () => {
  expect(tables.table2).toBe(
    'class,positive,train,tuning,test,external bundang\nhealthy,no,126,15,36,66\nsinusitis,yes,152,17,43,66\n(patients),,138,16,41,98\n',
  )
})

test('Table S1 holds every trial of every search', () => {
  expect(rows('tableS1')).toHaveLength(90)
  expect(rows('tableS1')[0]).toMatchObject({ metric: 'auc', unit: '', better: 'higher' })
  const chosen = rows('tableS1').filter((row) => row.chosen === 'yes')
  expect(chosen.map((row) => [row.arm, row.k])).toEqual([
    ['GCB+OMGDA', '14'],
    ['GCB+CDA', '5'],
    ['OD+CDA', '6'],
  ])
  expect(rows('tableS1')[13].repeat_3).toBe(String(result.search.trials[13].scores[2]))
})

test('the flow adds up', () => {
  const internal = rows('flow').filter((row) => row.set === 'internal')
  const sum = (step: string) =>
    internal.filter((row) => row.step === step).reduce((total, row) => total + Number(row.films), 0)
  expect(sum('found') - sum('excluded')).toBe(sum('analysed'))
})

test('what is missing is empty, and no cell is a formula', () => {
  const broken = sampleResult()
  broken.dataset.classes = ['=HYPERLINK("http://x")', 'sinusitis']
  broken.comparisons[0].p = null
  const files = reportTables(broken)
  expect(files.table2).toContain(`"'=HYPERLINK(""http://x"")"`)
  expect((parse(files.comparisons, { columns: true }) as Record<string, string>[])[0].p).toBe('')
})

test('without external sets the tables are shorter, not broken', () => {
  const internal = reportTables(sampleResult({ external: false }))
  expect(internal.table2).toContain('class,positive,train,tuning,test\n')
  expect(internal.verdict.split('\n')[0]).toBe('comparator,decides,difference,low,high,cases_needed')
})

test('the arms in use have tables of their cutoffs, calibration, decisions and patients', () => {
  expect(rows('cutoffs')).toHaveLength(result.arms.length * 3 * 2)
  const cutoff = result.arms[0].cutoffs![1]
  const row = rows('cutoffs').find((one) => one.arm === 'OD' && one.rule === 'youden' && one.set === 'internal')!
  expect(Number(row.cutoff)).toBe(cutoff.value)
  expect(Number(row.sensitivity_high)).toBe(cutoff.evaluations.internal.sensitivity.high)
  expect(Number(row.specificity_at_low)).toBe(cutoff.evaluations.internal.overCutoff!.specificity.low)
  expect(rows('calibration').filter((one) => one.arm === 'GCB' && one.set === 'internal')).toHaveLength(2)
  expect(rows('decision-curve')).toHaveLength(result.arms.length * 2 * 49)
  expect(rows('patients')[0].of_both_classes).toBe(String(result.arms[0].byPatient!.internal.ofBothClasses))
  expect(rows('sensitivity-specificity')).toHaveLength(result.accuracyComparisons!.length)
})

test('the quality of synthetic films has a row a class, with limits and what real films give', () => {
  expect(rows('quality').map((row) => row.class)).toEqual(result.dataset.classes)
  const [, one] = result.quality
  expect(rows('quality')[1]).toMatchObject({
    kid: String(one.kid?.value),
    kid_high: String(one.kid?.high),
    kid_held_out_low: String(one.reference?.kid?.low),
    ms_ssim_synthetic_to_held_out_low: String(one.msSsim.syntheticToHeldOut?.low),
    ms_ssim_difference_low: String(one.msSsim.difference?.low),
    ms_ssim_difference_p: String(one.msSsim.difference?.p),
    suspected_by_image: String(one.copies?.images?.suspected),
    suspicious: 'yes',
  })
})

test('the films that each K adds have a row a class and K, and real ones a row a class', () => {
  const found = rows('figureS2')
  const measured = result.quality.flatMap(({ msSsim }) => msSsim.byMultiple!)
  expect(found).toHaveLength(measured.length + result.quality.length)
  const { class: label, msSsim } = result.quality[0]
  const { images, mean, low } = msSsim.byMultiple![13]
  expect(found.find((row) => row.class === label && row.k === '14')).toMatchObject({
    new_films: String(images),
    ms_ssim: String(mean),
    ms_ssim_low: String(low),
  })
  expect(found.find((row) => row.class === label && row.k === 'real')).toMatchObject({
    new_films: '',
    ms_ssim: String(msSsim.real.mean),
  })
  const earlier = sampleResult()
  for (const { msSsim } of earlier.quality) delete msSsim.byMultiple
  expect(reportTables(earlier)).not.toHaveProperty('figureS2')
})

test('a class that an earlier version measured by its pairs alone leaves the other figures empty', () => {
  const earlier = sampleResult()
  const [{ class: label, msSsim }] = earlier.quality
  earlier.quality = [{ class: label, msSsim }]
  const [row] = parse(reportTables(earlier).quality, { columns: true }) as Record<string, string>[]
  expect(row).toMatchObject({ ms_ssim_real: String(msSsim.real.mean), kid: '', suspected: '', suspicious: '' })
})
