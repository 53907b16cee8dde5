/**
 * What is known of each dataset: its films as soon as they are listed, its inspection when that has come to its end. A look is
 * taken in a child process, so that the page is answered meanwhile; what it found is kept for the next start.
 */
import path from 'node:path'
import { builtModule } from '../../../base/built.js'
import { runInChild } from '../../../base/child-process.js'
import { UserError, WorkerLost } from '../../../base/errors.js'
import { exists, isDirectory, readJson, writeJson } from '../../../base/files.js'
import { hashPlain } from '../../../base/hash.js'
import { koptCommand } from '../../../base/shell-word.js'
import { version } from '../../../base/version.js'
import type { DatasetInspection } from '../../../record/inspection.js'
import { inspectionLines } from '../../../words/inspection-lines.js'
import type { DatasetView, FilmSummary } from '../../wire/dataset.js'
import type { Notices } from '../notices.js'
import { NotHere, OutOfReach, shownIn, type Workplace } from '../workplace.js'
import type { FilmEntry } from './film-entry.js'
import type { LookJob, LookMessage, LookResult } from './look-process.js'
import type { Dataset, DatasetRegister } from './register.js'

interface Look {
  films: readonly FilmEntry[]
  byId: ReadonlyMap<string, FilmEntry>
  classes: readonly string[]
  stamp: string
  listed: boolean
  looked: number
  state: DatasetView['state']
  facts?: DatasetInspection
  problems: readonly string[]
  readonly options: string
  readonly end: AbortController
  /** Lets the look wait a moment, where it goes on. */
  rest?: () => void
}

/** An inspection as it is kept. */
interface KeptInspection {
  /** Of this package: another may look for something else. */
  readonly version: string
  readonly stamp: string
  readonly options: string
  readonly facts: DatasetInspection
}

/** Between two notices of how far a look is. */
const tellEveryMs = 400
/** Between two words to the looks that somebody scrolls: they wait longer than that. */
const restEveryMs = 100

export class Looks {
  readonly #looks = new Map<string, Look>()
  #rested = 0
  readonly #workplace: Workplace
  readonly #notices: Notices
  readonly #register: DatasetRegister
  readonly #note: (text: string) => void

  constructor({
    workplace,
    notices,
    register,
    note,
  }: {
    workplace: Workplace
    notices: Notices
    register: DatasetRegister
    note: (text: string) => void
  }) {
    this.#workplace = workplace
    this.#notices = notices
    this.#register = register
    this.#note = note
  }

  close(): void {
    for (const { end } of this.#looks.values()) end.abort()
  }

  /** Lets every look wait a moment: somebody scrolls, and the processor is theirs. */
  rest(): void {
    if (Date.now() - this.#rested < restEveryMs) return
    this.#rested = Date.now()
    for (const { rest } of this.#looks.values()) rest?.()
  }

  /** Begins to look at a dataset that will be asked for before long. */
  begin(id: string): void {
    this.#lookAt(this.#register.get(id))
  }

  /** The first question of a dataset starts a look at it. */
  view(id: string): DatasetView {
    const dataset = this.#register.get(id)
    const { films, classes, stamp, listed, looked, state, facts, problems } = this.#lookAt(dataset)
    const { place } = this.#register.summary(dataset)
    return {
      ...this.#register.summary(dataset),
      options: dataset.options,
      state,
      found: listed ? films.length : null,
      looked,
      classes,
      folder: isDirectory(dataset.path),
      lines: facts === undefined ? [] : inspectionLines({ ...facts, dataset: place }),
      // They name places in full; here they are known from the folder of the studio.
      problems: problems.map((text) => text.replaceAll(`${this.#workplace.root}${path.sep}`, '')),
      command: this.command('inspect', id),
      stamp,
    }
  }

  films(id: string): FilmSummary[] {
    return this.#lookAt(this.#register.get(id)).films.map(({ id, name, label, patient, split }) => ({
      id,
      name,
      label,
      patient,
      split,
    }))
  }

  /** Throws `NotHere` where there is no such film, `OutOfReach` where the films are not listed yet. */
  film(id: string, film: string): FilmEntry {
    const { byId, listed, state } = this.#lookAt(this.#register.get(id))
    const found = byId.get(film)
    if (!found && !listed && state === 'looking')
      throw new OutOfReach('the films are being listed; in a moment they are here')
    if (!found) throw new NotHere('there is no such film here (any more)')
    return found
  }

  /** What types the same for a dataset on the command line. */
  command(verb: string, id: string, more: readonly string[] = []): string {
    const dataset = this.#register.get(id)
    const { place } = this.#register.summary(dataset)
    return koptCommand(verb, place, ...optionWords(dataset), ...more)
  }

