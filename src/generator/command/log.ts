/** What a program has said: its first lines in a file, its last ones for a sentence about its end. */
import { appendLine, removeFile } from '../../base/files.js'
import type { ProgramStream } from '../../base/program.js'
import { shownLine } from '../../base/shown.js'

/** Characters that the file takes. */
const mostKept = 1_000_000
const lastLines = 10
/** Characters of a line in a sentence. */
const longestShown = 300

export class ProgramLog {
  readonly #file: string
  readonly #last: Record<ProgramStream, string[]> = { output: [], errors: [] }
  #written = 0

  /** Begins the file anew. */
  constructor(file: string) {
    this.#file = file
    removeFile(file)
  }

  hear(line: string, from: ProgramStream): void {
    const last = this.#last[from]
    last.push(line)
    if (last.length > lastLines) last.shift()
    if (this.#written > mostKept) return
    this.#written += line.length + 1
    appendLine(this.#file, this.#written > mostKept ? '(what came after this is not kept)' : shownLine(line))
  }

  /** Its last lines of errors; of a program that wrote none, those of its output. */
  get last(): readonly string[] {
    const { output, errors } = this.#last
    return (errors.length > 0 ? errors : output).map((line) => shownLine(line, longestShown))
  }
}
