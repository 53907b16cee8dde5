/**
 * A step of `npm run check`: every export of src/ is of use. It is imported by another file of src/, by scripts/ or bench/, or
 * stands at an entrance; or its own file uses it and a test does. What a test alone uses is dead, what its file alone uses
 * needs no `export`. Types are not looked at: they name what exported functions take and give.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { root } from './prepare.mjs'

const entrances = ['src/index.ts', 'src/metrics/index.ts', 'src/search/index.ts', 'src/tensor/index.ts']

/** What is called by name: each command's `define`, and what vite.page.config.ts puts in the place of modules that need Node. */
const byName = /^src\/(cli\/commands\/[^/]+: define$|export\/page\/(codec|codecs|zlib)\.ts: )/

/** Slow twins: what tests hold a fast path to, and its comment refers to. */
const twins = ['src/metrics/jackknife.ts: jackknifeInfluence', 'src/metrics/obuchowski-rockette.ts: obuchowskiRockette']

const { fileNames, options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.check.json'), ts.sys.readFile).config,
  ts.sys,
  root,
)
const program = ts.createProgram(fileNames, options)
const checker = program.getTypeChecker()
const place = (file) => path.relative(root, file.fileName).split(path.sep).join('/')
const files = program.getSourceFiles().filter((file) => /^(src|test)\//.test(place(file)))
// What runs in a page is checked by a project of its own, so that its text is all there is to see here.
const programs = ['scripts', 'bench', 'src/export/page'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .filter((name) => /\.(mjs|tsx?)$/.test(name))
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
)

/** Where each declaration is used: 'src', 'test', or its 'own' file. */
const uses = new Map()
const use = (declaration, where) => uses.set(declaration, (uses.get(declaration) ?? new Set()).add(where))

const declarationsOf = (symbol) => {
  const declared = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return declared?.declarations ?? []
}

/** What an identifier means; in `const { name } = await import(...)`, the module's export. */
function meaningOf(node) {
  const { parent } = node
  if (ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)) {
    if ((parent.propertyName ?? parent.name) === node)
      return checker.getTypeAtLocation(parent.parent).getProperty(node.text)
  }
  if (ts.isShorthandPropertyAssignment(parent)) return checker.getShorthandAssignmentValueSymbol(parent)
  return checker.getSymbolAtLocation(node)
}

for (const file of files) {
  const where = place(file).startsWith('src/') ? 'src' : 'test'
  const visit = (node) => {
    if (ts.isIdentifier(node)) {
      for (const declaration of declarationsOf(meaningOf(node))) {
        if (declaration.getSourceFile() !== file) use(declaration, where)
        else if (declaration.name !== node) use(declaration, 'own')
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  if (!entrances.includes(place(file))) continue
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(file)))
    for (const declaration of declarationsOf(symbol)) use(declaration, 'src')
}

const problems = []
for (const file of files) {
  const module = checker.getSymbolAtLocation(file)
  if (!module || !place(file).startsWith('src/')) continue
  for (const symbol of checker.getExportsOfModule(module)) {
    const [declaration] = declarationsOf(symbol)
    if (!declaration || ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration)) continue
    const name = `${place(file)}: ${symbol.name}`
    if (byName.test(name) || twins.includes(name)) continue
    const found = uses.get(declaration) ?? new Set()
    if (found.has('src') || (found.has('own') && found.has('test'))) continue
    if (programs.some((text) => new RegExp(`\\b${symbol.name}\\b`).test(text))) continue
    const what = found.has('own') ? 'is used here alone: drop its export' : 'is used by no part of kopt: remove it'
    problems.push(`${name} ${what}`)
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
