/**
 * The floors of src/, held: an import points down, never sideways, never up; no circle between files or between folders;
 * a heavy package is imported at its door alone; what also runs in a browser reaches no `node:` module.
 * Type-only imports count. When building teaches a better table, change it here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { trainedKinds } from '../src/generator/registry.js'

const src = path.resolve(import.meta.dirname, '..', 'src')

/** Floor of each folder, and the folders below that it may import. `base` is open to all; the four at the top to all below. */
const floors: Record<string, { floor: number; imports: readonly string[] | 'anything below' }> = {
  base: { floor: 1, imports: [] },
  tensor: { floor: 2, imports: [] },
  metrics: { floor: 2, imports: [] },
  search: { floor: 2, imports: [] },
  image: { floor: 2, imports: [] },
  // What everything that listens has in common.
  http: { floor: 2, imports: [] },
  nn: { floor: 3, imports: ['tensor'] },
  runtime: { floor: 3, imports: ['tensor'] },
  dataset: { floor: 3, imports: ['image'] },
  record: { floor: 3, imports: ['metrics'] },
  // What readers can tell of real and synthetic films.
  readers: { floor: 3, imports: ['metrics'] },
  weights: { floor: 4, imports: ['nn', 'tensor'] },
  generator: { floor: 4, imports: ['nn', 'runtime', 'dataset', 'tensor', 'image'] },
  // Cases and numbers to sentences. Low, so that a run's result holds the same words as the report and the terminal.
  words: { floor: 4, imports: ['metrics', 'search', 'record'] },
  report: { floor: 5, imports: ['words', 'record'] },
  // What takes the generator's place without training; experiment/ fills pools with it as with any other.
  rivals: { floor: 5, imports: ['generator', 'metrics'] },
  backbone: { floor: 5, imports: ['weights', 'nn', 'runtime', 'tensor', 'image'] },
  head: { floor: 6, imports: ['backbone', 'nn', 'runtime', 'tensor', 'image'] },
  scoring: { floor: 7, imports: ['head', 'metrics', 'words', 'record'] },
  synthetic: { floor: 7, imports: ['generator', 'metrics', 'image', 'record'] },
  inspection: { floor: 7, imports: ['dataset', 'head', 'metrics', 'image', 'words', 'record'] },
  export: {
    floor: 7,
    imports: ['report', 'generator', 'backbone', 'head', 'nn', 'runtime', 'tensor', 'image', 'words', 'record'],
  },
  experiment: {
    floor: 8,
    imports: [
      'scoring',
      'synthetic',
      'export',
      'rivals',
      'generator',
      'backbone',
      'head',
      'runtime',
      'dataset',
      'search',
      'metrics',
      'image',
      'words',
      'record',
    ],
  },
  prediction: {
    floor: 9,
    imports: ['experiment', 'head', 'runtime', 'dataset', 'metrics', 'image', 'record'],
  },
  trials: { floor: 9, imports: ['experiment', 'runtime', 'record'] },
  // Predictions for other programs.
  service: { floor: 10, imports: ['prediction', 'http', 'image'] },
  'index.ts': { floor: 10, imports: 'anything below' },
  studio: { floor: 11, imports: 'anything below' },
  cli: { floor: 12, imports: 'anything below' },
}

/**
 * The rooms of each folder that has sub-folders, lowest row first: an import inside the folder stays in its room or points
 * to an earlier row. A room is a sub-folder (`dicom/`), or the folder's own files that one row names; `*` stands for those
 * that no row names.
 */
