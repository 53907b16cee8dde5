/**
 * The rules of the Basic Profile, read from `profile-table.json`: DICOM PS3.15 Table E.1-1, "Application Level Confidentiality
 * Profile Attributes", every row with its action, and the editions and extractions that the rows come from. The rows of
 * repeating groups (curves, overlays) and of private attributes are rules in `clean.ts`.
 */
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { UserError } from '../../base/errors.js'
import { readJson } from '../../base/files.js'

/** What the Basic Profile does: D dummy, Z empty or dummy, X remove, U replace the UID; combinations depend on the type. */
const actions = ['D', 'Z', 'X', 'U', 'Z/D', 'X/Z', 'X/D', 'X/Z/D', 'X/Z/U*'] as const

const rowSchema = z.strictObject({
  tag: z.string().regex(/^[0-9A-F]{4},[0-9A-F]{4}$/),
  /** As in PS3.6. */
  vr: z.string().regex(/^[A-Z]{2}$/),
  action: z.enum(actions),
  /** The Modified Dates Option keeps this date or time, changed. */
  modifiedDates: z.literal('C').optional(),
  name: z.string().min(1),
})

const tableSchema = z.strictObject({
  standard: z.string(),
  edition: z.string().regex(/^\d{4}[a-e](\/\d{4}[a-e])*$/),
  source: z.string(),
  columns: z.record(z.string(), z.string()),
  rows: z
    .array(rowSchema)
    .min(1)
    .refine((rows) => rows.every(({ tag }, i) => tag > (rows[i - 1]?.tag ?? '')), 'tags must ascend, each once'),
})

export interface ProfileRow {
  readonly vr: string
  readonly action: (typeof actions)[number]
  /** Whether it is a date or time that the Modified Dates Option keeps, changed. */
  readonly datedOption: boolean
  readonly name: string
}

export interface ProfileTable {
  readonly edition: string
  /** By tag. */
  readonly rows: ReadonlyMap<number, ProfileRow>
}

let loaded: ProfileTable | undefined

/** The table that belongs to kopt, read once. Throws as `readProfileTable` does. */
export function profileTable(): ProfileTable {
  loaded ??= readProfileTable(fileURLToPath(new URL('profile-table.json', import.meta.url)))
  return loaded
}

/** Throws a `UserError` where the table is missing, damaged or cut off. */
export function readProfileTable(file: string): ProfileTable {
  const { success, data, error } = tableSchema.safeParse(readTable(file))
  if (!success) throw damaged(file, z.prettifyError(error).replaceAll('\n', ' '))
  return {
    edition: data.edition,
    rows: new Map(
      data.rows.map(({ tag, vr, action, modifiedDates, name }) => [
        Number.parseInt(tag.replace(',', ''), 16),
        { vr, action, datedOption: modifiedDates !== undefined, name },
      ]),
    ),
  }
}

function readTable(file: string): unknown {
  try {
    return readJson<unknown>(file)
  } catch (error) {
    throw damaged(file, (error as Error).message)
  }
}

function damaged(file: string, what: string): UserError {
  return new UserError(
    `${file}, the table of what de-identification removes, can't be used: ${what}; it belongs to kopt: install kopt again`,
  )
}
