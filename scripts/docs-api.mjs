/**
 * `npm run docs:api`: the reference of `kopt/tensor`, `kopt/metrics` and `kopt/search` in docs/api/, written from the doc
 * comments of what they export. With `--check` nothing is written: pages that are out of date are named, exit 1; so are
 * exported functions that say nothing of a parameter or of what they give back.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { root } from './prepare.mjs'

const entrances = ['tensor', 'metrics', 'search']
const notice = '<!-- Written by `npm run docs:api` from the doc comments in src/; change those. -->'

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
)
const files = entrances.map((name) => path.join(root, 'src', name, 'index.ts'))
const program = ts.createProgram(files, { ...options, noEmit: true, incremental: false, tsBuildInfoFile: undefined })
const checker = program.getTypeChecker()

/** What is exported, resolved to where it is declared. */
function exportsOf(entrance) {
  const source = program.getSourceFile(path.join(root, 'src', entrance, 'index.ts'))
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    return { name: symbol.name, symbol: target, declaration: target.declarations[0] }
  })
}

/** The comment at the top of a file. */
function headerOf(source) {
  const text = source.getFullText()
  const [first] = ts.getLeadingCommentRanges(text, 0) ?? []
  return first ? plainComment(text.slice(first.pos, first.end)) : ''
}

function plainComment(comment) {
  const lines = comment
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .split('\n')
  return lines
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim()
}

/** The declaration as it is written, without a function's body. */
function signatureOf({ name, symbol, declaration }) {
  if (ts.isFunctionDeclaration(declaration)) {
    const overloads = symbol.declarations.filter((each) => ts.isFunctionDeclaration(each) && !each.body)
    const shown = overloads.length > 0 ? overloads : [declaration]
    return shown.map((each) => textUpTo(each, each.body)).join('\n')
  }
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
    const [call] = type.getCallSignatures()
    return call ? `function ${name}${checker.signatureToString(call)}` : `const ${name}: ${checker.typeToString(type)}`
  }
  if (ts.isClassDeclaration(declaration)) return classText(name, declaration)
  return textUpTo(declaration)
}

function textUpTo(node, end) {
  const text = node.getSourceFile().text.slice(node.getStart(), end ? end.getFullStart() : node.end)
  return text.replace(/^export /, '').trim()
}

function classText(name, declaration) {
  const heritage = declaration.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? ''
  const members = declaration.members
    .filter((member) => member.name && !ts.isPrivateIdentifier(member.name) && !ts.isConstructorDeclaration(member))
    .map((member) => `  ${textUpTo(member, member.body)}`)
  return `class ${name}${heritage} {\n${members.join('\n')}\n}`
}

const isFunction = ({ symbol, declaration }) =>
  ts.isFunctionDeclaration(declaration) ||
  (ts.isVariableDeclaration(declaration) &&
    checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures().length > 0)

function parametersOf({ symbol, declaration }) {
  const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
  return type.getCallSignatures().at(-1)?.getParameters() ?? []
}

/** Doc comment and tags, those of a file of one function being its header. */
function docOf({ symbol, declaration }) {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const own = ts.getJSDocCommentsAndTags(declaration).length > 0
  return { text: own ? text : '', tags: symbol.getJsDocTags(checker) }
}

const tagText = (tag) =>
  ts
    .displayPartsToString(tag.text)
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')

function sectionOf(entry) {
  const { text, tags } = docOf(entry)
  const lines = [`### ${entry.name}`, '', '```ts', signatureOf(entry), '```']
  if (text) lines.push('', text)
  const parameters = tags.filter((tag) => tag.name === 'param').map(tagText)
  if (parameters.length > 0) lines.push('')
  for (const parameter of parameters)
    lines.push(`- ${parameter.replace(/^(\S+)\s*-?\s*/, '`$1`: ').replaceAll('\n', ' ')}`)
  const others = { returns: 'Gives', throws: 'Throws', source: 'Source:' }
  for (const [name, word] of Object.entries(others)) {
    for (const tag of tags.filter((each) => each.name === name)) lines.push('', `${word} ${tagText(tag)}.`)
  }
  return lines.join('\n')
}

/** What a page says wrongly by leaving it out. */
function gapsOf(entrance) {
  return exportsOf(entrance)
    .filter(isFunction)
    .flatMap((entry) => {
      const { text, tags } = docOf(entry)
      const named = tags.filter((tag) => tag.name === 'param').map((tag) => tagText(tag).split(/[\s.]/)[0])
      const missing = parametersOf(entry).filter(
        (_, i) => !named.includes(parametersOf(entry)[i].name) && named.length <= i,
      )
      const place = `kopt/${entrance}: ${entry.name}`
      return [
        ...(text ? [] : [`${place} has no doc comment`]),
        ...missing.map((parameter) => `${place} says nothing of ${parameter.name}`),
        ...(tags.some((tag) => tag.name === 'returns') ? [] : [`${place} says nothing of what it gives back`]),
      ]
    })
}

function pageOf(entrance) {
  const index = program.getSourceFile(path.join(root, 'src', entrance, 'index.ts'))
  const byFile = new Map()
  for (const entry of exportsOf(entrance)) {
    const source = entry.declaration.getSourceFile()
    byFile.set(source, [...(byFile.get(source) ?? []), entry])
  }
  const sections = [...byFile].map(([source, entries]) => {
    const title = path.basename(source.fileName, '.ts')
    return [`## ${title}`, headerOf(source), ...entries.map(sectionOf)].filter(Boolean).join('\n\n')
  })
  return `${[notice, `# kopt/${entrance}`, headerOf(index), ...sections].join('\n\n')}\n`
}

const check = process.argv.includes('--check')
const problems = entrances.flatMap(gapsOf)
for (const entrance of entrances) {
  const file = path.join(root, 'docs', 'api', `${entrance}.md`)
  const page = pageOf(entrance)
  if (existsSync(file) && readFileSync(file, 'utf8') === page) continue
  if (check) problems.push(`docs/api/${entrance}.md is out of date: npm run docs:api writes it again`)
  else {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, page)
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = check && problems.length > 0 ? 1 : 0
