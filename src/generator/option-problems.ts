/** What is wrong with the options of a generator, in words: every unknown key, missing value and value out of range. */
import type { z } from 'zod'
import { nearest, throwProblems } from '../base/errors.js'
import { expectation } from '../base/expectation.js'

/** The options as the schema completes them. Throws one `UserError` with every problem; `noun` says of what. */
export function parseOptions<Schema extends z.ZodObject>(
  schema: Schema,
  options: Readonly<Record<string, unknown>>,
  noun: string,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const parsed = schema.safeParse(given, { reportInput: true })
  if (parsed.success) return parsed.data
  const names = Object.keys(schema.shape)
  const { issues } = parsed.error
  throwProblems(`${noun} options`, [
    ...issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? unknownNames(issue.keys, names) : [])),
    ...issues
      .filter((issue) => issue.code !== 'unrecognized_keys')
      .map((issue) => {
        const name = String(issue.path[0])
        return `${name} is ${JSON.stringify(given[name]) ?? 'missing'}, but ${expectation(issue)}`
      }),
  ])
  throw parsed.error
}

function unknownNames(unknown: readonly string[], names: readonly string[]): string[] {
  return unknown.map((name) => {
    const like = nearest(name, names)
    return `${name} is no option${like ? `; did you mean ${like}?` : `; there are ${names.join(', ')}`}`
  })
}
