/**
 * A step of `npm run check`: in the rooms below, where input from outside is read, what an index or a key finds counts as
 * possibly nothing (TypeScript's noUncheckedIndexedAccess). The numeric rooms are left out: their loops run over arrays
 * whose lengths they have checked, and a check of every element would say nothing and cost time.
 */
import path from 'node:path'
import ts from 'typescript'
import { root } from './prepare.mjs'

const rooms = ['weights/', 'record/', 'dataset/deidentify/', 'dataset/regions/', 'dataset/table/']

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
const problems = program
  .getSourceFiles()
  .filter((file) => rooms.some((room) => source(file).startsWith(room)))
  .flatMap((file) => program.getSemanticDiagnostics(file))
for (const { file, start, messageText } of problems) {
  const { line } = file.getLineAndCharacterOfPosition(start)
  console.error(`src/${source(file)}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
}
process.exitCode = problems.length > 0 ? 1 : 0
