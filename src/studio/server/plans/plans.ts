/** Plans that are made from the page: `kopt plan` in a process of its own, found again by its files after a reload or a restart. */
import path from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../base/errors.js'
import {
  exists,
  fileStamp,
  listDirectory,
  makeDirectory,
  readText,
  removeFile,
  writeJson,
} from '../../../base/files.js'
import { randomKey } from '../../../base/hash.js'
import { askToEnd, startKopt } from '../../../base/lasting-process.js'
import { fateOf } from '../../../base/process-identity.js'
import { writeConfigFile } from '../../../experiment/config/write-file.js'
import type { Plan } from '../../../record/plan.js'
import type { PlanView } from '../../wire/plan.js'
import type { RunRequest } from '../../wire/run-request.js'
import { commandAnswer } from '../command-answer.js'
import type { Notices } from '../notices.js'
import { processForm } from '../process-form.js'
import { askedConfig, runRequest } from '../run-request.js'
import { NotHere, shownIn, type Workplace } from '../workplace.js'

const everyMs = 1000
/** Plans that are kept, the last ones. */
const mostPlans = 20
const largestText = 2 ** 22

const begunForm = z.object({ request: runRequest, process: processForm })
type Begun = z.infer<typeof begunForm>

export interface PlansOptions {
  readonly workplace: Workplace
  readonly notices: Notices
}

export class Plans {
  readonly #workplace: Workplace
  readonly #notices: Notices
  readonly #folder: string
  /** Those at work that somebody may look at, with what was last seen of them. */
  readonly #watched = new Map<string, string>()
  readonly #timer: NodeJS.Timeout

  constructor({ workplace, notices }: PlansOptions) {
    this.#workplace = workplace
    this.#notices = notices
    this.#folder = path.join(workplace.studio, 'plans')
    this.#timer = setInterval(() => this.#look(), everyMs)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Begins one; throws a `RefusedRequest` where something is wrong with the request. */
  begin(request: RunRequest): string {
    const config = askedConfig(request, this.#workplace)
    // Names in the order in which they were begun.
    const id = `${Date.now().toString(16).padStart(12, '0')}${Buffer.from(randomKey(4)).toString('hex')}`
    makeDirectory(this.#folder)
    this.#removeOld()
    const files = this.#filesOf(id)
    writeConfigFile(files.config, config, 'planned from the studio: what differs from the defaults')
    const shown = (place: string) => shownIn(this.#workplace, place)
    const process = startKopt(
      ['plan', shown(config.dataset), '--config', shown(files.config), '--out', shown(files.page), '--json'],
      {
        folder: this.#workplace.root,
        output: files.output,
        errors: files.errors,
        onEnd: () => this.#notices.tell(`plan:${id}`),
      },
    )
    if (!process) throw new UserError('this computer would not start another process; is its memory full?')
    writeJson(files.begun, { request, process } satisfies Begun)
    this.#watched.set(id, '')
    return id
  }

  view(id: string): PlanView {
    const { request, process } = this.#begun(id)
    const { output, errors } = this.#filesOf(id)
    const lines = exists(errors) ? readText(errors, largestText).trimEnd().split('\n') : []
    const view = { id, request, lines, problem: null, plan: null }
    if (fateOf(process) === 'alive') {
      this.#watched.set(id, fileStamp(errors))
      return { ...view, state: 'at work' }
    }
    const answer = commandAnswer(output)
    if (answer?.failure) return { ...view, state: 'failed', problem: answer.failure.message }
    if (!answer) return { ...view, state: 'failed', problem: 'the plan was ended from outside before it was done' }
    return { ...view, state: 'done', plan: answer.value as Plan }
  }

  /** The file of the plan as a page of its own. */
  pageOf(id: string): string {
    const { page } = this.#filesOf(id)
    this.#begun(id)
    if (!exists(page)) throw new NotHere('this plan has no page; it is written at the end')
    return page
  }

  /** Ends one that is being made. */
  stop(id: string): void {
    askToEnd(this.#begun(id).process)
  }

  #begun(id: string): Begun {
    const { begun } = this.#filesOf(id)
    if (!/^[0-9a-f]{20}$/.test(id) || !exists(begun)) throw new NotHere('there is no such plan here any more')
    const { success, data } = begunForm.safeParse(JSON.parse(readText(begun, largestText)))
    if (!success) throw new NotHere('this plan is damaged; make it again')
    return data
  }

  #filesOf(id: string) {
    const at = (extension: string) => path.join(this.#folder, `${id}.${extension}`)
    return {
      begun: at('begun.json'),
      config: at('yaml'),
      output: at('json'),
      errors: at('log'),
      page: at('html'),
    }
  }

  #removeOld(): void {
    const ids = new Set(listDirectory(this.#folder).map(({ name }) => name.split('.')[0] ?? ''))
    for (const id of [...ids].sort().slice(0, -mostPlans))
      for (const file of Object.values(this.#filesOf(id))) removeFile(file)
  }

  #look(): void {
    for (const [id, before] of this.#watched) {
      const { begun, errors } = this.#filesOf(id)
      if (!exists(begun)) this.#watched.delete(id)
      else {
        const ended = fateOf(this.#begun(id).process) !== 'alive'
        const stamp = fileStamp(errors)
        if (ended) this.#watched.delete(id)
        else this.#watched.set(id, stamp)
        if (ended || stamp !== before) this.#notices.tell(`plan:${id}`)
      }
    }
  }
}
