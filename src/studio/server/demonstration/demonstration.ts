/**
 * The made cohort, for whoever has no films at hand: written where `npm start` writes it, and run with the same settings, which
 * come to a first report in about five minutes. Most of its films are kept to test on, so that the answer has something to say.
 */
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { exists, makeDirectory, removeEmptyDirectory } from '../../../base/files.js'
import { askToEnd, startKopt } from '../../../base/lasting-process.js'
import type { ProcessIdentity } from '../../../base/process-identity.js'
import { koptCommand } from '../../../base/shell-word.js'
import type { DemonstrationView } from '../../wire/demonstration.js'
import type { RunRequest } from '../../wire/run-request.js'
import { commandAnswer } from '../command-answer.js'
import type { Notices } from '../notices.js'
import type { Queue } from '../queue/queue.js'
import { shownIn, type Workplace } from '../workplace.js'

const patients = 500

export interface DemonstrationOptions {
  readonly workplace: Workplace
  readonly queue: Queue
  readonly notices: Notices
}

export class Demonstration {
  readonly #workplace: Workplace
  readonly #queue: Queue
  readonly #notices: Notices
  #process: ProcessIdentity | undefined
  #problem: string | null = null
  #closed = false

  constructor({ workplace, queue, notices }: DemonstrationOptions) {
    this.#workplace = workplace
    this.#queue = queue
    this.#notices = notices
  }

  view(): DemonstrationView {
    return { drawing: this.#process !== undefined, problem: this.#problem, command: koptCommand(...this.#words()) }
  }

  /** Draws the films unless they are there, and puts the run into the queue. */
  begin(): void {
    if (this.#process) return
    this.#problem = null
    if (this.#isDrawn()) {
      this.#queue.add(this.#request())
      return
    }
    const { root, runs, studio } = this.#workplace
    for (const folder of [runs, studio]) makeDirectory(folder)
    const output = path.join(studio, 'demonstration.json')
    this.#process = startKopt([...this.#words(), '--json'], {
      folder: root,
      output,
      errors: path.join(studio, 'demonstration.log'),
      onEnd: () => this.#drawn(output),
    })
    if (!this.#process) throw new UserError('this computer would not start another process; is its memory full?')
    this.#notices.tell('demonstration')
  }

  close(): void {
    this.#closed = true
    // Nobody would be there to begin the run.
    if (this.#process) askToEnd(this.#process)
  }

  #drawn(output: string): void {
    this.#process = undefined
    if (this.#closed) return
    if (this.#isDrawn()) this.#queue.add(this.#request())
    else {
      removeEmptyDirectory(this.#folder)
      this.#problem = commandAnswer(output)?.failure?.message ?? 'the drawing of the films was ended from outside'
    }
    this.#notices.tell('demonstration')
  }

  get #folder(): string {
    return path.join(this.#workplace.runs, 'demo-films')
  }

  #isDrawn(): boolean {
    // The manifest of the second hospital is written last.
    return exists(path.join(this.#folder, 'hospital-b', 'manifest.csv'))
  }

  #words(): string[] {
    return ['demo-data', shownIn(this.#workplace, this.#folder), '--patients', String(patients)]
  }

  #request(): RunRequest {
    const at = (hospital: string) => shownIn(this.#workplace, path.join(this.#folder, hospital))
    return {
      dataset: at('hospital-a'),
      external: { 'hospital-b': at('hospital-b') },
      preset: 'quick',
      positive: null,
      patientFrom: null,
      set: { 'split.fractions': '[0.12, 0.06, 0.82]' },
    }
  }
}
