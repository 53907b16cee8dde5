/**
 * What Node starts and what others import, each joined with all that it loads to a few files in `dist/programs` (`cli/main` is
 * `cli-main.js` there): the 700 files that a run consists of cost a quarter of a second each time. Our modules and packages of plain
 * JavaScript are joined; packages with native code or data files, and those that few commands load, stay where they are. The
 * licences of what is joined lie beside.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const joinedPackages =
  /^(zod|yaml|ml-matrix|csv-parse|commander|picocolors|@bufbuild|@stdlib|d3-[a-z]+|internmap)(\/|$)/
const startedByName = /\bbuiltModule\('([^']+)'\)/g

/** Makes `dist/programs`, where it was not made from what `dist` holds now. */
export async function joinPrograms(root) {
  const dist = path.join(root, 'dist')
  const modules = modulesBelow(dist).map((file) => [path.relative(dist, file), readFileSync(file, 'utf8')])
  const lock = path.join(root, 'package-lock.json')
  const state = createHash('sha256').update(JSON.stringify(modules))
  if (existsSync(lock)) state.update(readFileSync(lock))
  const made = state.digest('hex')
  const folder = path.join(dist, 'programs')
  const record = path.join(dist, '.programs')
  if (existsSync(folder) && existsSync(record) && readFileSync(record, 'utf8') === made) return
  rmSync(record, { force: true })
  await join(root, [...importedByOthers(root), ...modules.flatMap(([, text]) => startedIn(text))])
  writeFileSync(record, made)
}

/** The command, what answers several of them in one process, and each door for other programs: `tensor/index` for `tensor-index.js`. */
function importedByOthers(root) {
  const { bin, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
  const doors = Object.values(exports).map(({ types }) => types.replace(/^\.\/dist\/(.+)\.d\.ts$/, '$1'))
  const names = [...doors, 'cli/main', 'cli/program']
  const told = [...Object.values(exports).map((door) => door.default), ...Object.values(bin)]
  for (const [i, place] of told.entries()) {
    const joined = `dist/programs/${fileOf(names[i])}`
    if (path.posix.normalize(place) !== joined) throw new Error(`package.json leads to ${place} instead of ${joined}`)
  }
  return names
}

const startedIn = (text) => [...text.matchAll(startedByName)].map(([, name]) => name)

const fileOf = (name) => `${name.replaceAll('/', '-')}.js`

async function join(root, names) {
  const { build } = await import('vite')
  const dist = path.join(root, 'dist')
  const folder = path.join(dist, 'programs')
  const draft = `${folder}.new`
  const { output } = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: [joinedPackages] },
    plugins: [{ name: 'place', enforce: 'pre', transform: (code, id) => placed(code, path.relative(dist, id)) }],
    build: {
      ssr: true,
      outDir: draft,
      emptyOutDir: true,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [fileOf(name).slice(0, -3), path.join(dist, `${name}.js`)])),
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'shared-[hash].js',
          comments: { legal: true, annotation: false, jsdoc: false },
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  })
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds).filter((id) => path.isAbsolute(id))
  const packages = new Set(modules.map((id) => packageRoot(id)))
  packages.delete(root)
  writeFileSync(path.join(draft, 'LICENSES.txt'), licences(packages))
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
}

/** A module that asks where it lies is told the place from which it was taken. */
function placed(code, file) {
  if (file.startsWith('..')) return undefined
  const place = `new URL(${JSON.stringify(`../${file.split(path.sep).join('/')}`)}, import.meta.url).href`
  return code.replaceAll('import.meta.url', place)
}

/** The innermost folder around a file whose package.json has a version. */
function packageRoot(file) {
  let folder = path.dirname(file)
  while (!existsSync(path.join(folder, 'package.json')) || manifestOf(folder).version === undefined)
    folder = path.dirname(folder)
  return folder
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
}

/** Each text once, under the packages that have it. */
function licences(roots) {
  const bearers = new Map()
  for (const folder of roots) {
    const { name, version, license } = manifestOf(folder)
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    const text = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim()).join('\n\n')
    bearers.set(text, [...(bearers.get(text) ?? []), `${name} ${version} (${license})`])
  }
  const parts = [...bearers].map(([text, names]) => `${names.sort().join('\n')}\n\n${text}\n`)
  return parts.sort().join(`\n${'-'.repeat(72)}\n\n`)
}

/** What the compiler has made; pages and what is joined already stand beside. */
function modulesBelow(dist) {
  return readdirSync(dist, { recursive: true })
    .filter(
      (file) =>
        file.endsWith('.js') &&
        !/^(programs(\.new)?|site|studio\/page|export\/page\/assets)\//.test(file.split(path.sep).join('/')),
    )
    .map((file) => path.join(dist, file))
    .sort()
}
