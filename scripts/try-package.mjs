/**
 * `npm run try-package`: the package as others install it. Packs it, installs it into an empty prefix with the registry, then into
 * another from what npm kept of that, without a network, and starts each: version, drawn films, a run, a prediction, a page, the
 * studio. Takes some minutes; needs the registry once.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build, install, npmProgram, root } from './prepare.mjs'

install()
if (!(await build())) process.exit(1)
const work = mkdtempSync(path.join(tmpdir(), 'kopt-package-'))
const windows = process.platform === 'win32'
const environment = { ...process.env, HOME: work, USERPROFILE: work, npm_config_cache: path.join(work, 'cache') }
/** Where nothing answers. */
const nowhere = 'http://127.0.0.1:9'
const noNetwork = { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, https_proxy: nowhere }

try {
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', work], root))
  const tarball = path.join(work, packed.filename)
  console.log(
    `${packed.filename}: ${megabytes(packed.size)}, ${megabytes(packed.unpackedSize)} unpacked, ${packed.entryCount} files`,
  )
  for (const [name, options, without] of [
    ['with the registry', ['--prefer-offline'], {}],
    ['without a network', ['--offline'], noNetwork],
  ]) {
    const prefix = path.join(work, name.replaceAll(' ', '-'))
    mkdirSync(prefix)
    const words = ['install', '--global', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix]
    npm([...words, ...options, tarball], work, without)
    console.log(`${name}: installed, ${megabytes(sizeOf(prefix))}`)
    await firstSteps(prefix, packed.version)
  }
  console.log('both start')
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** What a newcomer does, far from the checkout. */
async function firstSteps(prefix, version) {
  const command = path.join(prefix, windows ? 'kopt.cmd' : path.join('bin', 'kopt'))
  const folder = path.join(prefix, 'steps')
  mkdirSync(folder)
  const kopt = (...words) => run(command, words, { cwd: folder })
  const told = kopt('--version').trim()
  if (told !== version) fail(`kopt --version says ${told}, and the package is ${version}`)
  kopt('demo-data', 'films', '--patients', '16')
  kopt('inspect', 'films/hospital-a')
  const smallest = [
    'image.size=[16, 16]',
    'gan.steps=20',
    'gan.width=0.05',
    'gan.batchSize=8',
    'gan.checkpointEvery=10',
  ]
  const search = ['gan.gridEvery=10', 'search.kMax=1', 'search.windowSize=1', 'search.repeats=1', 'search.rivals=none']
  const settings = [...smallest, ...search].flatMap((setting) => ['--set', setting])
  kopt('run', 'films/hospital-a', '--preset', 'quick', '--backbone', 'scattering', '--out', 'run', ...settings)
  kopt('predict', 'run', 'films/hospital-a/healthy')
  kopt('export', 'run', '--out', 'model', '--page', 'model.html')
  await studioAnswers(command, folder)
}

async function studioAnswers(command, folder) {
  const studio = spawn(command, ['studio', '--no-open'], { cwd: folder, env: environment, shell: windows })
  try {
    const address = await new Promise((resolve, reject) => {
      let text = ''
      const hear = (part) => {
        text += part
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(text)
        if (found) resolve(found[0])
      }
      studio.stdout.on('data', hear)
      studio.stderr.on('data', hear)
      studio.on('exit', (code) => reject(new Error(`kopt studio ended with ${code}: ${text}`)))
    })
    const answer = await fetch(address, { redirect: 'manual' })
    if (answer.status >= 400) fail(`the studio answers ${answer.status}`)
  } finally {
    studio.removeAllListeners('exit')
    studio.kill('SIGINT')
    await new Promise((resolve) => studio.once('exit', resolve))
  }
}

function npm(words, cwd, more = {}) {
  return run(process.execPath, [npmProgram(), ...words], { cwd, env: { ...environment, ...more } })
}

function run(program, words, options) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    env: environment,
    encoding: 'utf8',
    shell: windows && program.endsWith('.cmd'),
    ...options,
  })
  if (error) throw error
  if (status !== 0) fail(`${[path.basename(program), ...words].join(' ')} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

function fail(text) {
  throw new Error(text)
}

function sizeOf(place) {
  const own = statSync(realpathSync(place))
  if (!own.isDirectory()) return own.size
  return readdirSync(place).reduce((sum, name) => sum + sizeOf(path.join(place, name)), 0)
}

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`
}
