import { describe, expect, test } from 'vitest'
import { type Result, result as resultSchema } from '../../src/record/result.js'
import { renderReport } from '../../src/report/report.js'
import { sampleReportInput, withInnerFolds } from '../support/sample-result.js'

/** The words of a page as they are read: no markup, single spaces. */
function words(page: string): string {
  const body = page.slice(page.indexOf('<body>'))
  return body
    .replace(/<(title|desc|style)[^>]*>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#39;|’/g, "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replace(/[\s\u00a0]+/g, ' ')
    .replace(/ ([.,;:)])/g, '$1')
}

function render(change: (result: Result) => void = () => {}, options: { external?: boolean } = {}): string {
  const input = sampleReportInput(options)
  change(input.result)
  return renderReport(input)
}

const page = render()
const shown = words(page)

test('the sample is a valid result', () => {
  expect(() => resultSchema.parse(sampleReportInput().result)).not.toThrow()
  expect(() => resultSchema.parse(sampleReportInput({ external: false }).result)).not.toThrow()
})

describe('the report', () => {
  test('is one file that asks for nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link(?! rel="icon" href="data:,")|<iframe|@import|url\(|\son\w+=/i)
    const addresses = [...page.matchAll(/(?:src|href|srcset|action)="([^"]*)"/g)].map((match) => match[1])
    expect(addresses.every((address) => /^(#|data:)/.test(address))).toBe(true)
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//)
  })

  test('is in reading order: verdict, key numbers, films, synthetic films, K, performance, use, method, manuscript, provenance, words', () => {
    const order = [
      'verdict',
      'key-numbers',
      'films',
      'synthetic',
      'search',
      'performance',
      'use',
      'method',
      'manuscript',
      'provenance',
      'terms',
    ]
    expect([...page.matchAll(/<section id="([^"]+)"/g)].map((match) => match[1])).toEqual(order)
  })

  test('opens with the verdict: word, interval, comparator, margin, what it means', () => {
    expect(shown).toMatch(/^ kopt .*? Unclear: these test films can't tell/)
    expect(shown).toContain('Difference in AUC +0.017 (limits −0.028 to +0.074)')
    expect(shown).toContain('Comparator that decides balanced, with conventional augmentation [GCB+CDA]')
    expect(shown).toContain('Test films of this run 79, of 41 patients')
    const card = shown.slice(0, shown.indexOf("The verdict's comparators"))
    for (const once of ['Unclear', 'not excluded', 'would be needed', '410'])
      expect(card.split(once), once).toHaveLength(2)
  })

  test('of a demonstration opens with the verdict, and says next what its films are like and what to do, once', () => {
    const poor = render(({ config, quality }) => {
      config.preset = 'quick'
      for (const one of quality)
        Object.assign(one, { precision: 0, coverage: 0, kid: { value: 1233, low: 1180, high: 1290 } })
    })
    const [verdict, concern] = ['id="verdict"', 'not like the real ones yet'].map((text) => poor.indexOf(text))
    expect(verdict).toBeGreaterThan(0)
    expect(concern).toBeGreaterThan(verdict)
    expect(words(poor)).not.toContain('The generator failed')
    expect(words(poor)).not.toContain('Only a demonstration')
    expect(words(render(({ config }) => Object.assign(config, { preset: 'quick' })))).toContain('Only a demonstration')
  })

  test('names every figure and table of the paper that a run has', () => {
    for (const place of [
      'Figure 1',
      'Figure 2',
      'Figure 3',
      'Figure 6',
      'Figure 7',
      'Figure S2',
      'Table 1',
      'Table 2',
      'Table S1',
    ]) {
      expect(shown).toContain(`the paper's ${place}`)
    }
  })

  test('follows the films from found to analysed, every exclusion with its reason', () => {
    expect(shown).toContain(
      '398 films found 9 films excluded excluded in the manifest: 5 exact duplicate of another film: 3 unreadable file: 1 389 films analysed, 195 patients',
    )
    expect(shown).toContain('Training 278 films, 138 patients healthy: 126 sinusitis: 152')
    expect(shown).toContain('132 films found 0 films excluded 132 films analysed, 98 patients')
  })

  test('says of K what the films can bear', () => {
    expect(shown).toContain('K = 14 chosen on 32 tuning films; not distinguishable: 3 to 22.')
    expect(shown).toContain('It stopped at K = 26.')
    expect(shown).toContain('a gain this large or larger by chance: p = 0.13.')
    expect(shown).toMatch(/14 \(chosen\) 4,256 0\.\d{3} \(± 0\.044\)/)
  })

  test('says what the AUC and the log loss would each have chosen', () => {
    expect(shown).toContain('K was chosen by the AUC; whatever chooses it, the verdict rests on the AUC of test films.')
    expect(shown).toContain('Metric K Can the AUC tell it from its best? AUC 14 no Log loss 2 yes')
    expect(words(render(({ search }) => void search.byMetric.splice(0)))).not.toContain('would have chosen')
  })

  test('shows every arm in words with its code, measures with intervals, on every set', () => {
    expect(shown).toContain('Original films only [OD] 0.855 (0.751-0.920)')
    expect(shown).toContain('Chosen multiple of synthetic films [GCB+OMGDA] K = 14 0.903 (0.811-0.953)')
    expect(shown).toContain('Original films resampled to balance [OD=balanced]')
    expect(shown).toContain('Internal test set 79 films of 41 patients (healthy: 36, sinusitis: 43).')
    expect(shown).toContain('External test set “bundang” 132 films of 98 patients (healthy: 66, sinusitis: 66).')
  })

  test('says how often each test set has been opened', () => {
    const text = words(renderReport({ ...sampleReportInput(), openings: { internal: 1, bundang: 4 } }))
    expect(text).toContain('healthy: 36, sinusitis: 43). No other run beside this one has opened these films.')
    expect(text).toContain('These films have been opened in 4 runs of this folder, this one included')
    expect(shown).not.toMatch(/opened in|has opened/)
  })

  test('says how far the comparisons reach', () => {
    expect(shown).toContain('for these fitted models, this test set, one generator')
    expect(shown).toMatch(/p after Holm takes account of the 6 comparisons on this set/)
  })

  test('names the positive class, the seed, the version, the backbone and the configuration', () => {
    for (const part of ['Positive class: sinusitis', 'Seed 1', 'kopt 0.1.0', 'scattering', 'search.windowSize 12'])
      expect(shown).toContain(part)
  })

  test('shows no path of the machine it was made on', () => {
    expect(page).not.toContain('/home/ward')
    expect(shown).toContain('dataset …/boramae')
  })

  test('is the same twice', () => {
    expect(render()).toBe(page)
  })
})

describe('the arms in use', () => {
  test('have cutoffs with their limits, and what the limits would do', () => {
    expect(shown).toContain('Youden’s and the wanted sensitivity were chosen on 32 tuning films'.replace('’', "'"))
    expect(shown).toMatch(/Original films only \[OD\] Fixed 0\.500/)
    expect(shown).toMatch(/Youden 0\.\d{3} \(0\.\d{3}-0\.\d{3}\)/)
    expect(shown).toMatch(/sens\. 0\.\d\d-0\.\d\d spec\. 0\.\d\d-/)
  })

  test('say which probabilities are shown, and whose prior', () => {
    expect(shown).toContain('Probabilities after correction of the prior')
    expect(shown).toMatch(/Balanced with synthetic films \[GCB\] prior corrected/)
    expect(shown).not.toMatch(/Original films only \[OD\] prior corrected/)
  })

  test('are counted by patient, with the rule and what becomes of patients of both classes', () => {
    expect(shown).toMatch(/41 patients, \d+ of them sinusitis\. A patient counts as sinusitis where any film does/)
    expect(shown).toMatch(/\d+ patients with films of both classes count as sinusitis/)
  })

  test('are left out where a result has none, as one of before', () => {
    const before = render((result) => {
      for (const arm of result.arms) {
        for (const key of ['cutoffs', 'calibration', 'decision', 'byPatient'] as const) delete arm[key]
      }
    })
    expect(before).not.toContain('<section id="use"')
    expect(before).not.toContain('href="#use"')
    expect(words(before)).toContain('The cutoff is the same for all arms and was not fitted.')
  })

  test('say why a figure is missing', () => {
    const perfect = render((result) => {
      const [arm] = result.arms
      const { slope } = arm.calibration!.internal.asTrained
      Object.assign(slope, { value: null, low: null, high: null, reason: 'the score separates the classes perfectly' })
    })
    expect(words(perfect)).toContain(
      '– calibration of Original films only [OD]: the score separates the classes perfectly.',
    )
  })
})

describe('words', () => {
  const set =
    (benefit: Result['verdict']['benefit'], scope: Result['verdict']['scope'] = 'model') =>
    (result: Result) => {
      Object.assign(result.verdict, { benefit, scope })
    }
  const variants: Record<string, (result: Result) => void> = {
    'yes for this model': set('yes'),
    'yes for the procedure': set('yes', 'procedure'),
    no: set('no'),
    'no verdict': (result) => {
      set(null)(result)
      Object.assign(result.verdict, {
        reason: 'K was chosen on the test films',
        comparator: null,
        low: null,
        high: null,
        comparators: [],
      })
      result.search.selectOn = 'test'
    },
    'inner folds': withInnerFolds,
    quick: (result) => {
      result.config.preset = 'quick'
    },
    'perfect scores': (result) => {
      const on = result.arms[6].evaluations.internal
      on.auc = { value: 1, low: 0.949, high: 1, method: 'Newcombe method 5', reason: 'every pair is in order' }
      result.search.null = { p: 0.0005, quantiles: {}, gain: 0.06 }
      result.comparisons[0].p = 0
      result.comparisons[0].pHolm = 0
    },
  }
  const never = [
    /the optimal K is/i,
    /\bp = 0(?!\.)/,
    /p = 0\.0+\b/,
    /significan/i,
    /no copies/i,
    /externally validated/i,
    /\(1\.0+-1\.0+\)/,
    /NaN|undefined|null\b|Infinity|\[object/,
  ]

  test.each(Object.keys(variants))('%s: nothing is claimed that was not shown', (name) => {
    const text = words(render(variants[name]))
    for (const claim of never) expect(text).not.toMatch(claim)
  })

  test('"helps" is said of a procedure only, a single model is better "on these cases"', () => {
    const model = words(render(variants['yes for this model']))
    expect(model).toContain('Yes: this model is better on these test films')
    expect(model).not.toMatch(/helps on films/)
    expect(words(render(variants['yes for the procedure']))).toContain(
      'Yes: adding synthetic films helps on films like these',
    )
  })

  test('no is said of the gain that matters, harm only against the original films', () => {
    expect(words(render(variants.no))).toContain('No: a gain that matters is excluded')
    const harmed = render((result) => {
      result.verdict.benefit = 'no'
      Object.assign(result.verdict.comparators[0], { difference: -0.09, low: -0.15, high: -0.02 })
    })
    expect(words(harmed)).toContain('No: with synthetic films it does worse')
    const other = render((result) => {
      result.verdict.benefit = 'no'
      Object.assign(result.verdict.comparators[4], { difference: -0.09, low: -0.15, high: -0.02 })
    })
    expect(words(other)).not.toContain('does worse')
  })

  test('a choice made on the test films is called optimistic and has no verdict', () => {
    const text = words(render(variants['no verdict']))
    expect(text).toContain('No verdict')
    expect(text).toContain('Optimistic. K was chosen on the test films themselves')
    expect(text).toContain('K was chosen on the test films')
  })

  test('the quick preset is called a demonstration, at the top and in the small print', () => {
    const text = words(render(variants.quick))
    expect(text).toContain('Only a demonstration.')
    expect(text).toContain('This is a demonstration')
  })
})

describe('a generator that is computed at once', () => {
  const computed = words(
    render((result) => {
      const training = { seeds: 1, steps: 1, stepsPerSecond: 1, seconds: 1, parameters: { components: 300 } }
      const curves = { losses: [], shares: [] }
      result.config = { ...result.config, preset: 'quick', generator: { kind: 'pca', components: 100 } }
      result.gan = null
      result.generator = {
        kind: 'pca',
        name: 'principal components',
        noun: 'generator',
        training: { ...training, curves },
      }
    }),
  )

  test('is not spoken of in steps, curves or losses, and nothing is advised that it has not', () => {
    expect(computed).toContain('Draws from the principal components of each class with normal coefficients')
    expect(computed).not.toMatch(/\b1 steps?\b|generator\.steps|losses|Training of the|trains a small/)
  })

  test('has the sources that its page cites, and not those of others', () => {
    for (const author of ['Odena A', 'Kingma DP', 'Efron B', 'Silverman BW'])
      expect(computed, author).not.toContain(author)
    expect(shown).toContain('Odena A')
    for (const text of [computed, shown]) {
      const [before, sources] = text.split(/ Sources (?=Kong HJ)/)
      const cited = [...before.matchAll(/\b([A-Z]\p{L}+)(?: et al\.| and [A-Z]\p{L}+)? (?:19|20)\d\d\b/gu)].map(
        ([, author]) => author,
      )
      expect(cited.length).toBeGreaterThan(5)
      expect([...new Set(cited)].filter((author) => !sources.includes(`${author} `))).toEqual([])
    }
  })
})

describe('what is missing', () => {
  test('numbers are a dash with their reason', () => {
    const text = words(
      render((result) => {
        const on = result.arms[0].evaluations.internal
        on.auc = { value: null, low: null, high: null, method: 'logit DeLong', reason: 'one class only' }
        on.ppv = null
        on.intervals.ppv = {
          value: null,
          low: null,
          high: null,
          method: 'Wilson',
          reason: 'no film was called positive',
        }
        result.search.null = { p: null, quantiles: {}, gain: null, reason: 'one repeat and no case scores' }
      }),
    )
    expect(text).toContain('– AUC of Original films only [OD]: one class only.')
    expect(text).toContain('– PPV of Original films only [OD]: no film was called positive.')
    expect(text).toContain('one repeat and no case scores')
  })

  test('external sets are not needed', () => {
    const text = words(render(() => {}, { external: false }))
    expect(text).toContain('No set from another hospital was given')
    expect(text).not.toContain('bundang')
  })

  test('real films can be left out', () => {
    const input = sampleReportInput()
    const samples = input.samples!.map((one) => ({ ...one, real: [], conventional: [] }))
    const shared = renderReport({ ...input, samples })
    expect(shared).not.toContain('alt="Real film')
    expect(words(shared)).toContain('Real films are left out of this copy.')
    expect(shared).toContain('alt="Synthetic film 1, class healthy"')
  })

  test('curves, samples, searches, comparisons and comparators can be absent', () => {
    const { result } = sampleReportInput()
    Object.assign(result, { comparisons: [], searches: {}, quality: [], seconds: {} })
    Object.assign(result.verdict, { comparators: [], comparator: null })
    expect(words(renderReport({ result }))).toContain('Choosing K')
  })

  test('says why there is no difference where K = 1 on balanced classes added no film', () => {
    const of = (healthy: number) =>
      words(
        render((result) => {
          result.search.kOptimal = 1
          result.dataset.split.train = { healthy, sinusitis: 60 }
          result.comparisons = []
        }),
      )
    const sentence = 'no synthetic film was added (K = 1, classes balanced already), so both are one classifier'
    expect(of(60)).toContain(sentence)
    expect(of(50)).not.toContain(sentence)
    expect(of(50)).toContain('not compared')
  })
})

describe('hostile names', () => {
  const name = `<img src=x onerror=alert(1)>"'&\u0000`

  test('of classes, sets, reasons, arms and settings stay text', () => {
    const hostile = render((result) => {
      const rename = (counts: Record<string, number>) => {
        counts[name] = counts.healthy
        delete counts.healthy
      }
      result.dataset.classes = [name, 'sinusitis']
      for (const counts of [...Object.values(result.dataset.split), result.dataset.external.bundang]) rename(counts)
      result.dataset.name = name
      result.dataset.positive = name
      result.dataset.warnings = [name]
      result.dataset.flow[0].excluded[0].reason = name
      result.quality[0].class = name
      result.backbone.note = name
      result.verdict.text = name
      result.config[name] = name
      result.comparisons[0].method = name
      for (const arm of result.arms) arm.evaluations[name] = arm.evaluations.bundang
      result.dataset.external[name] = result.dataset.external.bundang
      result.arms[1].name = name
    })
    expect(hostile).not.toMatch(/<img src=x/)
    expect(hostile).not.toContain('\u0000')
    const allowed =
      /^<\/?(?:!doctype|html|head|meta|title|link|style|body|header|main|nav|section|div|span|p|h[1-4]|a|b|br|ul|li|dl|dt|dd|figure|figcaption|table|caption|thead|tbody|tr|th|td|details|summary|img|svg|desc|g|path|line|rect|circle|text)\b/i
    for (const [tag] of hostile.matchAll(/<[!/a-z][^>]*>/gi)) expect(tag).toMatch(allowed)
  })

  test('a sample that is not an embedded image is refused', () => {
    const input = sampleReportInput()
    for (const wrong of [
      'https://example.org/x.png',
      'data:text/html,<b>',
      'data:image/svg+xml;base64,AAAA',
      'data:image/png;base64,"><b>',
    ]) {
      const samples = [{ class: 'a', real: [wrong], synthetic: [], conventional: [] }]
      expect(() => renderReport({ ...input, samples })).toThrow(/internal: a sample image/)
    }
  })
})

describe('a search by log loss', () => {
  const byLoss = render(({ search }) => {
    const trials = search.trials.map((trial) => ({
      ...trial,
      scores: trial.scores.map((score) => 2 - score),
      mean: 2 - trial.mean,
    }))
    Object.assign(search, { metric: 'log-loss', better: 'lower', unit: 'nats', trials })
  })
  const said = words(byLoss)

  test('is shown as it is, with its unit and which way is better', () => {
    expect(said).toContain('(log loss in nats, lower is better, mean of 3 repeats;')
    expect(said).toContain('Log loss (nats, lower is better) against the size of the training set')
    expect(said).toContain('The fall in log loss over K = 1 on the tuning films is +0.')
    expect(said).toMatch(/14 \(chosen\) 4,256 1\.\d{3} \(± 0\.044\)/)
    expect(said).toContain(
      'scored by the log loss in nats, lower is better, of probabilities with the prior of the original',
    )
    // The curve goes beyond 1.
    const [, curve] = byLoss.split('Log loss (nats, lower is better) on 32 tuning films against the multiple K')
    expect(curve.slice(0, curve.indexOf('</svg>'))).toMatch(/>1\.[1-9]\d*</)
  })

  test('leaves the verdict and the test films to the AUC', () => {
    expect(said).toContain('Difference in AUC')
    expect(said).toContain('lower limit of the difference in AUC to lie above 0')
    expect(said).toContain('AUC of every arm and control')
    expect(said).not.toMatch(/difference in log loss/i)
  })
})
