/**
 * `npm run docs:api`: the reference of `kopt`, `kopt/tensor`, `kopt/metrics` and `kopt/search` in docs/api/, written from the
 * doc comments of what they export. With `--check` nothing is written: pages that are out of date are named, exit 1; so are
 * exported functions that say nothing of a parameter or of what they give back.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { root } from './prepare.mjs'

/** By the name of its page, what each is imported as. */
const entrances = { kopt: 'kopt', tensor: 'kopt/tensor', metrics: 'kopt/metrics', search: 'kopt/search' }
const notice = '<!-- Written by `npm run docs:api` from the doc comments in src/; change those. -->'

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  root,
)
const program = ts.createProgram(Object.keys(entrances).map(indexOf), {
  ...options,
  noEmit: true,
  incremental: false,
  tsBuildInfoFile: undefined,
})
const checker = program.getTypeChecker()

function indexOf(entrance) {
  return path.join(root, 'src', entrance === 'kopt' ? '' : entrance, 'index.ts')
}

/** What is exported, resolved to where it is declared. */
function exportsOf(entrance) {
  const source = program.getSourceFile(indexOf(entrance))
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
    // It may be exported by another name.
    const renamed = (text) => text.replace(`function ${symbol.name}`, `function ${name}`)
    return shown.map((each) => renamed(textUpTo(each, each.body))).join('\n')
  }
  if (ts.isVariableDeclaration(declaration)) {
    const type = checker.getTypeOfSymbolAtLocation(symbol, declaration)
    const [call] = type.getCallSignatures()
    if (call) return `function ${name}${checker.signatureToString(call)}`
    const text = checker.typeToString(type)
    return `const ${name}: ${text.length > longestType ? type.symbol.name : text}`
  }
  if (ts.isClassDeclaration(declaration)) return classText(name, declaration)
  return textUpTo(declaration)
}

/** Of a type that is spelled out; a schema's would fill a page. */
const longestType = 100

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
      const place = `${entrances[entrance]}: ${entry.name}`
      return [
        ...(text ? [] : [`${place} has no doc comment`]),
        ...missing.map((parameter) => `${place} says nothing of ${parameter.name}`),
        ...(tags.some((tag) => tag.name === 'returns') ? [] : [`${place} says nothing of what it gives back`]),
      ]
    })
}

function pageOf(entrance) {
  const index = program.getSourceFile(indexOf(entrance))
  const byFile = new Map()
  for (const entry of exportsOf(entrance)) {
    const source = entry.declaration.getSourceFile()
    byFile.set(source, [...(byFile.get(source) ?? []), entry])
  }
  const sectionsOf = (source) => (byFile.get(source) ?? []).map(sectionOf)
  const others = [...byFile.keys()].filter((source) => source !== index)
  const sections = others.map((source) => {
    const title = path.basename(source.fileName, '.ts')
    return [`## ${title}`, headerOf(source), ...sectionsOf(source)].filter(Boolean).join('\n\n')
  })
  return `${[notice, `# ${entrances[entrance]}`, headerOf(index), ...sectionsOf(index), ...sections].join('\n\n')}\n`
}

const check = process.argv.includes('--check')
const problems = Object.keys(entrances).flatMap(gapsOf)
for (const entrance of Object.keys(entrances)) {
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
