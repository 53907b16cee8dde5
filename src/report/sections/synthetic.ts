/** Synthetic films: samples beside real ones (the paper's Figures 6 and 7), how the generator trained, how alike its films are (Figure S2). */

import { capitalised } from '../../base/capitalised.js'
import { absent, count, counted, duration, fixed, listing, rate } from '../../base/format.js'
import { generatorOf } from '../../record/generator-of.js'
import type { Result } from '../../record/result.js'
import type { ClosestPairs } from '../../record/samples.js'
import { augmentationWords } from '../../words/augmentation.js'
import { batchSizeOf, generatorWords, weightsOfNetworks } from '../../words/generator.js'
import { likenessInWords } from '../../words/likeness.js'
import { metricName, metricValue, metricWithDirection } from '../../words/search-metric.js'
import { snapshotsChosen } from '../../words/snapshots.js'
import type { FigureList } from '../figure-list.js'
import { type Content, html, type Markup } from '../html.js'
import { bullets, figureBlock, section, table } from '../layout.js'
import { syntheticQuality } from './synthetic-quality.js'

/** Images of one class as `data:` addresses; lists may be empty, as in a report to share without real films. */
export interface ClassSamples {
  class: string
  real: readonly string[]
  synthetic: readonly string[]
  conventional: readonly Readonly<Record<string, string>>[]
}

export function synthetic(
  result: Result,
  samples: readonly ClassSamples[],
  closest: ClosestPairs,
  figures: FigureList,
): Markup {
  return section(
    'synthetic',
    'Synthetic films',
    html`<p>${origin(result)}</p>`,
    snapshotTable(result),
    sampleFigure(samples, result),
    conventionalFigure(result, samples),
    figureBlock(
      figures.get('training-curves'),
      html`<b>Training of the ${generatorWords(result).noun}.</b> ${generatorWords(result).curves}`,
    ),
    similarityFigure(result, figures),
    syntheticQuality(result, closest),
  )
}

function origin(result: Result): Content {
  const { synthetic, dataset } = result
  const { training } = generatorOf(result)
  const [height, width] = dataset.imageSize
  const size = `Films have ${height} × ${width} pixels here.`
  if (training) {
    const { steps, seconds, stepsPerSecond, parameters, curves } = training
    const batch = batchSizeOf(result)
    const introduced = html`${generatorWords(result).introduced} learned from the training films alone`
    const early = endsEarly(synthetic?.kMax, 'Without those that were left out, its films')
    if (curves.losses.length === 0) return html`${introduced}, in ${duration(seconds)}.${early} ${size}`
    return html`${introduced}: ${count(steps)} steps${batch !== undefined && ` on batches of ${count(batch)}`}, ${duration(seconds)} at ${rate(stepsPerSecond)} steps a second; ${weightsOfNetworks(parameters, 'parameters').join(', ')}.${early} ${size}`
  }
  if (synthetic?.source === 'called') return calledOrigin(result, synthetic, size)
  if (synthetic?.source !== 'given') return size
  const { images, trainingFilms, kMax, order } = synthetic
  return html`The synthetic films were made elsewhere (${ofClasses(images)}) and taken ${order === 'name' ? 'in the order of their names, the same in every repeat' : 'in an order drawn for each repeat'}. <b>Which films their generator has seen is not known here:</b> if test films were among them, the figures of the arms with synthetic films are too good.${endsEarly(kMax, 'They')}${copiesAmong(trainingFilms)} ${size}`
}

/** What each snapshot scored, and which was taken. */
function snapshotTable(result: Result): Markup | undefined {
  const choices = snapshotsChosen(result)
  if (!choices) return undefined
  const { search } = result
  const { noun } = generatorOf(result)
  const several = choices.length > 1
  return table({
    caption: html`<b>Snapshots of the ${noun}</b>, and how a head trained on the films of each alone does on ${counted(search.selectionCases, `${search.selectOn} film`)} (${metricWithDirection(search)}, ± standard error over patients). Taken is the earliest within one standard error of the best, the error being that of their difference. Tuning films chose it, not test films, so these scores are too good to be taken as performance.`,
    columns: [
      ...(several ? [{ label: capitalised(noun) }] : []),
      { label: 'Step', numeric: true },
      { label: 'Films of each class', numeric: true },
      { label: `${capitalised(metricName(search))} (± error)`, numeric: true },
    ],
    rows: choices.flatMap(({ gan, step: taken, scores }) =>
      scores.map(({ step, images, score, se }) => ({
        cells: [
          ...(several ? [count(gan)] : []),
          html`${count(step)}${step === taken && ' (taken)'}`,
          count(images),
          score === null ? absent : `${metricValue(search, score)} (± ${fixed(se)})`,
        ],
        strong: step === taken,
      })),
    ),
  })
}

type Called = Extract<NonNullable<Result['synthetic']>, { source: 'called' }>

