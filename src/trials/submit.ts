/** Workers of a run as jobs of any cluster that takes them by a command, as a template says. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../base/errors.js'
import { exists, makePrivateDirectory, readText, writeAtomic } from '../base/files.js'
import { shownPath } from '../base/shown-path.js'
import type { RunDirectory } from '../record/run-directory.js'
import {
  type Cluster,
  type ClusterQueue,
  type ClusterTask,
  callProgram,
  jobId,
  jobScript,
  orderProgram,
  type WorkerNeeds,
} from './cluster.js'
import { filled, type JobTemplate, parseTemplate, placeholders, requirePlain, type Values } from './job-template.js'

/** Templates that are part of kopt. */
export const templateNames = ['sge', 'pbs', 'lsf', 'htcondor', 'kubernetes'] as const

/** What a template's job is called in a run's folder; the name of a file of one's own is not: a folder may come from anybody. */
export const ownTemplate = 'template'

/** Values that kopt gives itself. */
const given = ['script', 'name', 'workers', 'worker', 'cores', 'gpus', 'folder', 'logs']

export interface SubmitRequest {
  /** A name of `templateNames`, or a file. */
  readonly template: string
  readonly workers: number
  /** For the template's further places: time, memory, queue ... */
  readonly values: Values
}

/** From `NAME=VALUE` texts. */
export function templateValues(texts: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {}
  for (const text of texts) {
    const [, name, value] = /^([a-z][a-z_]*)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw new UserError(`--job ${text}: NAME=VALUE was expected, for example --job time=8:00:00`)
    if (name !== 'cores' && given.includes(name))
      throw new UserError(`--job ${text}: kopt sets ${name} itself; leave it out`)
    values[name] = value
  }
  requirePlain(values, (name) => `--job ${name}`)
  return values
}

/** Whom jobs of a template are asked after. Throws a `UserError` where there is no such template, or it is none. */
export function templateQueue(said: string): ClusterQueue {
  return queueOfTemplate(readTemplate(said))
}

interface FoundTemplate extends JobTemplate {
  /** For sentences. */
  readonly where: string
  readonly clusterName: string
  readonly stored: string
}

const properNames: Readonly<Record<string, string>> = { htcondor: 'HTCondor', kubernetes: 'Kubernetes' }

function readTemplate(said: string): FoundTemplate {
  const shipped = templateNames.find((each) => each === said)
  const file = shipped === undefined ? said : shippedFile(shipped)
  if (!exists(file))
    throw new UserError(`there is no template ${said}: name a file, or one of kopt's own: ${templateNames.join(', ')}`)
  const where = shipped === undefined ? shownPath(file) : `the template ${said}`
  return {
    ...parseTemplate(readText(file), where),
    where,
    clusterName: shipped === undefined ? 'the cluster' : (properNames[shipped] ?? shipped.toUpperCase()),
    stored: shipped ?? ownTemplate,
  }
}

function queueOfTemplate(template: FoundTemplate): ClusterQueue {
  const { clusterName, cancel } = template
  return {
    name: clusterName,
    firstLog: placesOf(template).has('logs') ? 'private/job-1.log' : undefined,
    tasks(ids) {
      const found = ids.map((id) => tasksOf(template, id))
      return found.includes(undefined) ? undefined : found.flatMap((tasks) => tasks ?? [])
    },
    cancel(ids) {
      if (cancel)
        for (const id of ids) orderProgram(clusterName, withId(cancel, id), 'end its jobs by its own commands')
    },
  }
}

const withId = (words: readonly string[], id: string) => words.map((word) => filled(word, { id }))

export interface Submitter extends Cluster {
  /** What would be submitted, as text; the file that it names is written. */
  describe(run: RunDirectory, program: readonly string[], needs: WorkerNeeds): string
}

