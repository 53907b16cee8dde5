/** Provenance: versions, seed, machine, backbone, time, and every value of the configuration. Paths are cut to their last part. */

import { count, counted, duration } from '../../base/format.js'
import { generatorOf, isTrainedInSteps } from '../../record/generator-of.js'
import type { Result } from '../../record/result.js'
import { secondsInAll, stageWords } from '../../record/stage.js'
import { madeWithoutTraining, sizeInShort } from '../../words/generator.js'
import { html, type Markup } from '../html.js'
import { section, table } from '../layout.js'

function sizeAndSteps(result: Result, steps: number): string {
  const trained = isTrainedInSteps(generatorOf(result)) ? counted(steps, 'step') : ''
  return [sizeInShort(result), trained].filter(Boolean).join(', ') || 'no network'
}

export function provenance(result: Result): Markup {
  const { tool, device, backbone, dataset } = result
  const { training, noun } = generatorOf(result)
  const facts: [string, string][] = [
    ['Program', `${tool.name} ${tool.version}, result schema ${result.schemaVersion}`],
    ['Seed', String(result.seed)],
    ['Machine', `${device.provider}, ${device.threads} threads, ${device.platform}, Node ${device.node}`],
    ['Backbone', `${backbone.name}, ${count(backbone.features)} features, input ${backbone.inputSize.join(' × ')}`],
    ['Backbone, SHA-256', backbone.hash],
    [
      training ? noun.replace(/^[a-z]/, (letter) => letter.toUpperCase()) : 'GAN',
      training ? sizeAndSteps(result, training.steps) : `none: synthetic films ${madeWithoutTraining(result)}`,
    ],
    ['Image size', dataset.imageSize.join(' × ')],
  ]
  return section(
    'provenance',
    'Provenance',
    html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
    timeTable(result),
    html`<h3>Configuration</h3><dl class="facts config">${flatten(result.config).map(([key, value]) => html`<div><dt>${key}</dt><dd>${value}</dd></div>`)}</dl>`,
    html`<p class="caption">The same numbers, not rounded: result.json and tables/. Films are named by ids of this run; paths and patients are in private/films.csv only.</p>`,
  )
}

function timeTable(result: Result): Markup | undefined {
  const stages = Object.entries(result.seconds)
  if (stages.length === 0) return undefined
  return table({
    caption: html`<b>Time spent</b> in each stage. Features and the arms without a generator are worked on while it trains; of the two the longer counts.`,
    dense: true,
    columns: [{ label: 'Stage' }, { label: 'Time', numeric: true }],
    rows: [
      ...stages.map(([stage, seconds]) => ({ cells: [stageName(stage), duration(seconds)] })),
      { cells: ['in all', duration(secondsInAll(stages))], strong: true },
    ],
  })
}

/** In the words of the terminal; `folds` are all stages of the outer folds. */
function stageName(stage: string): string {
  if (stage === 'folds') return 'the outer folds'
  return stageWords(stage)
}

/** `{generator: {steps: 600}}` as `generator.steps`, `600`. A path tells more about its owner than a report should: only its last part is shown. */
function flatten(value: unknown, place = ''): [string, string][] {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) => flatten(inner, place ? `${place}.${key}` : key))
  }
  const shown = Array.isArray(value) ? value.map((one) => scalar(one)).join(', ') : scalar(value)
  return [[place, shown]]
}

function scalar(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return /^(\/|[A-Za-z]:[\\/]|\\\\|~\/)/.test(text)
    ? `…/${text.split(/[\\/]/).findLast((part) => part !== '') ?? ''}`
    : text
}
