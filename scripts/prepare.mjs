/** Installs what is missing and builds: what `npm start`, `npm test` and `npm run build` begin with. Plain Node, no shell. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { joinPrograms } from './programs.mjs'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`kopt needs Node 20.19 or newer, but this is ${process.versions.node}; get one from https://nodejs.org`)
  process.exit(1)
}

/** A Node program to its end, on this terminal. Returns its exit code. */
export function runNode(args, options = {}) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) throw error
  return status ?? 1
}

/** The start file of a package's command, for `runNode`. */
export function binary(name, file) {
  return path.join(root, 'node_modules', name, file)
}

/** `npm ci`, where `node_modules` is absent or differs from the lockfile. */
export function install() {
  if (installed()) return
  console.error('Installing what is missing (npm ci) ...')
  const code = runNode([npmProgram(), 'ci', '--no-audit', '--no-fund'])
  if (code !== 0) {
    console.error('npm ci failed; its message stands above. It needs the npm registry once, the program itself never.')
    process.exit(1)
  }
}

/** Compiles `src` to `dist`, joins it to a few files and copies the data files (tables, scripts for others) that stand there; unchanged sources cost a second. Returns whether it compiled. */
export async function build() {
  if (!existsSync(path.join(root, 'dist'))) console.error('Building (a minute) ...')
  const code = runNode([binary('typescript', 'bin/tsc'), '-p', 'tsconfig.json'])
  copyData()
  removeOrphans()
  await joinPrograms(root)
  return code === 0 && buildPages() && buildSite()
}

/** The pages for a browser, each where it is older than its sources or their tools; they bundle files of other folders of `src`, too. */
function buildPages() {
  return buildPage('vite.config.ts', 'studio') && buildPage('vite.page.config.ts', 'export')
}

function buildPage(config, folder) {
  const page = path.join(root, 'dist', folder, 'page', 'index.html')
  const sources = [path.join(root, 'src'), path.join(root, config), path.join(root, 'package-lock.json')]
  if (existsSync(page) && Math.max(...sources.map(newest)) < statSync(page).mtimeMs) return true
  return runNode([binary('vite', 'bin/vite.js'), 'build', '--config', path.join(root, config)]) === 0
}

/** The documents as pages, where one of them is newer. */
function buildSite() {
  const page = path.join(root, 'dist', 'site', 'index.html')
  const names = [
    'docs',
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'package.json',
    'package-lock.json',
    'scripts/site',
  ]
  const sources = names.map((name) => path.join(root, name))
  if (existsSync(page) && Math.max(...sources.map(newest)) < statSync(page).mtimeMs) return true
  return runNode([path.join(root, 'scripts', 'site.mjs')]) === 0
}

/** When a file, or the latest in a folder, was changed. */
function newest(place) {
  const own = statSync(place)
  if (!own.isDirectory()) return own.mtimeMs
  return Math.max(0, ...readdirSync(place).map((name) => newest(path.join(place, name))))
}

/** Of `src`: what becomes pages. */
const pageSources = [path.join('studio', 'client'), path.join('export', 'page', path.sep)]

/** Data files of `src`, which the compiler leaves aside, to their places in `dist`. */
function copyData() {
  for (const entry of readdirSync(path.join(root, 'src'), { recursive: true })) {
    if (!isData(entry)) continue
    const target = path.join(root, 'dist', entry)
    mkdirSync(path.dirname(target), { recursive: true })
    copyFileSync(path.join(root, 'src', entry), target)
  }
}

function isData(entry) {
  return /\.(json|mjs|py)$/.test(entry) && !pageSources.some((folder) => entry.startsWith(folder))
}

function installed() {
  const hidden = path.join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  const wanted = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || entry.optional || entry.devOptional || entry.peer) return true
    return present[name]?.version === entry.version
  })
}

export function npmProgram() {
  const folder = path.dirname(process.execPath)
  const places = [
    process.env.npm_execpath,
    path.join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    path.join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const found = places.find((place) => place && /\.c?js$/.test(place) && existsSync(place))
  if (found) return found
  console.error('npm was not found beside Node; run `npm ci` once, then try again.')
  process.exit(1)
}

/** What stands in dist without a source of the same name: pages and joined programs. */
const builtBeside = [
  path.join('studio', 'page'),
  path.join('export', 'page', path.sep),
  path.join('programs', path.sep),
  path.join('site', path.sep),
]

/** Compiled files whose source is gone would still be found by an import. */
function removeOrphans() {
  const dist = path.join(root, 'dist')
  if (!existsSync(dist)) return
  for (const entry of readdirSync(dist, { recursive: true })) {
    if (builtBeside.some((place) => entry.startsWith(place))) continue
    const source = isData(entry) ? entry : entry.replace(/(\.d\.ts|\.js)$/, '.ts')
    if ((source.endsWith('.ts') || isData(source)) && !existsSync(path.join(root, 'src', source)))
      rmSync(path.join(dist, entry))
  }
}
