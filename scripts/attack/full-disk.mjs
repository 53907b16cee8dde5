/**
 * A disk that is full, at every stage of a run: a sentence, nothing lost, and the same bytes once there is room.
 * The disk is one in memory whose size is changed while it is in use; mounting it needs root on Linux.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { filesOf, promisedBy } from './damage.mjs'
import { enough, mountDisk } from './disk.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, isSentence, kopt, oneProcess } from './surroundings.mjs'

/** What is at work at the same time: each is met with the others done, or their files may find no room first. */
const sideBySide = ['state/early-arms.json', 'state/rivals.json', 'state/train-gan.json']

/**
 * The stages of a run: how the attack calls them, the files after which a run has come past one, and the files that it writes.
 * `event`: as events.jsonl calls it, for where a file of every stage (events, checksums, the cache of features) found no room.
 */
const stages = [
  {
    name: 'preparing the films',
    event: 'prepare-data',
    past: ['state/prepare-data.json'],
    writes: /^(private\/.*\.npy|private\/prepared\.json|state\/prepare-data\.json)$/,
  },
  {
    name: 'extracting features',
    event: 'extract-features',
    past: ['state/extract-features.json'],
    writes: /^(features\/(train|selection)(-native)?\.npy|state\/extract-features\.json)$/,
  },
  {
    name: 'scoring the arms that need no generator',
    event: 'early-arms',
    past: sideBySide,
    writes: /^(features\/conventional-.*|trials\/OD.*|state\/early-arms\.json)$/,
  },
  {
    name: 'scoring the rivals',
    event: 'rivals',
    past: sideBySide,
    writes: /^(features\/rival-.*|trials\/(duplicates|smote|gaussian|pca|smoothed)-.*|state\/rivals\.json)$/,
  },
  {
    name: 'training the GAN',
    event: 'train-gan',
    past: sideBySide,
    writes: /^(gan\/.*|state\/train-gan\.json)$/,
  },
  {
    name: 'drawing synthetic images',
    event: 'fill-pool',
    past: ['state/fill-pool.json'],
    writes: /^((pool|features)\/synthetic-.*|state\/fill-pool\.json)$/,
  },
  {
    name: 'searching K (trials)',
    event: 'search-k',
    past: ['state/search-k.json'],
    writes: /^(trials\/GCB(?!\+OMGDA=selected).*|state\/search-k\.json)$/,
  },
  {
    name: 'scoring selected films',
    event: 'select-films',
    past: ['state/select-films.json'],
    writes: /^(trials\/GCB\+OMGDA=selected.*|state\/select-films\.json)$/,
  },
  {
    name: 'scoring the test sets',
    event: 'evaluate-arms',
    past: ['state/evaluate-arms.json'],
    writes: /^(features\/(native-)?test-.*|scores\/.*|state\/evaluate-arms\.json)$/,
  },
  {
    name: 'measuring the synthetic images',
    event: 'measure-synthetic',
    past: ['state/measure-synthetic.json'],
    writes: /^(private\/closest-pairs\.json|state\/measure-synthetic\.json)$/,
  },
  {
    name: 'exporting the model',
    event: 'export-model',
    past: ['state/export-model.json'],
    writes: /^(model\/.*|state\/export-model\.json)$/,
  },
  { name: 'writing the result', past: ['result.json'], writes: /^result\.json$/ },
  {
    name: 'writing the report',
    past: ['result.json'],
    writes: /^(report\.html|methods\.md|(tables|figures)\/.*)$/,
    // written anew before, under another name at first
    rewrites: 'result.json',
  },
]
const isCache = (file) => /^features\/cache-/.test(file)

const step = 2 ** 17

export async function fullDisk({ folder, short }) {
  const place = path.join(folder, 'disk')
  mkdirSync(place)
  const disk = mountDisk(place)
  if (disk.problem) return { rows: [['a small disk', 0, `not tried: ${disk.problem}`]], failures: [] }
  try {
    const films = await cohort(folder)
    const whole = path.join(folder, 'whole')
    const undisturbed = await kopt(runWords(films, whole))
    if (undisturbed.code !== 0) return { rows: [], failures: [`a run with room enough: ${answerText(undisturbed)}`] }
    const failures = []
    const rows = []
    const commands = oneProcess()
    for (const stage of stages) rows.push(await fillAt(stage, { disk, whole, failures, short, commands }))
    await commands.close()
    if (!short) rows.push(...(await growFromNothing({ disk, whole, films, failures })))
    return { rows, failures }
  } finally {
    disk.unmount()
  }
}

