/**
 * The README's promise, seen from outside: no verb calls a network, and none leaves a file anywhere but where it was told to:
 * the run's folder, the file or folder that was named, the ledger beside the runs, the user's folder of kopt.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tinyBackbone } from './cli/tiny-run.js'
import { kopt, koptFile, temporaryFolder } from './support/kopt.js'
import { needStrace, traced, tracedNode } from './support/strace.js'

const root = path.resolve(import.meta.dirname, '..')

const settings = [
  ...['gan.steps=2', 'gan.width=0.125', 'gan.batchSize=8'],
  ...[
    'search.kMax=2',
    'search.rivals=none',
    'search.selected=false',
    'search.windowSize=1',
    'image.size=[16,16]',
    'backbone.inputSize=[32,32]',
    'compute.threads=1',
    'compute.processes=1',
  ],
].flatMap((setting) => ['--set', setting])
const asked = ['films/hospital-a', '--positive', 'sinusitis', '--preset', 'quick', ...settings]
const archive = 'archive/hospital-a'

/** Every verb at work, in an order in which each finds what it needs. `backbone add` without a file is the one that may. */
const commands: readonly (readonly string[])[] = [
  ['demo-data', 'films', '--patients', '30'],
  ['demo-data', 'archive', '--dicom', '--patients', '6'],
  ['demo-data', 'others', '--seed', '5', '--patients', '12'],
  ['inspect', 'films/hospital-a', '--external', 'b=films/hospital-b', '--out', 'inspection.html'],
  ['plan', ...asked, '--out', 'plan.html'],
  ['run', ...asked, '--external', 'b=films/hospital-b', '--out', 'runs/study'],
  ['resume', 'runs/study'],
  ['start', 'films/hospital-a'],
  ['status', 'runs/study', '--watch'],
  ['list', 'runs'],
  ['report', 'runs/study', '--share'],
  ['predict', 'runs/study', 'films/hospital-a/healthy/p001_L.png'],
  ['evaluate', 'runs/study', 'others/hospital-b', '--name', 'c'],
  ['work', 'runs/study'],
  ['export', 'runs/study', '--out', 'model', '--page', 'model.html'],
  ['clean', 'runs/study'],
  ['completion', 'bash'],
  ['evaluate', 'scores.csv'],
  ['search', 'k.csv', '--window', '1'],
  ['gan', 'train', 'films/hospital-a', '--out', 'generator', '--steps', '2', '--width', '0.125'],
  ['gan', 'sample', 'generator/checkpoint-000002.safetensors', '--count', '3', '--out', 'drawn'],
  ['features', 'films/hospital-a', '--out', 'features.npy'],
  ['quality', 'features.npy', 'features.npy'],
  ['backbone', 'add', 'tiny', '--from', 'backbone.onnx'],
  ['schema', 'config'],
  ['docs', '--no-open'],
  ['manifest', archive, '--labels', `${archive}/labels.csv`, '--match', 'AccessionNumber'],
  ['crop', archive, '--roi', `${archive}/regions.csv`, '--out', 'patches'],
  ['deidentify', archive, '--out', 'cleaned'],
]

/** What a command may write, below the folder it works in. */
const places = [
  ...['films', 'archive', 'others', 'runs', 'generator', 'drawn', 'patches', 'cleaned', 'kopt-home', 'patient-key'],
  ...['inspection.html', 'plan.html', 'features.npy', 'features.csv', 'model'],
]