const rooms: Record<string, readonly (readonly string[])[]> = {
  tensor: [['*'], ['onnx/'], ['index.ts']],
  'tensor/onnx': [['format/'], ['convolution/'], ['*']],
  image: [['raster.ts', 'grey-step.ts'], ['dicom/'], ['*']],
  dataset: [['*'], ['table/'], ['labels/', 'patients/', 'regions/', 'deidentify/'], ['csv-reader.ts', 'open.ts']],
  generator: [
    ['observer.ts', 'contract.ts', 'image-options.ts', 'option-problems.ts', 'snapshot-policy.ts'],
    ['films/'],
    ['acgan/', 'command/', 'edm/', 'given/', 'span/'],
    ['registry.ts', 'checkpoint.ts'],
    ['observers/'],
    ['*'],
  ],
  report: [
    ['*'],
    ['figures/'],
    ['figure-list.ts', 'layout.ts', 'inspection-page.ts', 'plan-page.ts'],
    ['checklists/'],
    ['sections/', 'tables.ts'],
    ['report.ts', 'write-report.ts'],
  ],
  backbone: [['contract.ts', 'trainable-top.ts', 'weights-file.ts'], ['networks/'], ['*']],
  experiment: [
    ['arms.ts', 'config/'],
    ['stage.ts'],
    ['cohort/'],
    ['work/'],
    ['learning/'],
    ['measure/', 'stages/'],
    ['plan/', 'external/', 'run/'],
  ],
  'experiment/config': [['sections/'], ['*']],
  // The page runs in a browser; vite.page.config.ts puts other modules in the place of those that need Node.
  export: [
    ['classifier.ts', 'generator.ts', 'page-facts.ts'],
    ['papers/', 'page/'],
    ['export-run.ts', 'write-page.ts'],
  ],
  // What goes between the two halves, which know nothing else of each other: the page runs in a browser.
  studio: [['wire/'], ['client/', 'server/']],
  'studio/client': [['*'], ['parts/'], ['plan/'], ['screens/'], ['app.tsx', 'main.tsx']],
  'studio/server': [
    ['*'],
    ['datasets/', 'runs/'],
    ['films/', 'predictions/', 'queue/', 'plans/', 'readings/', 'regions/'],
    ['demonstration/', 'synthetic/'],
    ['studio.ts'],
  ],
  cli: [['*'], ['evaluate/', 'guide/'], ['commands/'], ['program.ts', 'main.ts', 'work-process.ts']],
}

/** Packages and the files (or folders, with a slash at the end) that may import them. */
const doors: Record<string, readonly string[]> = {
  'onnxruntime-node': ['runtime/session.ts'],
  '@bufbuild/protobuf': ['tensor/onnx/format/protobuf.ts'],
  sharp: ['image/codec.ts'],
  '@stdlib/stats-base-dists-normal-cdf': ['metrics/distributions.ts'],
  '@stdlib/stats-base-dists-normal-quantile': ['metrics/distributions.ts'],
  '@stdlib/stats-base-dists-t-cdf': ['metrics/distributions.ts'],
  '@stdlib/stats-base-dists-t-quantile': ['metrics/distributions.ts'],
  '@stdlib/stats-base-dists-f-cdf': ['metrics/distributions.ts'],
  '@stdlib/stats-base-dists-f-quantile': ['metrics/distributions.ts'],
  'ml-matrix': ['metrics/fid.ts', 'generator/films/principal-components.ts'],
  'd3-scale': ['report/figures/'],
  'd3-shape': ['report/figures/'],
  zod: [
    'experiment/config/',
    'experiment/work/training.ts',
    'trials/cluster.ts',
    'base/path-schema.ts',
    'base/expectation.ts',
    'generator/contract.ts',
    'generator/image-options.ts',
    'generator/option-problems.ts',
    'generator/acgan/options.ts',
    'generator/edm/options.ts',
    'generator/command/command.ts',
    'generator/given/given.ts',
    'generator/span/',
    'dataset/manifest.ts',
    'dataset/regions/',
    'dataset/deidentify/profile-table.ts',
    'record/figure.ts',
    'record/result.ts',
    'record/clinical-result.ts',
    'record/concern.ts',
    'record/external-set.ts',
    'record/stored-result.ts',
    'record/read-status.ts',
    'record/posted-work.ts',
    'record/recorded-event.ts',
    'backbone/contract.ts',
    'head/classifier-info.ts',
    'head/stored-head.ts',
    'studio/server/',
    'service/answers.ts',
    'service/openapi.ts',
    'readers/reading.ts',
    'synthetic/film-decisions.ts',
  ],
  yaml: ['experiment/config/', 'export/papers/'],
  'csv-parse': ['dataset/table/csv.ts'],
  dcmjs: ['image/dicom/dictionary.ts'],
  'dcmjs-codecs': ['image/dicom/codec-decoder.ts'],
  'onnxruntime-web': ['export/page/film-worker.ts'],
  commander: ['cli/'],
  picocolors: ['cli/terminal.ts'],
  hono: ['studio/server/'],
  '@hono/node-server': ['studio/server/studio.ts'],
  preact: ['studio/client/', 'export/page/'],
  fflate: ['export/page/zlib.ts'],
  '@preact/signals': ['studio/client/'],
}

