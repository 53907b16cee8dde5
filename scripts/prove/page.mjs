/** The tables of docs/proof.md from proof/*.json, each study's between marks of its own; what stands around them is written by hand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { readJson, writeAtomic } from '../../dist/base/files.js'
import { percentage, proportion, signed } from '../../dist/base/format.js'
import { regretsAgainst } from './summary.mjs'
import { handedOver } from './synthetic.mjs'

/** Writes the tables of every study that has found something; a study that the page does not name yet comes last. */
export function writePage(page, studyFolder) {
  const before = existsSync(page) ? readFileSync(page, 'utf8') : '# Proof\n'
  const names = readdirSync(studyFolder)
    .flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []))
    .sort()
  const found = names.map((name) => readJson(path.join(studyFolder, `${name}.json`)))
  const ofStudies = found.reduce(
    (text, study) => placed(text, marksOf(study.name), study.name, tablesOf(study)),
    before,
  )
  const after = placed(ofStudies, together, 'All studies', defaultsTable(found))
  if (after !== before) writeAtomic(page, after)
}

const together = {
  begin: '<!-- All studies together, as `npm run prove` left them. -->',
  end: '<!-- End of all studies. -->',
}

function marksOf(name) {
  return {
    begin: `<!-- The study ${name}, as \`npm run prove -- ${name}\` left it. -->`,
    end: `<!-- End of the study ${name}. -->`,
  }
}

function placed(text, { begin, end }, title, tables) {
  const made = `${begin}\n\n${tables}\n\n${end}`
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  return from < 0 || to < from
    ? `${text.trimEnd()}\n\n## ${title}\n\n${made}\n`
    : text.slice(0, from) + made + text.slice(to + end.length)
}

/** What the search does where nobody says otherwise. */
const preset = { metric: 'auc', rule: 'sliding window of 12' }

function defaultsTable(studies) {
  const columns = [
    ...studies.map(({ name, cells }) => ({ title: name, cells })),
    { title: 'all', cells: studies.flatMap(({ cells }) => cells) },
  ].map(({ title, cells }) => ({ title, rows: regretsAgainst(preset, cells) }))
  const cellOf = ({ rows }, { metric, rule }) => {
    const row = rows.find((other) => other.metric === metric && other.rule === rule)
    return row ? `${thousandths(row.difference)}; ${row.cohorts}` : ''
  }
  return titled(
    `Regret less that of ${preset.metric} with a ${preset.rule}, in thousandths of AUC (below 0 is better); cohorts, each counted once whatever was added to it`,
    ['by', 'rule', ...columns.map(({ title }) => title)],
    columns.at(-1).rows.map((row) => [row.metric, row.rule, ...columns.map((column) => cellOf(column, row))]),
  )
}

function tablesOf(found) {
  const { cells, minutes, planned } = found
  const cohorts = cells.reduce((sum, cell) => sum + cell.cohorts, 0)
  return [
    `${found.about.trim()} ${cohorts} of ${planned} cohorts, ${Math.round(minutes)} minutes of one core in all. In brackets 95 % limits over cohorts.`,
    truthTable(found),
    verdictTable(found),
    searchTable(found),
    curveTable(found),
    regretTable(found),
    worthTable(found),
    intervalTable(found),
  ]
    .filter((part) => part !== null)
    .join('\n\n')
}

function truthTable({ cells, delta }) {
  const arms = Object.keys(cells[0].aucs)
  return titled(
    'AUC of the arms on all films that a cohort has not used',
    [
      'synthetic films are',
      'films',
      'cohorts',
      ...arms,
      'gain over the best other arm',
      `cohorts with a gain of ${delta} or more`,
    ],
    cells.map((cell) => [
      ...named(cell),
      cell.cohorts,
      ...arms.map((arm) => auc(cell.aucs[arm])),
      difference(cell.gain),
      shareText(cell.worthwhile),
    ]),
  )
}

/** By source and size; where there are several sources, all of them together too. */
function verdictTable({ cells, verdicts, study }) {
  const rowsOf = (names, found) =>
    found.map((verdict) => [
      ...names,
      verdict.set === 'drawn' ? verdict.films : `${verdict.films} (${verdict.set})`,
      verdict.asked,
      ...['yes', 'no', 'falseYes', 'falseNo', 'power'].map((key) => shareText(verdict[key])),
    ])
  return titled(
    'What the verdict says, by test films',
    [
      'synthetic films are',
      'films',
      'test films',
      'asked',
      'yes',
      'no',
      'yes without a gain',
      'no in spite of one',
      'yes where there is one',
    ],
    [
      ...cells.flatMap((cell) => rowsOf(named(cell), cell.verdicts)),
      ...(study.synthetic.length > 1 ? rowsOf(['any of these', ''], verdicts) : []),
    ],
  )
}