function calledOrigin(result: Result, { images, trainingFilms, kMax, calls, seconds }: Called, size: string): Content {
  const often = calls > 1 ? `, called ${count(calls)} times, each with a seed of its own` : ''
  return html`${generatorWords(result).introduced} made the synthetic films (${ofClasses(images)}) from the training films alone, in ${duration(seconds)}${often}. What else it reads or knows is not known here.${endsEarly(kMax, 'They')}${copiesAmong(trainingFilms)} ${size}`
}

function ofClasses(images: Readonly<Record<string, number>>): string {
  return listing(Object.entries(images).map(([label, n]) => `${count(n)} of class ${label}`))
}

function copiesAmong(trainingFilms: Readonly<Record<string, number>>): Content {
  const copies = Object.values(trainingFilms).reduce((a, b) => a + b, 0)
  return (
    copies > 0 && html` <b>${counted(copies, 'of them equals a training film', 'of them equal training films')}.</b>`
  )
}

function endsEarly(kMax: { asked: number; used: number } | undefined, films: string): Content {
  return (
    kMax &&
    kMax.used < kMax.asked &&
    ` ${films} are enough up to K = ${kMax.used}: the search ends there and not at ${kMax.asked}.`
  )
}

function sampleFigure(samples: readonly ClassSamples[], { synthetic }: Result): Markup | undefined {
  if (samples.every((one) => one.real.length === 0 && one.synthetic.length === 0)) return undefined
  const reasons = [
    ...(synthetic?.excluded ? ['suspected copies'] : []),
    ...(synthetic?.rejected ? ['those that a person has rejected'] : []),
  ]
  const withheld = samples.every((one) => one.real.length === 0)
  const row = (title: string, kind: string, one: ClassSamples, images: readonly string[]) =>
    images.length > 0 &&
    html`<div class="kind">${title}</div><div class="strip">${images.map((uri, i) => html`<img src="${uri}" alt="${kind} film ${i + 1}, class ${one.class}">`)}</div>`
  return html`<figure class="samples">
${samples.map((one) => html`<div role="group" aria-label="${one.class}"><h4>${one.class}</h4>${row('Real', 'Real', one, one.real)}${row('Synthetic', 'Synthetic', one, one.synthetic)}</div>\n`)}
<figcaption><b>${withheld ? 'Synthetic films' : 'Real and synthetic films'} of each class</b> (as the paper’s Figure 6). Synthetic films are drawn in order from the seed, not picked${reasons.length > 0 && `, but for ${listing(reasons)}, which are left out`}.${withheld && ' Real films are left out of this copy.'}</figcaption>
</figure>\n`
}

function conventionalFigure(result: Result, samples: readonly ClassSamples[]): Markup | undefined {
  if (samples.every((one) => one.conventional.length === 0)) return undefined
  const triple = (one: ClassSamples, images: ClassSamples['conventional'][number]) =>
    html`<div class="triple">${Object.entries(images).map(([kind, image]) => html`<span><img src="${image}" alt="${kind} film, class ${one.class}">${kind}</span>`)}</div>`
  return html`<figure class="samples">
${samples.map((one) => one.conventional.length > 0 && html`<div role="group" aria-label="${one.class}"><h4>${one.class}</h4><div class="triples">${one.conventional.map((images) => triple(one, images))}</div></div>\n`)}
<figcaption><b>Conventional augmentation</b> (as the paper’s Figure 7): an original film, and each change by itself at its largest. A variant is ${augmentationWords(result)}.</figcaption>
</figure>\n`
}

function similarityFigure(result: Result, figures: FigureList): Markup | undefined {
  const [measured] = result.quality
  if (measured === undefined) return undefined
  const { metric, pairs } = measured.msSsim
  const readings = result.quality.map((one) => {
    const { real, synthetic: made } = one.msSsim
    const compared = likenessInWords(one.msSsim, 'films')
    if (compared === undefined) return `${one.class}: ${absent}, too few films to pair.`
    return `${one.class}: synthetic ${fixed(made.mean)}, real ${fixed(real.mean)}; synthetic films are ${compared}.`
  })
  return html`${figureBlock(
    figures.get('similarity'),
    html`<b>How alike the films of a class are</b> (as the paper’s Figure S2): ${metric}, mean of ${count(pairs)} random pairs with its 95 % interval.`,
  )}${bullets(readings)}${byMultipleFigure(result, figures)}`
}

/** Where each K had films of its own to pair. */
function byMultipleFigure({ quality }: Result, figures: FigureList): Markup | undefined {
  const [first] = quality
  return (
    first &&
    figureBlock(
      figures.get('similarity-by-k'),
      html`<b>The same for the films that each K adds</b> (the paper’s Figure S2 as it was drawn): ${count(first.msSsim.pairs)} random pairs among the synthetic films of K that are not in the set of K − 1, bars and bands 95 % limits; from the first pool. One generator draws them all, so no K should differ from another; differences between K are chance.`,
    )
  )
}
