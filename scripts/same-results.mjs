/**
 * `node scripts/same-results.mjs OTHER [CASE...]`: small runs with this checkout and with another (both built), and what differs
 * in what they leave, times apart. For a change that should change no result: exit code 1 where one did.
 * Compared to the byte: scores, curves, model, methods text, tables; result.json without its times; every matrix of
 * features and every pool by its content, wherever it lies.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { settings } from './attack/smallest-run.mjs'

const here = fileURLToPath(new URL('..', import.meta.url))
const checkpoint = path.join(here, 'test/golden/checkpoints/chexnet.pth.tar')

const set = (...settings) => settings.flatMap((setting) => ['--set', setting])
const small = set(...settings, 'compute.threads=1', 'compute.processes=1')
const both = ['films/hospital-a', '--external', 'b=films/hospital-b']

/** Command lines of each case; a first word in brackets captures standard output as a file of that name. */
const cases = {
  'one split': [
    ['demo-data', 'films', '--patients', '24'],
    ['run', 'films/hospital-a', ...small, '--out', 'run'],
    ['[predictions.json]', 'predict', 'run', 'films/hospital-b', '--json'],
    ['[inspection.json]', 'inspect', 'films/hospital-a', '--json'],
    ['evaluate', 'run', 'films/hospital-b'],
  ],
  folds: [
    ['demo-data', 'films', '--patients', '24'],
    ['run', ...both, ...small, ...set('resampling.folds=3'), '--out', 'run'],
  ],
  'the paper, two generators': [
    ['demo-data', 'films', '--patients', '24'],
    [
      'run',
      ...both,
      ...small,
      ...set(
        'preset=kong2022',
        'head.epochs=2',
        'search.selectOn=tuning',
        'backbone.name=scattering',
        'gan.seeds=2',
        'search.heads=2',
        'synthetic.excludeCopies=true',
      ),
      '--out',
      'run',
    ],
  ],
  'three classes': [
    ['demo-data', 'films', '--patients', '36', '--classes', '3'],
    ['run', ...both, ...small, '--out', 'run'],
  ],
  'images made elsewhere': [
    ['demo-data', 'films', '--patients', '24'],
    [
      'gan',
      'train',
      'films/hospital-a',
      '--out',
      'gan',
      ...['--size', '16x16', '--steps', '20', '--width', '0.05', '--set', 'batchSize=8'],
    ],
    ['gan', 'sample', 'gan/checkpoint-000020.safetensors', '--out', 'made', '--count', '60'],
    ['run', ...both, ...small, '--synthetic', 'made', '--out', 'run'],
  ],
  'the last block': [
    ['demo-data', 'films', '--patients', '12'],
    ['backbone', 'add', 'chexnet', '--from', checkpoint],
    [
      'run',
      ...both,
      ...small,
      '--backbone',
      'chexnet',
      ...set('backbone.unfreeze=block4', 'backbone.fineTune.steps=2', 'search.kMax=1', 'search.null=false'),
      '--out',
      'run',
    ],
  ],
}

const [other, ...asked] = process.argv.slice(2)
if (!other) {
  console.error('node scripts/same-results.mjs OTHER_CHECKOUT [CASE...]')
  process.exit(2)
}
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-same-'))
let wrong = 0
for (const [name, commands] of Object.entries(cases)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  const [before, after] = [path.resolve(other), here].map((checkout, i) => {
    // Both in the same place: private tables hold absolute paths.
    const cwd = path.join(folder, 'work')
    mkdirSync(cwd)
    const left = leftBy(checkout, cwd, commands)
    renameSync(cwd, path.join(folder, `${name.replaceAll(' ', '-')}-${i === 0 ? 'there' : 'here'}`))
    return left
  })
  const found = differences(before, after)
  wrong += found.length
  console.log(found.length === 0 ? `${name}: the same (${Object.keys(before.files).length} files)` : `${name}: DIFFERS`)
  for (const line of found) console.log(`  ${line}`)
}
if (wrong === 0) rmSync(folder, { recursive: true })
else console.log(`left for you to look at: ${folder}`)
process.exit(wrong === 0 ? 0 : 1)

function leftBy(checkout, cwd, commands) {
  const printed = {}
  for (const command of commands) {
    const into = command[0].startsWith('[') ? command[0].slice(1, -1) : null
    const words = into ? command.slice(1) : command
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(checkout, 'dist/cli/main.js'), ...words],
      {
        cwd,
        encoding: 'utf8',
        env: { ...process.env, CI: '1', KOPT_HOME: path.join(cwd, 'home') },
        maxBuffer: 2 ** 28,
      },
    )
    if (status !== 0) throw new Error(`${checkout}: kopt ${words.join(' ')}\n${stderr}`)
    if (into) printed[into] = into.endsWith('.json') ? timeless(JSON.parse(stdout)) : stdout
  }
  const files = { ...printed }
  const matrices = new Set()
  for (const name of readdirSync(cwd, { recursive: true }).sort()) {
    const file = path.join(cwd, name)
    if (!name.startsWith('run/') || !/\.[a-z0-9]+$/.test(name)) continue
    if (name.endsWith('.npy')) matrices.add(hash(readFileSync(file)))
    else if (/(^|\/)result\.json$|\/external\/.*json$/.test(name))
      files[name] = withoutSpelling(timeless(JSON.parse(readFileSync(file, 'utf8'))))
    else if (/\.(csv|onnx|png|txt|md)$/.test(name) && !/openings|WHAT-MAY/.test(name))
      files[name] = hash(readFileSync(file))
  }
  return { files, matrices }
}

function differences(before, after) {
  const names = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])]
  const lines = names.flatMap((name) => {
    const [a, b] = [before.files[name], after.files[name]]
    if (a === undefined) return [`${name}: only here`]
    if (b === undefined) return [`${name}: only there`]
    if (typeof a === 'string') return a === b ? [] : [`${name}: other bytes`]
    return valueDifferences(a, b, name)
  })
  const lost = [...before.matrices].filter((content) => !after.matrices.has(content)).length
  return lost > 0 ? [...lines, `${lost} of ${before.matrices.size} matrices of before are nowhere now`] : lines
}

function valueDifferences(a, b, place) {
  if (a !== null && b !== null && typeof a === 'object' && typeof b === 'object') {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      valueDifferences(a[key], b[key], `${place}.${key}`),
    )
  }
  return Object.is(a, b) ? [] : [`${place}: ${JSON.stringify(a)} there, ${JSON.stringify(b)} here`]
}

/** Without the configuration, whose keys have other names from version to version, and what a later version adds. */
function withoutSpelling({ config: _config, generator: _generator, ...result }) {
  return result
}

function timeless(value) {
  if (Array.isArray(value)) return value.map(timeless)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).filter(
    ([key]) => !/seconds|started|finished|openedAt|resultHash|PerSecond|timing|durations?/i.test(key),
  )
  return Object.fromEntries(entries.map(([key, inner]) => [key, timeless(inner)]))
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