function searchTable({ cells }) {
  return titled(
    'What the search claims, and what its K is worth over K = 1',
    [
      'synthetic films are',
      'films',
      'median K',
      'p of its null <= 0.05',
      'gain on the films that chose',
      'gain in truth',
      'best K among those not told apart',
      'share of K not told apart',
      'AUC on test films that have chosen K, less the truth',
    ],
    cells.map((cell) => [
      ...named(cell),
      cell.search.medianK,
      shareText(cell.search.claims),
      difference(cell.search.seenGain),
      difference(cell.search.trueGain),
      shareText(cell.search.bestAmongIndistinguishable),
      percentage(cell.search.indistinguishable.value),
      difference(cell.choices.find(({ metric }) => metric === 'auc of the test films').optimism),
    ]),
  )
}

function curveTable({ cells }) {
  const ks = [...new Set(cells.flatMap(({ curve }) => curve.map(({ k }) => k)))].sort((a, b) => a - b)
  const cellAt = (cell, k) => {
    const tried = cell.curve.find((point) => point.k === k)
    if (!tried) return ''
    const fewer = tried.cohorts < cell.cohorts ? `, ${tried.cohorts} cohorts` : ''
    return k === ks[0] ? `AUC ${auc(tried.auc)}` : `${difference(tried.overFirst)}${fewer}`
  }
  return titled(
    `The truth about each K: AUC at K = ${ks[0]}, and by how much the others lie above it`,
    ['K', ...cells.map(title)],
    ks.map((k) => [k, ...cells.map((cell) => cellAt(cell, k))]),
  )
}

function regretTable({ cells }) {
  const choices = [
    ...new Map(
      cells.flatMap((cell) => cell.choices.map(({ metric, rule }) => [`${metric} ${rule}`, { metric, rule }])),
    ).values(),
  ]
  const cellOf = (cell, { metric, rule }) => {
    const choice = cell.choices.find((other) => other.metric === metric && other.rule === rule)
    return choice ? `${unsigned(choice.regret)}, K = ${choice.medianK}` : ''
  }
  return titled(
    'Regret: AUC of the best K there was less that of the chosen one, and the median of the K chosen',
    ['by', 'rule', ...cells.map(title)],
    choices.map((choice) => [choice.metric, choice.rule, ...cells.map((cell) => cellOf(cell, choice))]),
  )
}

/** Of real films alone the worth is known. */
function worthTable({ cells }) {
  const known = cells.filter(({ source, worth }) => source === 'unseen' && worth.cohorts > 0)
  if (known.length === 0) return null
  return titled(
    'What the added films were worth, in real films (they were real ones)',
    [
      'films',
      'trained on',
      'cohorts',
      'added (median)',
      'estimated (median)',
      'limits hold the number added',
      'limits too high',
      'limits too low',
      'limits from none to as many as can be said',
    ],
    known.map(({ size, trained, worth }) => [
      size,
      trained,
      worth.cohorts,
      Math.round(worth.medianAdded),
      worth.medianValue >= trained ? `${trained} or more` : Math.round(worth.medianValue),
      ...['inside', 'below', 'above', 'nothingSaid'].map((key) => shareText(worth[key])),
    ]),
  )
}

/** Of sets that are small beside the truth, which is an estimate itself. */
function intervalTable({ intervals, study }) {
  const small = intervals.filter(({ films }) => films <= study.truth / 3)
  if (small.length === 0) return null
  return titled(
    'How often 95 % limits hold the truth',
    ['of', 'test films', 'limits', 'truth inside', 'truth below', 'truth above', 'median width'],
    small.map(({ of, films, limits, inside, below, above, width }) => [
      of,
      films,
      limits,
      ...[inside, below, above].map(shareText),
      proportion(width),
    ]),
  )
}

function titled(title, header, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [`${title}:`, '', line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function named({ source, size }) {
  return [wordsOf(source), size]
}

function title({ source, size }) {
  return `${wordsOf(source)}, ${size} films`
}

function wordsOf(source) {
  return handedOver[source]?.words ?? `of \`${source}\``
}

function auc({ value, low, high }) {
  return low === null ? proportion(value) : `${proportion(value)} (${proportion(low)} to ${proportion(high)})`
}

function difference({ value, low, high }) {
  return low === null ? signed(value) : `${signed(value)} (${signed(low)} to ${signed(high)})`
}

function unsigned({ value, low, high }) {
  return low === null ? value.toFixed(4) : `${value.toFixed(4)} (${Math.max(0, low).toFixed(4)} to ${high.toFixed(4)})`
}

function thousandths({ value, low, high }) {
  const text = (auc) => signed(1000 * auc, 1)
  return low === null ? text(value) : `${text(value)} (${text(low)} to ${text(high)})`
}

/** Counts of nothing have no share. */
function shareText({ value, low, high }) {
  return value === null ? '' : `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`
}
