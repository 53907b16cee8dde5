import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCsvTable } from '../../src/dataset/table/csv.js'
import type { Result } from '../../src/record/result.js'
import { answer, checklists } from '../../src/report/checklists/checklist.js'
import { methodsFile, methodsText } from '../../src/report/methods-text.js'
import { reportTables } from '../../src/report/tables.js'
import { sampleResult, withInnerFolds } from '../support/sample-result.js'

const prose = (change: (result: Result) => void = () => {}, options: { external?: boolean } = {}) => {
  const result = sampleResult(options)
  change(result)
  return Object.fromEntries(methodsText(result).map(({ topic, text }) => [topic, text]))
}

/** What a run keeps of its files: DICOM films of two makers inside, PNG elsewhere. */
function withReadings(result: Result) {
  const none = { steps: [], makers: {}, views: {}, regions: 0, notes: [] }
  result.dataset.readings = {
    internal: {
      formats: { dicom: 389 },
      steps: [
        { step: 'rescaled', films: 389, words: 'rescaled by slope and intercept' },
        { step: 'windowed', films: 380, words: 'put through a window' },
        { step: 'inverted', films: 12, words: 'inverted (MONOCHROME1: the least value is white)' },
      ],
      makers: { 'Maker One DX 3000': 300, 'Maker Two': 89 },
      views: { WATERS: 389 },
      regions: 389,
      notes: [{ text: 'HighBit 12 does not fit 12 stored bits: ignored', films: 3 }],
    },
    bundang: { ...none, formats: { png: 132 } },
  }
}

/** Results of other shapes: what a sentence must not stumble over. */
const variants: Record<string, (result: Result) => void> = {
  'the sample': () => {},
  'K fixed': (result) => Object.assign(result.search, { rule: 'fixed' }),
  'K chosen on the test films': (result) => {
    result.search.selectOn = 'test'
    Object.assign(result.verdict, {
      benefit: null,
      comparators: [],
      comparator: null,
      reason: 'K was chosen on the test set',
    })
  },
  'inner folds': withInnerFolds,
  'the Adam head': (result) => {
    result.config.head = { kind: 'adam', learningRate: 0.0001, batchSize: 8, epochs: 100, standardise: false }
  },
  'the one-standard-error rule': (result) => Object.assign(result.search, { rule: 'one-standard-error' }),
  'unknown patients': (result) => Object.assign(result.dataset, { patientSource: 'image' }),
  'outer folds': (result) => {
    const fold = { n: 78, patients: 39, kOptimal: 5, stoppedAt: 17, converged: true, searchP: 0.2, aucs: {} }
    result.folds = [1, 2, 3, 4, 5].map((number) => ({ fold: number, time: 1, ...fold, n: number === 5 ? 77 : 78 }))
    Object.assign(result.verdict, { scope: 'procedure', basis: { folds: 5, times: 1, gans: 1 } })
  },
  'several GANs': (result) => Object.assign(result.gan!, { seeds: 5 }),
  'images made elsewhere': (result) => {
    result.gan = null
    result.synthetic = {
      source: 'given',
      order: 'name',
      images: { healthy: 900, sinusitis: 1200 },
      trainingFilms: {},
      kMax: { asked: 26, used: 6 },
      warnings: [],
    }
  },
  'DICOM films': withReadings,
  'a split that the dataset gives': (result) => {
    result.dataset.splitGiven = true
  },
  'nothing measured of the synthetic films': (result) => Object.assign(result, { quality: [] }),
  'a configuration with nothing in it': (result) => Object.assign(result, { config: {} }),
}

