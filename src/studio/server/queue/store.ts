/** The queue on disk: one file for the order and the state of all entries, read and written by one studio at a time. */
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { exists, makeDirectory, readText, removeFile, rename, writeJson } from '../../../base/files.js'
import { randomKey } from '../../../base/hash.js'
import { writeAlone } from '../../../base/lock-file.js'
import { processForm } from '../process-form.js'
import { runRequest } from '../run-request.js'
import type { Workplace } from '../workplace.js'

const entryForm = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  name: z.string(),
  /** What was chosen for a run that is to be begun; null: a run is gone on with. */
  request: runRequest.nullable(),
  /** Absolute path of the run's folder; null before it has one. */
  run: z.string().nullable(),
  /** When it was started, and as which process; that is null for the moment in which it is started. */
  started: z.object({ at: z.iso.datetime(), process: processForm.nullable() }).nullable(),
  /** What the command said where it failed. */
  problem: z.string().nullable(),
})

export type Entry = Readonly<z.infer<typeof entryForm>>

const form = z.object({ entries: z.array(entryForm) })
const largestBytes = 2 ** 24

export class QueueStore {
  readonly #file: string
  readonly #folder: string
  readonly #note: (text: string) => void

  constructor({ studio }: Workplace, note: (text: string) => void) {
    this.#file = path.join(studio, 'queue.json')
    this.#folder = path.join(studio, 'queue')
    this.#note = note
  }

  entries(): readonly Entry[] {
    if (!exists(this.#file)) return []
    try {
      return form.parse(JSON.parse(readText(this.#file, largestBytes))).entries
    } catch (error) {
      if (error instanceof UserError) throw error
      const aside = `${this.#file}.damaged`
      rename(this.#file, aside)
      this.#note(`${this.#file} was damaged: the queue begins anew, and what was left of it is ${aside}`)
      return []
    }
  }

  /** Takes what `change` makes of the entries, while no other studio does; answers that. */
  change(change: (entries: readonly Entry[]) => readonly Entry[]): readonly Entry[] {
    makeDirectory(this.#folder)
    let after: readonly Entry[] = []
    writeAlone(this.#file, 'kopt studio', () => {
      const before = this.entries()
      after = change(before)
      if (after !== before) this.write(after)
    })
    return after
  }

  /** Within `change`, for what must be on disk before something is done. */
  write(entries: readonly Entry[]): void {
    writeJson(this.#file, { entries })
  }

  newId(): string {
    return Buffer.from(randomKey(8)).toString('hex')
  }

  /** What belongs to one entry: its configuration, what its command answers and what that says on the way. */
  filesOf(id: string): { readonly config: string; readonly output: string; readonly errors: string } {
    const at = (extension: string) => path.join(this.#folder, `${id}.${extension}`)
    return { config: at('yaml'), output: at('json'), errors: at('log') }
  }

  removeFilesOf(id: string): void {
    for (const file of Object.values(this.filesOf(id))) removeFile(file)
  }
}
