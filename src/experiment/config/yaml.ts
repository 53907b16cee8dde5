/** YAML as users write it and runs keep it: what is in doubt is an error, and the parser prints nothing itself. */
import { parseDocument } from 'yaml'

/** The plain data of a text; without aliases, which can be nested without end. Throws the first thing that is wrong with it. */
export function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'error' })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem) throw problem
  return document.toJS({ maxAliasCount: 0 })
}
