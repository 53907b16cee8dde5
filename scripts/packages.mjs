/**
 * Each package of plain JavaScript as one file in `dist/packages`, which what was built imports in place of the package's many:
 * loading zod, yaml and the distributions file by file took most of the time in which a command starts. Packages with native
 * code or data files, and those that few commands load, stay where they are. The packages' licences lie beside.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const joined = /^(zod|yaml|ml-matrix|csv-parse|commander|picocolors|@bufbuild|@stdlib|d3-scale|d3-shape)(\/|$)/
const statement = /^import (.+) from '([^']+)';$/gm

/** `dist`'s imports of packages lead to their files from here on; made anew where they or the lockfile have changed. */
export async function joinPackages(root) {
  const dist = path.join(root, 'dist')
  const folder = path.join(dist, 'packages')
  const names = new Map()
  for (const file of filesBelow(dist)) {
    const text = readFileSync(file, 'utf8')
    const redirected = text.replaceAll(statement, (line, imported, from) => {
      const name = packageOf(from, file, folder)
      if (name === undefined) return line
      names.set(name, new Set([...(names.get(name) ?? []), ...namesIn(imported)]))
      const target = path.relative(path.dirname(file), fileOf(folder, name)).split(path.sep).join('/')
      return `import ${imported} from '${target.startsWith('.') ? target : `./${target}`}';`
    })
    if (redirected !== text) writeWhole(file, redirected)
  }
  const entries = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, imported]) => ({ name, text: `export { ${[...imported].sort().join(', ')} } from '${name}'\n` }))
  const made = JSON.stringify([entries, readFileSync(path.join(root, 'package-lock.json'), 'utf8')])
  const record = path.join(dist, '.packages.json')
  if (existsSync(folder) && existsSync(record) && readFileSync(record, 'utf8') === made) return
  rmSync(record, { force: true })
  await bundle(root, folder, entries)
  writeWhole(record, made)
}

/** The package that is meant by what a file in `dist` imports; none where it is not one of those. */
function packageOf(from, file, folder) {
  if (joined.test(from)) return from
  if (!from.startsWith('.')) return undefined
  const target = path.relative(folder, path.resolve(path.dirname(file), from))
  return target.startsWith('..') ? undefined : target.split(path.sep).join('/').replace(/\.js$/, '')
}

function fileOf(folder, name) {
  return `${path.join(folder, ...name.split('/'))}.js`
}

/** What of a package is imported: `{ a, b as c }` or a name for its default. */
function namesIn(imported) {
  const list = /^\{ (.+) \}$/.exec(imported)
  return list ? list[1].split(', ').map((name) => name.split(' as ')[0]) : ['default']
}

async function bundle(root, folder, entries) {
  const { build } = await import('vite')
  const texts = new Map(entries.map(({ name, text }) => [`\0${name}`, text]))
  const draft = `${folder}.new`
  const { output } = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    plugins: [
      {
        name: 'entries',
        enforce: 'pre',
        resolveId(id, importer) {
          if (texts.has(id)) return id
          return texts.has(importer) ? this.resolve(id, path.join(root, 'package.json')) : undefined
        },
        load: (id) => texts.get(id),
      },
    ],
    build: {
      ssr: true,
      outDir: draft,
      emptyOutDir: true,
      rolldownOptions: {
        input: Object.fromEntries(entries.map(({ name }) => [name, `\0${name}`])),
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
  writeFileSync(path.join(draft, 'LICENSES.txt'), licences(new Set(modules.map((id) => packageRoot(id)))))
  rmSync(folder, { recursive: true, force: true })
  renameSync(draft, folder)
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

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name)
    if (entry.isDirectory()) {
      if (!/^\.|^packages(\.new)?$/.test(entry.name) && place !== path.join(folder, 'page')) yield* filesBelow(place)
    } else if (entry.name.endsWith('.js')) yield place
  }
}

function writeWhole(file, text) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
