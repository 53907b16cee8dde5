/**
 * A finished run as kopt 0.1.0 left it, what is large in it left out, and what 0.1.0 itself said of a film by it:
 * test/golden/run-of-0.1.0. `node scripts/golden/run-of-0.1.0.mjs CHECKOUT`; CHECKOUT: this repository at c2dadef, the last
 * commit of 0.1.0, built there. The backbone (tiny.onnx) is that of test/support/tiny-backbone.ts.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const kopt = path.resolve(process.argv[2], 'dist/cli/main.js')
const golden = path.resolve(import.meta.dirname, '../../test/golden/run-of-0.1.0')
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-0.1.0-'))
const settings = [
  'image.size=[16, 16]',
  'gan.steps=20',
  'gan.width=0.05',
  'gan.batchSize=8',
  'gan.checkpointEvery=10',
  'gan.gridEvery=10',
  'search.kMax=1',
  'search.windowSize=1',
  'compute.threads=1',
  'compute.processes=1',
]

cpSync(path.join(golden, 'tiny.onnx'), path.join(folder, 'tiny.onnx'))
call('demo-data', 'films', '--patients', '16')
const set = settings.flatMap((setting) => ['--set', setting])
const films = ['films/hospital-a', '--external', 'b=films/hospital-b']
call('run', ...films, '--preset', 'quick', '--backbone', 'tiny.onnx', ...set, '--out', 'run')
const film = 'films/hospital-a/healthy/p001_L.png'
const said = ['GCB+OMGDA', 'OD'].map((arm) => JSON.parse(call('predict', 'run', film, '--arm', arm, '--json')))

rmSync(path.join(golden, 'run'), { recursive: true, force: true })
for (const file of ['config.yaml', 'events.jsonl', 'result.json', 'gan/curves.csv', 'private/prepared.json']) keep(file)
cpSync(path.join(folder, 'run/model'), path.join(golden, 'run/model'), { recursive: true })
cpSync(path.join(folder, film), path.join(golden, 'film.png'))
writeFileSync(path.join(golden, 'predictions.json'), `${JSON.stringify(said, null, 1)}\n`)
rmSync(folder, { recursive: true })

function call(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [kopt, ...words], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** As it stands, without the place where it was made, and JSON in a line. */
function keep(file) {
  const text = readFileSync(path.join(folder, 'run', file), 'utf8').replaceAll(folder, '/elsewhere')
  const place = path.join(golden, 'run', file)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, file.endsWith('.json') ? `${JSON.stringify(JSON.parse(text))}\n` : text)
}