test('No verb calls a network, and none writes anywhere but where it was told to', { timeout: 600_000 }, (context) => {
  needStrace(context)
  const cwd = temporaryFolder()
  const home = path.join(cwd, 'home')
  mkdirSync(home)
  tinyBackbone(cwd)
  writeFileSync(path.join(cwd, 'scores.csv'), 'label,score\n0,0.1\n1,0.4\n0,0.3\n1,0.8\n1,0.2\n0,0.25\n')
  writeFileSync(path.join(cwd, 'k.csv'), 'k,score\n1,0.7\n2,0.8\n3,0.6\n')
  const log = path.join(temporaryFolder(), 'strace.txt')
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    USERPROFILE: home,
    TMPDIR: path.join(cwd, 'no-temporary-files'),
    KOPT_HOME: path.join(cwd, 'kopt-home'),
    KOPT_PATIENT_KEY_FILE: path.join(cwd, 'patient-key'),
  }
  const mine = (file: string) =>
    places.some((place) => file === place || file.startsWith(`${place}/`) || file.startsWith(`${place}.`))
  for (const words of commands) {
    const { code, stderr, network, written } = traced(words, { cwd, env, log })
    const command = words.slice(0, 2).join(' ')
    expect(code, `${command}: ${stderr}`).toBe(0)
    expect(network, command).toEqual([])
    const elsewhere = written.filter((file) => !/^\/(dev|proc)\//.test(file) && !mine(path.relative(cwd, file)))
    expect(elsewhere, command).toEqual([])
  }
  expect(readdirSync(home)).toEqual([])
  const used = serving(cwd)
  const { code, stderr, network, written } = tracedNode(['-e', used], { cwd, env, log })
  expect(code, stderr).toBe(0)
  expect(
    network.filter((line) => !/inet_addr\("127\.0\.0\.1"\)|inet_pton\(AF_INET6, "::1"|socket\(/.test(line)),
  ).toEqual([])
  expect(network.some((line) => line.includes('bind('))).toBe(true)
  expect(written.filter((file) => !/^\/(dev|proc)\//.test(file))).toEqual([])
  expect(readdirSync(home)).toEqual([])
  // A verb that is new must join the list.
  const verbs = [
    ...kopt(['--help'])
      .stdout.split('Commands:')[1]
      .matchAll(/^ {2}([a-z-]+) /gm),
  ].map(([, verb]) => verb)
  // The studio answers until it is stopped: test/studio/guard.test.ts looks at where. What is cancelled must be at work.
  const known = new Set([...commands.map(([verb]) => verb), 'serve', 'studio', 'cancel'])
  expect(verbs.filter((verb) => verb !== 'help' && !known.has(verb))).toEqual([])
})

/** A program that starts `kopt serve`, has a film judged, and ends it. */
function serving(cwd: string): string {
  const film = path.join(cwd, 'films', 'hospital-a', 'healthy', 'p001_L.png')
  return `
    const { spawn } = require('node:child_process')
    const { readFileSync } = require('node:fs')
    const service = spawn(process.execPath, [${JSON.stringify(koptFile)}, 'serve', 'runs/study', '--port', '0', '--json'])
    service.stderr.pipe(process.stderr)
    service.on('exit', (code) => process.exit(code ?? 1))
    service.stdout.once('data', async (text) => {
      const headers = { 'content-type': 'image/png' }
      const body = readFileSync(${JSON.stringify(film)})
      const { status } = await fetch(JSON.parse(text).address + '/predict', { method: 'POST', headers, body })
      if (status !== 200) process.exit(1)
      service.kill('SIGTERM')
    })`
}

test('strace sees what ONNX Runtime does where it is not kept silent', { timeout: 60_000 }, (context) => {
  needStrace(context)
  const cwd = temporaryFolder()
  const script =
    'const ort = require("onnxruntime-node"); ort.InferenceSession.create(process.argv[1]).then((s) => s.release())'
  const model = tinyBackbone(cwd)
  const calls = (env: NodeJS.ProcessEnv) => {
    const words = ['-e', script, model]
    return tracedNode(words, {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: cwd, ...env },
      log: path.join(cwd, 'log'),
    })
  }
  expect(calls({}).written.filter((file) => file.includes('.cache'))).not.toEqual([])
  expect(calls({ ORT_DISABLE_TELEMETRY: '1' }).written.filter((file) => file.includes('.cache'))).toEqual([])
})
