/**
 * A step of `npm run check`: what an index or a key finds counts as possibly nothing (TypeScript's noUncheckedIndexedAccess)
 * everywhere but in the places below. A place without such a find any more must leave the list.
 */
import path from 'node:path'
import ts from 'typescript'
import { root } from './prepare.mjs'

const loops =
  'loops over numbers, whose lengths are checked before: a check of every element would say nothing and cost time'

/** Files, or folders that end in a stroke, and why they are left out. */
const exempt = {
  'tensor/': loops,
  'metrics/': loops,
  'search/': loops,
  'head/cross-entropy.ts': loops,
  'head/fine-tune.ts': loops,
  'head/head.ts': loops,
  'head/lbfgs.ts': loops,
  'head/probability.ts': loops,
  'head/train-adam.ts': loops,
  'head/train-logistic.ts': loops,
  'generator/films/class-films.ts': loops,
  'generator/films/principal-components.ts': loops,
  'generator/span/weighted-sum.ts': loops,
  'image/augment.ts': loops,
  'image/crop.ts': loops,
  'image/dicom/samples.ts': loops,
  'image/fingerprint.ts': loops,
  'image/grid.ts': loops,
  'image/intensity.ts': loops,
  'image/likeness.ts': loops,
  'image/raster.ts': loops,
  'image/resize.ts': loops,
  'inspection/earlier-alike.ts': loops,
  'inspection/film-measures.ts': loops,
  'rivals/': loops,
  'backbone/input.ts': loops,
  'backbone/networks/fourier.ts': loops,
  'base/random.ts': loops,
  'dataset/demo-radiograph.ts': loops,
  'dataset/phantom.ts': loops,
  'dataset/split.ts': loops,
}

const { fileNames, options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
)
const program = ts.createProgram(fileNames, {
  ...options,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  incremental: false,
  tsBuildInfoFile: undefined,
})
const source = (file) => path.relative(path.join(root, 'src'), file.fileName).split(path.sep).join('/')
const places = Object.keys(exempt)
const isIn = (name, place) => (place.endsWith('/') ? name.startsWith(place) : name === place)
const placeOf = (name) => places.find((place) => isIn(name, place))

const problems = []
const needed = new Set()
for (const file of program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(path.join(root, 'src')))) {
  const place = placeOf(source(file))
  const found = place !== undefined && needed.has(place) ? [] : program.getSemanticDiagnostics(file)
  if (found.length > 0 && place !== undefined) needed.add(place)
  else problems.push(...found)
}
for (const { file, start, messageText } of problems) {
  const { line } = file.getLineAndCharacterOfPosition(start)
  console.error(`src/${source(file)}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}
const stale = places.filter((place) => !needed.has(place))
for (const place of stale)
  console.error(`src/${place} is held by now: take it off the list in scripts/check-indices.mjs`)
process.exitCode = problems.length + stale.length > 0 ? 1 : 0