export function submitter({ template: said, workers, values }: SubmitRequest): Submitter {
  const template = readTemplate(said)
  refuseOthers(template, values)
  const queue = queueOfTemplate(template)
  return {
    ...queue,
    stored: template.stored,
    describe: (run, program, needs) =>
      prepared(run, program, needs)
        .map((job) => filled(template.body, job))
        .join('\n'),
    submit(run, program, needs) {
      const ids: string[] = []
      try {
        for (const job of prepared(run, program, needs)) ids.push(submitOne(template, job))
      } catch (error) {
        queue.cancel(ids)
        throw error
      }
      return ids
    },
  }

  function prepared(run: RunDirectory, program: readonly string[], { threads, gpus }: WorkerNeeds): Values[] {
    makePrivateDirectory(run.private)
    const script = path.join(run.private, 'job.sh')
    const all = {
      ...values,
      ...ofRun(run.root, run.private, script),
      cores: String(threads),
      ...(gpus > 0 && { gpus: String(gpus) }),
      workers: String(workers),
    }
    const manners = { noticeSeconds: template.noticeSeconds, again: `exit ${againCode}` }
    writeAtomic(script, jobScript([...program, 'work', run.root], threads, manners))
    // A cluster, or a template, that knows no job of several tasks is given one for each worker.
    const times = placesOf(template).has('workers') ? 1 : workers
    return Array.from({ length: times }, (_, i) => ({ ...all, worker: String(i + 1) }))
  }
}

function submitOne({ submit, body, id, clusterName, where }: FoundTemplate, all: Values): string {
  const words = submit.map((word) => filled(word, all)).filter((word) => word !== '')
  const remedy = 'say what it asks for in the template, or with --job NAME=VALUE'
  const answer = orderProgram(clusterName, words, remedy, filled(body, all))
  const found = jobId.safeParse(id.exec(answer)?.[1])
  if (found.success) return found.data
  const [said = ''] = answer.trim().split('\n')
  throw new UserError(
    `${where}: no id of a job in what ${words[0]} answered ("${said}"); mend its line "#kopt id:", and look whether a job was submitted`,
  )
}

/** The exit code of a job that was told beforehand: clusters are told to queue it again. */
const againCode = 99

/** As long as the names of jobs may be everywhere, and of letters that may stand in them everywhere. */
const longestName = 15

function ofRun(root: string, logs: string, script: string): Values {
  const name = `kopt-${path
    .basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')}`
    .slice(0, longestName)
    .replace(/-$/, '')
  const paths = { folder: root, logs, script }
  const separating = /[:,%]/.exec(root)?.[0]
  if (separating !== undefined)
    throw new UserError(
      `jobs can't be told of ${shownPath(root)}: "${separating}" means something to a cluster; choose another folder for the run`,
    )
  requirePlain(paths, () => `jobs can't be told of the run's folder`)
  return { ...paths, name }
}

function placesOf({ submit, body }: JobTemplate): Set<string> {
  return new Set(placeholders([...submit, body].join('\n')))
}

/** Values that the template has no place for, and places of its that need one. */
function refuseOthers(template: FoundTemplate, values: Values): void {
  const places = placesOf(template)
  const missing = template.needs.filter((name) => !Object.hasOwn(values, name))
  if (missing.length > 0)
    throw new UserError(
      `${template.where} needs ${missing.map((name) => `--job ${name}=...`).join(', ')}; what for: docs/scale.md`,
    )
  const unused = Object.keys(values).find((name) => name !== 'cores' && !places.has(name))
  if (unused === undefined) return
  const others = [...places].filter((name) => !given.includes(name))
  throw new UserError(
    `--job ${unused}: there is no {${unused}} in ${template.where}; it has ${others.length > 0 ? others.map((name) => `{${name}}`).join(', ') : 'no place for values'}`,
  )
}

function tasksOf({ ask, left, runs, gone }: JobTemplate, id: string): ClusterTask[] | undefined {
  if (ask === undefined || left === undefined) return undefined
  const answer = callProgram(withId(ask, id))
  if (answer === undefined) return undefined
  if (answer.code !== 0) return gone?.test(`${answer.output}\n${answer.errors}`) ? [] : undefined
  const line = new RegExp(filled(left, { id: id.replace(/[.[\]]/g, '\\$&') }))
  return answer.output.split('\n').flatMap((each) => {
    const state = line.exec(each)?.[1]
    return state === undefined ? [] : [{ id, state, reason: '', runs: runs?.test(state) ?? false }]
  })
}

function shippedFile(name: string): string {
  return fileURLToPath(new URL(`../../docs/templates/${name}.txt`, import.meta.url))
}