/** System modules with a door. `node:path`, `node:url` and the like are free outside the pure places. */
const systemDoors: Record<string, readonly string[]> = {
  'node:fs': [
    'base/files.ts',
    'base/regular-file.ts',
    'base/lock-file.ts',
    'base/process-identity.ts',
    'base/process-tree.ts',
    'base/output.ts',
    'base/standard-input.ts',
    'base/lasting-process.ts',
  ],
  'node:fs/promises': ['base/files.ts'],
  'node:child_process': [
    'base/child-process.ts',
    'base/lasting-process.ts',
    'base/program.ts',
    'base/program-process.ts',
    'base/process-tree.ts',
    'base/browser.ts',
    // Commands are the interface of clusters.
    'trials/cluster.ts',
    'cli/supervise.ts',
  ],
  'node:crypto': ['base/hash.ts'],
}

/** Whatever these reach, by any number of steps, is free of `node:`: they also run in a browser. */
const pure = [
  'tensor/',
  'metrics/',
  'search/',
  'scoring/',
  'report/figures/',
  'report/svg.ts',
  'words/',
  'studio/wire/',
  'readers/',
  'studio/client/',
  'record/result.ts',
  'record/events.ts',
  'base/ndarray.ts',
  'base/random.ts',
  'base/errors.ts',
  'base/format.ts',
  'base/logistic.ts',
]

interface Source {
  /** Path in src/, with forward slashes. */
  file: string
  /** Imported files of the project, likewise. */
  files: string[]
  /** Imported packages and system modules, by the name they are imported under. */
  packages: string[]
}

const sources = new Map(readSources().map((source) => [source.file, source]))