/** A run that has come to a stage on a disk with next to no room, then twice as much again and again. */
async function fillAt(stage, { disk, whole, failures, short, commands }) {
  const before = failures.length
  const run = disk.emptied('run')
  rewound(whole, run, stage)
  let met = 0
  let full = 0
  const begun = disk.used() + (stage.rewrites ? statSync(path.join(run, stage.rewrites)).size : 0)
  for (let room = 2 * disk.block; ; room *= 2) {
    disk.resize(room < enough ? begun + room : enough)
    const answer = await commands.ask(['resume', run])
    if (answer.code === 0) break
    full++
    const wrong = wrongWith(answer)
    if (wrong) failures.push(`${stage.name}, with room for ${room >> 10} kB: ${wrong}`)
    if (stageOf(answer, run) === stage.name) met++
    if (room >= enough) break
    if (short && met > 0) room = enough / 2
  }
  if (met === 0) failures.push(`${stage.name}: the disk was never full then`)
  failures.push(...unlike(whole, run).map((text) => `${stage.name}, with room again: ${text}`))
  const end = failures.length === before ? 'the same bytes with room again' : 'see below'
  const elsewhere = full > met ? `, ${full - met} in another stage` : ''
  return [`full while ${stage.name}`, `${met}${elsewhere}`, end]
}

/** From a disk that holds nothing, larger by 128 kB after every failure. */
async function growFromNothing({ disk, whole, films, failures }) {
  const run = disk.emptied('grown')
  const met = new Map()
  let answer
  let full = 0
  for (let size = step; size < enough; size += step) {
    disk.resize(size)
    const begun = existsSync(path.join(run, 'config.yaml'))
    answer = await kopt(begun ? ['resume', run] : runWords(films, run))
    if (answer.code === 0) break
    full++
    const stage = begun ? (stageOf(answer, run) ?? 'between two stages') : 'beginning'
    met.set(stage, (met.get(stage) ?? 0) + 1)
    const wrong = wrongWith(answer)
    if (wrong) failures.push(`${size >> 10} kB: ${wrong}`)
    if (begun && !existsSync(path.join(run, 'config.yaml'))) failures.push(`${size >> 10} kB: the run folder is gone`)
  }
  const other = unlike(whole, run)
  failures.push(...other.map((text) => `grown from nothing: ${text}`))
  const at = [...met].map(([stage, times]) => `${stage} (${times})`).join(', ')
  return [
    ['full from the start, 128 kB more each time', `${full} times`, `while ${at}`],
    ['room enough at last', 1, other.length === 0 ? 'the same bytes as undisturbed' : 'see below'],
  ]
}

/** What is not as promised of a run that found no room. */
function wrongWith(answer) {
  return isSentence(answer) && /the disk is full; free some space/.test(answer.stderr) ? undefined : answerText(answer)
}

/** The stage whose file found no room. */
function stageOf({ stderr }, run) {
  const [, place = ''] = /^(.+) can't be written: the disk is full/m.exec(stderr) ?? []
  const file = path.relative(run, path.resolve(place)).split(path.sep).join('/')
  const byFile = stages.find(({ writes }) => writes.test(file))
  return (byFile ?? stages.find(({ event }) => event !== undefined && event === stageBegun(run)))?.name
}

/** The last stage that was begun and not finished, by the events. */
function stageBegun(run) {
  const file = path.join(run, 'events.jsonl')
  if (!existsSync(file)) return undefined
  const begun = new Set()
  const said = /"type":"stage-(started|finished)","stage":"([^"]+)"/g
  for (const [, what, stage] of readFileSync(file, 'utf8').matchAll(said)) {
    if (what === 'started') begun.add(stage)
    else begun.delete(stage)
  }
  return [...begun].at(-1)
}

/** In what a run is not what an undisturbed one is. */
function unlike(whole, run) {
  const other = differences(promisedBy(whole), promisedBy(run))
  const [names, expected] = [new Set(filesOf(run)), new Set(filesOf(whole))]
  const missing = [...expected].filter((name) => !names.has(name) && !isCache(name))
  const more = [...names].filter((name) => !expected.has(name))
  return [
    ...(other.length > 0 ? [`other bytes in ${other.join(', ')}`] : []),
    ...(missing.length > 0 ? [`no ${missing.join(', ')}`] : []),
    ...(more.length > 0 ? [`files that should not be there: ${more.join(', ')}`] : []),
  ]
}

/** A copy of a run as it was when a stage began: what the stage writes is gone, and all that came later, with the checksums. */
function rewound(whole, run, { past, writes }) {
  cpSync(whole, run, { recursive: true })
  const record = path.join(run, 'state', 'checksums.sha256')
  const lines = readFileSync(record, 'utf8').trimEnd().split('\n')
  const fileOf = (line) => line.slice(66)
  const ends = past.map((file) => lines.findIndex((line) => fileOf(line) === file))
  if (ends.includes(-1)) throw new Error(`no checksum of one of ${past.join(', ')}`)
  const kept = lines.slice(0, Math.max(...ends) + 1)
  const before = kept.map(fileOf).filter((file) => !writes.test(file))
  const later = new Set(lines.map(fileOf).filter((file) => !before.includes(file)))
  for (const file of filesOf(run)) {
    const gone = later.has(file) || writes.test(file) || stages.at(-1).writes.test(file) || isCache(file)
    if (gone) rmSync(path.join(run, file))
  }
  writeFileSync(
    record,
    kept
      .filter((line) => !writes.test(fileOf(line)))
      .join('\n')
      .concat('\n'),
  )
}