  /** Of a row of an array there is none but its dataset's. */
  filmCommand(id: string, { file, array, frame }: FilmEntry): string {
    if (array !== undefined) return this.command('inspect', id)
    return koptCommand('inspect', shownIn(this.#workplace, file), ...(frame ? ['--frame', String(frame)] : []))
  }

  /** Every film that was found so far. */
  entries(id: string): readonly FilmEntry[] {
    return this.#lookAt(this.#register.get(id)).films
  }

  /** Ends a look that is going on, and takes the next one anew. */
  again(id: string): void {
    this.#looks.get(id)?.end.abort()
    this.#looks.delete(id)
    this.#notices.tell(`dataset:${id}`)
  }

  #lookAt(dataset: Dataset): Look {
    // What is looked for changes nothing of what is found.
    const options = hashPlain({ patientFrom: dataset.options.patientFrom })
    const known = this.#looks.get(dataset.id)
    if (known?.options === options) return known
    known?.end.abort()
    const look: Look = {
      films: [],
      byId: new Map(),
      classes: [],
      stamp: '',
      listed: false,
      looked: 0,
      state: 'looking',
      problems: [],
      options,
      end: new AbortController(),
    }
    this.#looks.set(dataset.id, look)
    void this.#look(dataset, look)
    return look
  }

  async #look(dataset: Dataset, look: Look): Promise<void> {
    const kept = this.#kept(dataset.id)
    const known = kept?.options === look.options ? kept : undefined
    const told = this.#teller(dataset.id, look)
    const { patientFrom } = dataset.options
    try {
      const result = await runInChild<LookJob, LookMessage, LookResult>(
        builtModule('studio/server/datasets/look-process'),
        { dataset: dataset.path, patientFrom, known: known?.stamp },
        (message) => {
          if (message.kind === 'looked') look.looked += message.more
          else {
            const { films, classes, stamp } = message
            Object.assign(look, {
              films,
              classes,
              stamp,
              listed: true,
              byId: new Map(films.map((film) => [film.id, film])),
            })
          }
          told(message.kind === 'films')
        },
        look.end.signal,
        {
          onStart: (tell) => {
            look.rest = () => tell('rest')
          },
        },
      )
      if (result.kind === 'facts') {
        const { facts } = result
        this.#keep(dataset.id, { version, stamp: look.stamp, options: look.options, facts })
        this.#seen(look, facts)
      } else if (result.kind === 'as before' && known) this.#seen(look, known.facts)
      else if (result.kind === 'unusable') Object.assign(look, { state: 'unusable', problems: [result.problem] })
    } catch (error) {
      if (look.end.signal.aborted) return
      this.#failed(look, error)
    }
    look.rest = undefined
    told(true)
  }

  #seen(look: Look, facts: DatasetInspection): void {
    const { problems } = facts
    Object.assign(look, {
      state: problems.length > 0 ? 'unusable' : 'seen',
      facts,
      problems,
      looked: look.films.length,
    })
  }

  #failed(look: Look, error: unknown): void {
    if (!(error instanceof UserError)) this.#note(`internal: ${(error as Error).stack}`)
    const words = error instanceof UserError ? error.message : lost
    Object.assign(look, {
      state: 'unusable',
      problems: [error instanceof WorkerLost || error instanceof UserError ? words : lost],
    })
  }

  /** Tells the page that something is new, now or before long. */
  #teller(id: string, look: Look): (now: boolean) => void {
    let last = 0
    return (now) => {
      if (this.#looks.get(id) !== look || (!now && Date.now() - last < tellEveryMs)) return
      last = Date.now()
      this.#notices.tell(`dataset:${id}`)
    }
  }

  #keptFile(id: string): string {
    return path.join(this.#workplace.studio, 'inspections', `${id}.json`)
  }

  /** What could not be kept is looked for again by the next studio, and stands all the same. */
  #keep(id: string, inspection: KeptInspection): void {
    try {
      writeJson(this.#keptFile(id), inspection)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      this.#note(error.message)
    }
  }

  #kept(id: string): KeptInspection | undefined {
    const file = this.#keptFile(id)
    if (!exists(file)) return undefined
    try {
      const kept = readJson<KeptInspection>(file)
      return kept.version === version ? kept : undefined
    } catch {
      // taken anew
      return undefined
    }
  }
}

const lost =
  'the process that looks at the films has ended before it was done; is memory short? Look again, or type the command below in a terminal'

function optionWords({ options: { patientFrom } }: Dataset): string[] {
  return patientFrom === undefined ? [] : ['--patient-from', patientFrom]
}
