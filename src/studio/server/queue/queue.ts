/**
 * Runs that are begun from the page, one at a time and in an order that can be changed. Each is a command of its own, which
 * goes on whatever becomes of the studio; one that is started again finds in the queue's file which of them have ended since.
 */
import path from 'node:path'
import { UserError } from '../../../base/errors.js'
import { makeNewDirectory, removeEmptyDirectory } from '../../../base/files.js'
import { startKopt } from '../../../base/lasting-process.js'
import { lockHolder } from '../../../base/lock-file.js'
import { datasetName } from '../../../base/path-name.js'
import { fateOf } from '../../../base/process-identity.js'
import { koptCommand } from '../../../base/shell-word.js'
import { writeConfigFile } from '../../../experiment/config/write-file.js'
import { hasBegun, nextRunName, RunDirectory } from '../../../record/run-directory.js'
import type { QueueEntry, QueueView } from '../../wire/queue.js'
import type { RunRequest } from '../../wire/run-request.js'
import { type CommandAnswer, commandAnswer } from '../command-answer.js'
import type { Notices } from '../notices.js'
import { askedConfig } from '../run-request.js'
import type { RunWatch } from '../runs/watch.js'
import { idOf, NotHere, shownIn, type Workplace } from '../workplace.js'
import { type Entry, QueueStore } from './store.js'

const everyMs = 1000
/** So long a command that can't be asked may take to hold its run's folder. */
const patienceMs = 60_000

export interface QueueOptions {
  readonly workplace: Workplace
  readonly watch: RunWatch
  readonly notices: Notices
  /** A line for whoever has started the studio. */
  readonly note: (text: string) => void
}

export class Queue {
  readonly #workplace: Workplace
  readonly #watch: RunWatch
  readonly #notices: Notices
  readonly #note: QueueOptions['note']
  readonly #store: QueueStore
  readonly #timer: NodeJS.Timeout
  #told = ''
  #closed = false

  constructor({ workplace, watch, notices, note }: QueueOptions) {
    this.#workplace = workplace
    this.#watch = watch
    this.#notices = notices
    this.#note = note
    this.#store = new QueueStore(workplace, note)
    this.look()
    this.#timer = setInterval(() => this.look(), everyMs)
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#timer)
  }

