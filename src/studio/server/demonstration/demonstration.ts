/**
 * The made cohort, for whoever has no films at hand: written where `npm start` writes it, shown among the films, and run with
 * the same settings, which come to a first report in three to five minutes on two cores. Most of its films are kept to test on, so
 * that the answer has something to say, and the search ends at K = 10 in place of 16, to be done in time. That it was asked
 * for stands in a file until its run is in the queue: a studio that was killed meanwhile is gone on with by the next one.
 */
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import { exists, makeDirectory, readText, removeEmptyDirectory, removeFile, writeJson } from '../../../base/files.js'
import { askToEnd, startKopt } from '../../../base/lasting-process.js'
import { fateOf, type ProcessIdentity } from '../../../base/process-identity.js'
import { koptCommand } from '../../../base/shell-word.js'
import type { DemonstrationView } from '../../wire/demonstration.js'
import type { RunRequest } from '../../wire/run-request.js'
import { commandAnswer } from '../command-answer.js'
import type { DatasetRegister } from '../datasets/register.js'
import type { Notices } from '../notices.js'
import { processForm } from '../process-form.js'
import type { Queue } from '../queue/queue.js'
import { shownIn, type Workplace } from '../workplace.js'

const patients = 500
const everyMs = 500
const largestText = 2 ** 16

const askedForm = z.object({ process: processForm })

export interface DemonstrationOptions {
  readonly workplace: Workplace
  readonly register: DatasetRegister
  readonly queue: Queue
  readonly notices: Notices
}

export class Demonstration {
  readonly #workplace: Workplace
  readonly #register: DatasetRegister
  readonly #queue: Queue
  readonly #notices: Notices
  readonly #timer: NodeJS.Timeout
  #process: ProcessIdentity | undefined
  #problem: string | null = null

  constructor({ workplace, register, queue, notices }: DemonstrationOptions) {
    this.#workplace = workplace
    this.#register = register
    this.#queue = queue
    this.#notices = notices
    this.#timer = setInterval(() => this.#look(), everyMs)
    if (!exists(this.#files.asked)) return
    this.#process = this.#asked()
    if (!this.#process || fateOf(this.#process) !== 'alive') this.#tried(() => this.#goOn())
  }

  view(): DemonstrationView {
    return { drawing: this.#process !== undefined, problem: this.#problem, command: koptCommand(...this.#words()) }
  }

  /** Draws the films unless they are there, and puts the run into the queue. */
  begin(): void {
    if (this.#process) return
    this.#problem = null
    this.#goOn()
    this.#notices.tell('demonstration')
  }

  /** The drawing ends with the studio, and is begun anew with the next one. */
  close(): void {
    clearInterval(this.#timer)
    if (this.#process) askToEnd(this.#process)
  }

  #goOn(): void {
    this.#process = undefined
    if (this.#isDrawn()) {
      const [a, b] = this.#hospitals
      this.#register.add(b, 'demonstration')
      this.#register.add(a, 'demonstration')
      this.#queue.add(this.#request())
      removeFile(this.#files.asked)
      this.#notices.tell('datasets')
      return
    }
    const { root, runs, studio } = this.#workplace
    for (const folder of [runs, studio]) makeDirectory(folder)
    const { output, errors, asked } = this.#files
    this.#process = startKopt([...this.#words(), '--json'], { folder: root, output, errors, onEnd: () => this.#look() })
    if (!this.#process) throw new UserError('this computer would not start another process; is its memory full?')
    writeJson(asked, { process: this.#process } satisfies z.infer<typeof askedForm>)
  }

  #look(): void {
    if (!this.#process || fateOf(this.#process) === 'alive') return
    this.#process = undefined
    if (this.#isDrawn()) this.#tried(() => this.#goOn())
    else {
      removeEmptyDirectory(this.#folder)
      removeFile(this.#files.asked)
      this.#problem =
        commandAnswer(this.#files.output)?.failure?.message ?? 'the drawing of the films was ended from outside'
    }
    this.#notices.tell('demonstration')
  }

  /** What can't be done now, such as on a full disk, is told, and done when it is asked for again. */
  #tried(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#problem = error.message
    }
  }

  /** The process that drew when this was asked for; undefined where the file does not say. */
  #asked(): ProcessIdentity | undefined {
    try {
      return askedForm.safeParse(JSON.parse(readText(this.#files.asked, largestText))).data?.process
    } catch {
      return undefined
    }
  }

  get #files() {
    const at = (name: string) => path.join(this.#workplace.studio, `demonstration${name}`)
    return { asked: at('-asked.json'), output: at('.json'), errors: at('.log') }
  }

  get #folder(): string {
    return path.join(this.#workplace.runs, 'demo-films')
  }

  get #hospitals(): readonly [a: string, b: string] {
    return [path.join(this.#folder, 'hospital-a'), path.join(this.#folder, 'hospital-b')]
  }

  #isDrawn(): boolean {
    return this.#hospitals.every((hospital) => exists(path.join(hospital, 'manifest.csv')))
  }

  #words(): string[] {
    return ['demo-data', shownIn(this.#workplace, this.#folder), '--patients', String(patients)]
  }

  #request(): RunRequest {
    const [a, b] = this.#hospitals.map((hospital) => shownIn(this.#workplace, hospital)) as [string, string]
    return {
      dataset: a,
      external: { 'hospital-b': b },
      preset: 'quick',
      positive: null,
      patientFrom: null,
      set: { 'split.fractions': '[0.12, 0.06, 0.82]', 'search.kMax': '10' },
    }
  }
}