describe('the floors of src/', () => {
  it('holds only folders that stand in the table', () => {
    const unknown = [...sources.keys()].map(folderOf).filter((folder) => !(folder in floors))
    expect([...new Set(unknown)]).toEqual([])
  })

  it('is a table in which every arrow points down', () => {
    for (const [folder, { floor, imports }] of Object.entries(floors)) {
      if (imports === 'anything below') continue
      for (const below of imports) expect(floors[below].floor, `${folder} -> ${below}`).toBeLessThan(floor)
    }
  })

  it('stand in CONTRIBUTING as they are', () => {
    const written = readFileSync(path.join(src, '..', 'CONTRIBUTING.md'), 'utf8').matchAll(/^\| (\d+) \| (`.+`) \|$/gm)
    const folders = [...written].flatMap(([, floor, names]) =>
      [...names.matchAll(/`(.+?)`/g)].map(([, name]) => [name, Number(floor)]),
    )
    expect(Object.fromEntries(folders)).toEqual(
      Object.fromEntries(Object.entries(floors).map(([name, { floor }]) => [name, floor])),
    )
  })

  it('imports downward, and only what the table allows', () => {
    const wrong: string[] = []
    for (const { file, files } of sources.values()) {
      for (const imported of files) {
        const [from, to] = [folderOf(file), folderOf(imported)]
        if (from === to || to === 'base') continue
        const { floor, imports } = floors[from]
        const allowed = imports === 'anything below' ? floors[to].floor < floor : imports.includes(to)
        if (!allowed)
          wrong.push(`${file} (${from}, floor ${floor}) imports ${imported} (${to}, floor ${floors[to].floor})`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('imports files that exist', () => {
    const missing = [...sources.values()].flatMap(({ file, files }) =>
      files.filter((imported) => !sources.has(imported)).map((imported) => `${file} imports ${imported}`),
    )
    expect(missing).toEqual([])
  })

  it('has no circle between files', () => {
    expect(findCircle()).toEqual([])
  })

  it('orders the rooms inside each folder', () => {
    const wrong: string[] = []
    for (const { file, files } of sources.values()) {
      for (const imported of files) {
        const folder = commonFolder(file, imported)
        if (folder === '' || !hasRooms(folder)) continue
        const [from, to] = [placeIn(folder, file), placeIn(folder, imported)]
        for (const { room, row } of [from, to]) {
          if (row < 0)
            wrong.push(`${folder}/${room} stands in no row of \`rooms\`: give it one, above all that it imports`)
        }
        if (from.room === to.room || from.row < 0 || to.row < from.row) continue
        const where = to.row === from.row ? 'beside' : 'above'
        wrong.push(
          `${file} imports ${imported}, but ${folder}/${to.room} stands ${where} ${folder}/${from.room} in \`rooms\``,
        )
      }
    }
    expect([...new Set(wrong)]).toEqual([])
  })

  it('has rooms where the table of rooms says', () => {
    const named = Object.entries(rooms).flatMap(([folder, rows]) =>
      rows.flat().map((room) => path.posix.join(folder, room)),
    )
    expect(named.filter((place) => !place.endsWith('*') && !existsSync(path.join(src, place)))).toEqual([])
    expect(Object.keys(rooms).filter((folder) => !hasRooms(folder))).toEqual([])
  })

  it('has no index file but the four entrances', () => {
    const indexes = [...sources.keys()].filter((file) => path.posix.basename(file) === 'index.ts')
    const entrances = ['index.ts', 'metrics/index.ts', 'search/index.ts', 'tensor/index.ts']
    expect(indexes.filter((file) => !entrances.includes(file))).toEqual([])
  })
})

describe('the doors', () => {
  it('are the only places that import their package', () => {
    const wrong: string[] = []
    for (const { file, packages } of sources.values()) {
      for (const name of packages) {
        const places = name.startsWith('node:') ? systemDoors[name] : (doors[packageName(name)] ?? [])
        if (places && !within(file, places))
          wrong.push(`${file} imports ${name}; its door: ${places.join(', ') || 'none'}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('write system modules with node: in front', () => {
    const bare = [...sources.values()].flatMap(({ file, packages }) =>
      packages.filter((name) => builtinModules.includes(name)).map((name) => `${file} imports ${name}`),
    )
    expect(bare).toEqual([])
  })

  it('stand where the table says', () => {
    const places = [...Object.values(doors), ...Object.values(systemDoors)].flat()
    expect(places.filter((place) => !existsSync(path.join(src, place)))).toEqual([])
  })
})

describe('the pure places', () => {
  it('reach no system module', () => {
    const wrong: string[] = []
    for (const start of sources.keys()) {
      if (!within(start, pure)) continue
      for (const file of reachedFrom(start)) {
        const systems = sources.get(file)?.packages.filter((name) => name.startsWith('node:')) ?? []
        for (const name of systems) wrong.push(`${start} reaches ${name} through ${file}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a process that fits heads', () => {
  it('loads no package at its start: there are many, each short', () => {
    const packages = new Set<string>()
    const loaded = new Set<string>()
    const load = (file: string) => {
      if (loaded.has(file)) return
      loaded.add(file)
      // Types are gone from what was built, and what is loaded later is no statement.
      const built = readFileSync(path.join(src, '..', 'dist', file), 'utf8')
      for (const [, specifier] of built.matchAll(
        /^(?:import\s(?:[^'"]*\sfrom\s)?|export\s(?:\*|\{[^}]*\})\s*from\s)['"]([^'"]+)['"]/gm,
      )) {
        const target = path.posix.join(path.posix.dirname(file), specifier)
        if (specifier.startsWith('.')) load(target)
        else if (!specifier.startsWith('node:')) packages.add(`${file}: ${specifier}`)
      }
    }
    load('trials/work-process.js')
    expect([...loaded]).toContain('head/train-logistic.js')
    expect([...packages]).toEqual([])
  })
})

describe('a kind of generator that is trained', () => {
  /** Where one is named outside of generator/, and why. */
  const named: Record<string, string> = {
    'record/generator-of.ts': 'results of 0.1 knew it alone',
    'words/generator.ts': 'a table of words, with words for whatever kind has none there',
  }

  it.each(trainedKinds.map(({ kind }) => kind))('(%s) is named in its folder and by the registry alone', (kind) => {
    const folder = `generator/${['pca', 'smoothed'].includes(kind) ? 'span' : kind}/`
    const importing = [...sources.values()].filter(({ files }) => files.some((file) => file.startsWith(folder)))
    const outside = importing.map(({ file }) => file).filter((file) => !file.startsWith(folder))
    expect([...new Set(outside)]).toEqual(['generator/registry.ts'])
    const naming = [...sources.keys()].filter((file) => !file.startsWith('generator/') && names(file, kind))
    expect(naming.filter((file) => !(file in named))).toEqual([])
  })

  /** `stopCause` is "stop" and "cause". */
  const wordsIn = (text: string) => text.split(/(?<=[a-z])(?=[A-Z])|[^A-Za-z]+/).map((part) => part.toLowerCase())

  /** Whether a name or a text of a file, but no comment, has the word in it. */
  function names(file: string, word: string): boolean {
    const text = readFileSync(path.join(src, file), 'utf8')
    if (!text.toLowerCase().includes(word)) return false
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest)
    const found = (node: ts.Node): boolean =>
      ((ts.isIdentifier(node) ||
        ts.isLiteralExpression(node) ||
        ts.isTemplateHead(node) ||
        ts.isTemplateMiddleOrTemplateTail(node)) &&
        wordsIn(node.text).includes(word)) ||
      (ts.forEachChild(node, (child) => found(child) || undefined) ?? false)
    return found(tree)
  }
})

function readSources(): Source[] {
  const names = readdirSync(src, { recursive: true, encoding: 'utf8' }).map((name) => name.split(path.sep).join('/'))
  return names
    .filter((name) => /\.tsx?$/.test(name))
    .sort()
    .map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path.join(src, file), 'utf8'), true, true)
      // What a bundler is to make of a file stands behind a question mark.
      const specifiers = importedFiles.map((entry) => entry.fileName.replace(/\?.*/, ''))
      return {
        file,
        files: specifiers.filter((name) => name.startsWith('.')).map((name) => resolveFrom(file, name)),
        packages: specifiers.filter((name) => !name.startsWith('.')),
      }
    })
}

function resolveFrom(file: string, specifier: string): string {
  const beside = path.posix.join(path.posix.dirname(file), specifier)
  const written = [beside.replace(/\.js$/, '.ts'), beside.replace(/\.js$/, '.tsx')]
  return written.find((name) => existsSync(path.join(src, name))) ?? beside.replace(/\.js$/, '.ts')
}

/** First folder of a path in src/; a file beside the folders is its own. */
function folderOf(file: string): string {
  return file.split('/')[0]
}

/** The deepest folder that holds both files; '' for src/ itself. */
function commonFolder(a: string, b: string): string {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)]
  const end = left.findIndex((name, i) => name !== right[i])
  return (end < 0 ? left : left.slice(0, end)).join('/')
}

function hasRooms(folder: string): boolean {
  return [...sources.keys()].some(
    (file) => file.startsWith(`${folder}/`) && file.slice(folder.length + 1).includes('/'),
  )
}

/** The room of `folder` that a file below it stands in, and its row in the table; -1 where the table has none. */
function placeIn(folder: string, file: string): { room: string; row: number } {
  const [first, ...deeper] = file.slice(folder.length + 1).split('/')
  const rows = rooms[folder] ?? []
  const rowOf = (name: string) => rows.findIndex((names) => names.includes(name))
  if (deeper.length > 0) return { room: `${first}/`, row: rowOf(`${first}/`) }
  const row = rowOf(first) >= 0 ? rowOf(first) : rowOf('*')
  const own = rows[row]?.filter((name) => !name.endsWith('/')) ?? ['*']
  return { room: own.join(' '), row }
}

function packageName(specifier: string): string {
  const parts = specifier.split('/')
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]
}

function within(file: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place))
}

function reachedFrom(start: string): Set<string> {
  const reached = new Set([start])
  for (const file of reached) for (const next of sources.get(file)?.files ?? []) reached.add(next)
  return reached
}

/** The files of one circle in order, or an empty list. */
function findCircle(): string[] {
  const finished = new Set<string>()
  const trail: string[] = []
  const visit = (file: string): string[] => {
    if (finished.has(file)) return []
    const at = trail.indexOf(file)
    if (at >= 0) return [...trail.slice(at), file]
    trail.push(file)
    for (const next of sources.get(file)?.files ?? []) {
      const circle = visit(next)
      if (circle.length > 0) return circle
    }
    trail.pop()
    finished.add(file)
    return []
  }
  for (const file of sources.keys()) {
    const circle = visit(file)
    if (circle.length > 0) return circle
  }
  return []
}
