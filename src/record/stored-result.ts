/** What a finished run left, read back and checked: its result, and the sets that were added to it later. */
import { z } from 'zod'
import { UserError } from '../base/errors.js'
import { exists, listDirectory, readJson } from '../base/files.js'
import { version } from '../base/version.js'
import { type ExternalSet, externalSet } from './external-set.js'
import { type Result, result as resultSchema } from './result.js'
import type { RunDirectory } from './run-directory.js'
import { requireWhole } from './seals.js'

/** result.json, checked. Throws a `UserError` for a run that has not finished, and for a result that is none. */
export function readResult(directory: RunDirectory): Result {
  if (!exists(directory.result)) {
    throw new UserError(`${directory.root} has no result yet; let the run finish: kopt resume ${directory.root}`)
  }
  requireWhole(directory, directory.result)
  const content = readJson(directory.result)
  const parsed = resultSchema.safeParse(content)
  if (parsed.success) return parsed.data
  const later = laterForm.safeParse(content)
  if (later.success) throw new UserError(`${directory.result} ${laterWords(later.data)}`)
  throw new UserError(
    `${directory.result} is not a result of version 1: ${firstIssue(parsed.error)}; restore it from the run`,
  )
}

/** Every added set, by name; none where `kopt evaluate RUN DATASET` was never called. */
export function readExternalSets(directory: RunDirectory): ExternalSet[] {
  const files = listDirectory(directory.external).filter(({ name }) => name.endsWith('.json'))
  return files
    .map(({ name }) => `${directory.external}/${name}`)
    .sort()
    .map((file) => {
      requireWhole(directory, file, 'remove it and evaluate the films again')
      const parsed = externalSet.safeParse(readJson(file))
      if (parsed.success) return parsed.data
      throw new UserError(
        `${file} is not an added set: ${firstIssue(parsed.error)}; remove it and evaluate the films again`,
      )
    })
}

/** What is known of a result that a later version has written in a form of its own. */
const laterForm = z.object({
  schemaVersion: z.int().min(2),
  tool: z
    .object({ version: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+[-.0-9A-Za-z]{0,30}$/) })
    .optional()
    .catch(undefined),
})

function laterWords({ schemaVersion, tool }: z.infer<typeof laterForm>): string {
  const by = tool ? `kopt ${tool.version}` : 'a later kopt'
  return `was written by ${by} in form ${schemaVersion}, and this is kopt ${version}, which reads form 1; use that version for this run, or bring this one up to date`
}

interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
  readonly message: string
}

/** The first of what a schema found: where, and what. */
function firstIssue({ issues, message }: SchemaError): string {
  const [first] = issues
  return first ? `${first.path.join('.')}: ${first.message}` : message
}