  view(): QueueView {
    const entries = this.#store.entries()
    const begunHere = entries.map(({ run }) => run)
    return {
      entries: entries.map((entry) => this.#shown(entry)),
      waitsFor: this.#watch
        .atWorkHere()
        .filter((root) => !begunHere.includes(root))
        .map((root) => path.basename(root)),
    }
  }

  /** A run at the end of the queue. Throws a `RefusedRequest` where something is wrong with it. */
  add(request: RunRequest): string {
    const config = askedConfig(request, this.#workplace)
    const id = this.#store.newId()
    const entry: Entry = { id, name: datasetName(config.dataset), request, run: null, started: null, problem: null }
    this.#change((entries) => {
      writeConfigFile(this.#store.filesOf(id).config, config, 'begun from the studio: what differs from the defaults')
      return [...entries, entry]
    })
    return id
  }

  /** What was chosen for a run that has not begun. */
  requestOf(id: string): RunRequest {
    const entries = this.#store.entries()
    const request = entries[indexOf(entries, id)]?.request
    if (!request) throw new NotHere('this run has begun, and holds to what it began with')
    return request
  }

  /** A run to be gone on with, at the end of the queue. Throws a `UserError` where it is in it already. */
  addResumed(run: string): void {
    const id = this.#store.newId()
    this.#change((entries) => {
      const others = entries.filter((entry) => entry.run !== run || entry.problem === null)
      if (others.some((entry) => entry.run === run))
        throw new UserError(`${path.basename(run)} is in the queue already`)
      return [...others, { id, name: path.basename(run), request: null, run, started: null, problem: null }]
    })
  }

  /** Puts one before or behind its neighbour. */
  move(id: string, by: -1 | 1): void {
    this.#change((entries) => {
      const at = indexOf(entries, id)
      const to = at + by
      const [moved, other] = [entries[at], entries[to]]
      if (!moved || !other) return entries
      return entries.map((entry, i) => (i === at ? other : i === to ? moved : entry))
    })
  }

  /** One that has failed waits for its turn again. */
  again(id: string): void {
    this.#change((entries) => {
      const at = indexOf(entries, id)
      return entries.map((entry, i) => (i === at ? { ...entry, problem: null } : entry))
    })
  }

  /** Takes one out; a run that is at work is stopped first, and a run that was begun stays on disk. */
  remove(id: string): void {
    this.#change((entries) => {
      const removed = entries[indexOf(entries, id)]
      if (removed?.started) throw new UserError(`${removed.name} is at work; stop it first`)
      return entries.filter((entry) => entry !== removed)
    })
    this.#store.removeFilesOf(id)
  }

  /** Looks now: what has ended leaves the queue, or says why it failed; where nothing is at work, the next one is started. */
  look(): void {
    if (this.#closed) return
    try {
      const entries = this.#store.entries()
      const ended = entries.some((entry) => entry.started && !isAtWork(entry))
      if (ended) this.#store.change((now) => now.flatMap((entry) => this.#afterLook(entry)))
      if (entries.some(isWaiting)) this.#startNext()
    } catch (error) {
      // A disk that is full or away for a moment is looked at again.
      if (!(error instanceof UserError)) throw error
      this.#note(error.message)
    }
    const now = JSON.stringify(this.view())
    if (now !== this.#told) this.#notices.tell('queue')
    this.#told = now
  }

  #change(change: (entries: readonly Entry[]) => readonly Entry[]): void {
    this.#store.change(change)
    this.look()
  }

  #startNext(): void {
    this.#store.change((entries) => {
      const next = entries.find(isWaiting)
      if (!next || entries.some(({ started }) => started) || this.#watch.atWorkHere().length > 0) return entries
      const run = next.run ?? this.#newFolder(next)
      const at = new Date().toISOString()
      const as = (entry: Entry) => entries.map((each) => (each === next ? entry : each))
      // On disk before it is started: a studio that is killed in between starts nothing twice.
      this.#store.write(as({ ...next, run, started: { at, process: null } }))
      const { output, errors } = this.#store.filesOf(next.id)
      const process = startKopt([...this.#words({ ...next, run }), '--json'], {
        folder: this.#workplace.root,
        output,
        errors,
        onEnd: () => this.look(),
      })
      if (process) return as({ ...next, run, started: { at, process } })
      if (next.request !== null) removeEmptyDirectory(run)
      return as({ ...next, problem: 'this computer would not start another process; is its memory full?' })
    })
  }

  /** Made here and now, so that no run that is begun elsewhere in the same moment gets the same number. */
  #newFolder({ name }: Entry): string {
    for (;;) {
      const folder = nextRunName(name, this.#workplace.runs)
      if (makeNewDirectory(folder)) return folder
    }
  }

  /** What becomes of an entry: nothing is left of one whose run tells the rest. */
  #afterLook(entry: Entry): readonly Entry[] {
    if (!entry.started || isAtWork(entry)) return [entry]
    const begun = entry.run !== null && hasBegun(new RunDirectory(entry.run))
    const answer = commandAnswer(this.#store.filesOf(entry.id).output)
    const problem = problemOf(answer, begun)
    if (problem === undefined) {
      this.#store.removeFilesOf(entry.id)
      return []
    }
    if (begun) return [{ ...entry, request: null, started: null, problem }]
    if (entry.request !== null && entry.run !== null) removeEmptyDirectory(entry.run)
    return [{ ...entry, run: entry.request === null ? entry.run : null, started: null, problem }]
  }

  #words({ id, request, run }: Entry): string[] {
    const shown = (place: string) => shownIn(this.#workplace, place)
    if (request === null) return ['resume', shown(run ?? '')]
    const out = run === null ? [] : ['--out', shown(run)]
    return [
      'run',
      shown(path.resolve(this.#workplace.root, request.dataset)),
      '--config',
      shown(this.#store.filesOf(id).config),
      ...out,
    ]
  }

  #shown(entry: Entry): QueueEntry {
    const { id, name, request, run, started, problem } = entry
    const begun = run !== null && hasBegun(new RunDirectory(run))
    return {
      id,
      name: begun ? path.basename(run) : name,
      doing: request === null ? 'resume' : 'begin',
      state: started ? 'at work' : problem === null ? 'waiting' : 'failed',
      run: begun ? idOf(run) : null,
      // The command names places in full; here they are known from the folder of the studio.
      problem: problem?.replaceAll(`${this.#workplace.root}${path.sep}`, '') ?? null,
      command: koptCommand(...this.#words(entry)),
    }
  }
}

function isWaiting({ started, problem }: Entry): boolean {
  return started === null && problem === null
}

/** Whether the command of one that was started still works. */
function isAtWork({ started, run }: Entry): boolean {
  if (!started) return false
  const fate = started.process ? fateOf(started.process) : 'unknown'
  if (fate !== 'unknown') return fate === 'alive'
  const held = run !== null && lockHolder(new RunDirectory(run).lock) !== undefined
  return held || Date.now() - Date.parse(started.at) < patienceMs
}

const endedBefore = 'it was ended from outside before it had begun: by someone, or because the computer went off'

/** A run that was stopped or killed stands in the list of runs, and says so there. */
function problemOf(answer: CommandAnswer | undefined, begun: boolean): string | undefined {
  if (answer === undefined) return begun ? undefined : endedBefore
  return answer.failure && answer.failure.kind !== 'interrupted' ? answer.failure.message : undefined
}

function indexOf(entries: readonly Entry[], id: string): number {
  const at = entries.findIndex((entry) => entry.id === id)
  if (at < 0) throw new NotHere('this is not in the queue any more')
  return at
}