describe('the methods text', () => {
  test('speaks of the films, their partition and their patients', () => {
    const { films, partition } = prose()
    expect(films).toContain('Of 398 films found in the internal set, 9 were excluded')
    expect(films).toContain('389 analysed')
    expect(films).toContain('with sinusitis as the class looked for')
    expect(partition).toContain('in the shares 70 % / 10 % / 20 % (seed 1, apart from the seed of the training)')
    expect(partition).toContain('training (126 healthy and 152 sinusitis; 138 patients)')
    expect(partition).toContain('no patient has films in two parts')
  })

  test('says what the files were, what was done to their grey values, on which machines and in which views', () => {
    const { films, preprocessing } = prose(withReadings)
    expect(films).toContain(
      'By their headers the internal films were taken with apparatus of Maker One DX 3000 (300) and Maker Two (89), in the view WATERS (389).',
    )
    expect(films).not.toContain('By their headers the films of the external set')
    expect(preprocessing).toContain(
      'Of the internal films (389 DICOM), 389 were cut to a region of interest, 389 rescaled by slope and intercept, 380 put through a window (the first of the file, unless the manifest named another) and 12 inverted',
    )
    expect(preprocessing).toContain(
      'Files said otherwise, and were read so: HighBit 12 does not fit 12 stored bits: ignored (3 films).',
    )
    expect(preprocessing).toContain('Of the films of the external set “bundang” (132 PNG), none needed more')
    expect(prose().preprocessing).toMatch(/^Grey values were brought/)
  })

  test('does not claim a division that was not made, nor a seal that was broken', () => {
    const given = prose(variants['a split that the dataset gives']).partition
    expect(given).toContain('The dataset gave the division itself')
    expect(given).not.toMatch(/stratified|in the shares/)
    const onTest = prose(variants['K chosen on the test films']).testing
    expect(onTest).toContain('K was chosen on the test films themselves')
    expect(onTest).not.toContain('opened once')
  })

  test('says how K was chosen, and on what', () => {
    expect(prose().search).toContain('has not been beaten for 12 further K')
    expect(prose().search).toContain('on the tuning films (32 films')
    expect(prose(variants['K chosen on the test films']).search).toContain('the figures on them are optimistic')
    expect(prose(variants['K fixed']).search).toBe('The multiple K = 14 was fixed beforehand; no search was made.')
    expect(prose(variants['the one-standard-error rule']).search).toContain('the smallest K within one standard error')
  })

  test('tells of the inner folds that chose K, and of no tuning films', () => {
    const { partition, classifier, search, quality } = prose(variants['inner folds'])
    expect(partition).toContain(
      'The training films were shared out among 5 inner folds, likewise disjoint and stratified',
    )
    expect(search).toMatch(
      /^The multiples .* on the training films \(310 films of \d+ patients\), each scored in the inner/,
    )
    expect(search).toContain('films compared within a fold alone, the folds’ AUCs averaged, after LeDell et al. 2015')
    expect(classifier).toContain('its penalty was chosen on the out-of-fold films')
    for (const text of Object.values(prose(variants['inner folds'])))
      expect(text).not.toMatch(/tuning (films|patients)|NaN/)
    expect([quality, partition]).not.toContainEqual(expect.stringContaining('held-out'))
    expect(prose().partition).not.toContain('inner')
    const byAccuracy = prose((result) => {
      withInnerFolds(result)
      result.search.metric = 'accuracy'
    })
    expect(byAccuracy.search).not.toContain('within a fold')
  })

  test('tells the outer folds from the one division, and what they leave to the folds alone', () => {
    const { partition, testing, verdict } = prose(variants['outer folds'])
    expect(partition).toContain('a nested cross-validation of 5 outer folds (77 to 78 test films each)')
    expect(testing).toContain('cases were compared within a fold only')
    expect(verdict).toContain('The inference is about the procedure: the folds are its repeats')
    expect(prose().partition).not.toContain('outer folds')
    expect(prose().verdict).toContain('these fitted models and this training of the generator')
  })

  test('states the rule of the verdict with its limits, and no rule where there was no verdict', () => {
    expect(prose().verdict).toContain('one-sided 97.5 % lower limit')
    expect(prose().verdict).toContain('one-sided 99.6 % upper limit lay below 0.02')
    expect(prose(variants['K chosen on the test films']).verdict).toBe(
      'No verdict was drawn: K was chosen on the test set.',
    )
  })

  test('names external sets with their films, or that there were none', () => {
    expect(prose().testing).toContain('the external set “bundang” (66 healthy and 66 sinusitis) as well')
    expect(prose(() => {}, { external: false }).testing).toContain('No external test set was used.')
  })

  test.each(Object.entries(variants))('has no hole for %s', (_, change) => {
    for (const text of Object.values(prose(change))) {
      expect(text).not.toMatch(/undefined|NaN|\[object|–|\(\)| {2}|\.\./)
      expect(text).toMatch(/^[A-Z].*\.$/s)
    }
  })

  test('as a file ends with the references of every source it names', () => {
    const file = methodsFile(sampleResult())
    const [text, sources] = file.split('## References')
    for (const [, name, year] of text.matchAll(/(\b[A-Z][a-z]+)(?: et al\.| and [A-Z][a-z]+)? ((?:19|20)\d\d)\b/g)) {
      expect(sources).toContain(name)
      expect(sources).toContain(year)
    }
    expect(sources).not.toContain('Invariant scattering')
  })
})

describe('the checklists', () => {
  const numbers = (id: string) =>
    checklists.find((one) => one.id === id)!.groups.flatMap(({ items }) => items.map((item) => item.id))

  test('have the items of CLAIM 2024 and TRIPOD+AI, each once and in order', () => {
    expect(numbers('claim')).toEqual(Array.from({ length: 44 }, (_, i) => String(i + 1)))
    const parts = numbers('tripod-ai')
    expect([...new Set(parts.map((id) => Number.parseInt(id, 10)))]).toEqual(
      Array.from({ length: 27 }, (_, i) => i + 1),
    )
    expect(new Set(parts).size).toBe(parts.length)
    expect(parts).toHaveLength(52)
  })

  test('leave no item without an answer or somebody to answer it', () => {
    for (const { groups } of checklists) {
      for (const item of groups.flatMap(({ items }) => items)) {
        const known = (item.methods?.length ?? 0) > 0 || item.run !== undefined
        expect(known || item.authors !== undefined, item.id).toBe(true)
      }
    }
  })

  test('leave to the authors what the run can’t know here', () => {
    const result = sampleResult({ external: false })
    const item = checklists[1].groups.flatMap(({ items }) => items).find(({ id }) => id === '23b')!
    expect(answer(item, result).filled).toBe('by the authors')
    expect(answer(item, sampleResult()).filled).toBe('in part')
  })

  const answerTo = (list: number, id: string, change: (result: Result) => void = () => {}) => {
    const result = sampleResult()
    change(result)
    const item = checklists[list].groups.flatMap(({ items }) => items).find((one) => one.id === id)!
    return answer(item, result)
  }

  test('tick an item only where the text says all of it', () => {
    expect(answerTo(0, '9').filled).toBe('in part')
    expect(answerTo(0, '9', withReadings).filled).toBe('by the run')
    expect(answerTo(0, '13').filled).toBe('by the authors')
    const known = answerTo(0, '13', ({ dataset, ...rest }) => {
      withReadings({ dataset, ...rest })
      delete dataset.readings!.bundang
    })
    expect(known).toMatchObject({ filled: 'in part', authors: 'exposure and dates' })
    expect(answerTo(0, '13', withReadings).authors).toBe('makers, views, exposure and dates')
    expect(answerTo(0, '22').filled).toBe('in part')
    expect(answerTo(0, '24', ({ config }) => Object.assign(config, { gan: { initDeviation: 0.02 } })).filled).toBe(
      'by the run',
    )
    expect(answerTo(0, '24', variants['the Adam head']).authors).toContain('first weights of the last layer')
    expect(answerTo(0, '28').methods[0].text).toMatch(/accuracy, sensitivity, specificity, F1 score, PPV, NPV/)
    expect(answerTo(0, '38').run).toMatch(/sensitivity 0\.\d+ \(.*specificity 0\.\d+ \(/)
    expect(answerTo(0, '10', withReadings).run).toBe('389 films cut to a region of interest.')
  })

  test('leave what was made elsewhere to the authors, wherever the generator is spoken of', () => {
    for (const [list, id] of [
      [0, '22'],
      [0, '24'],
      [0, '25'],
      [1, '12c'],
    ] as const) {
      const { filled, authors } = answerTo(list, id, variants['images made elsewhere'])
      expect(filled, id).toBe('in part')
      expect(authors, id).toContain('the generator, how it was trained, and on which films')
    }
    expect(answerTo(0, '1', variants['images made elsewhere']).run).not.toContain('GAN')
  })

  test('name the controls that there were, and no others', () => {
    expect(answerTo(0, '30').run).toBe(
      'Controls hold against the synthetic films: class balance, the number of films, by conventional augmentation and native size.',
    )
    const none = answerTo(0, '30', (result) => {
      result.arms = result.arms.filter(({ name }) => ['OD', 'GCB', 'GCB+OMGDA'].includes(name))
    })
    expect(none.run).toBeUndefined()
  })

  test('stand as tables with the paragraphs in full', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-claim-')), 'claim.csv')
    writeFileSync(file, reportTables(sampleResult()).claim)
    const { header, rows } = readCsvTable(file)
    expect(header).toEqual(['item', 'group', 'asks', 'from_the_run', 'to_be_added', 'filled'])
    expect(rows).toHaveLength(44)
    expect(rows[18].cells[3]).toContain('Films were divided')
  })
})
