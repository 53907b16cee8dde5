/** For tests that start a cluster of their own, below a folder of theirs: a run that is short enough, and what its daemons need. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { kopt } from './kopt.js'
import { tinyBackboneFile } from './tiny-backbone.js'

const settings = [
  'preset=quick',
  'generator.kind=acgan',
  'generator.width=0.05',
  'generator.batchSize=8',
  'generator.steps=1200',
  'image.size=[16, 16]',
  'training.checkpointEvery=1200',
  'training.gridEvery=1200',
  'search.multiples=[1]',
  'search.rivals=none',
  'search.selected=false',
  'compute.threads=1',
  'compute.processes=1',
].flatMap((setting) => ['--set', setting])
const backbone = tinyBackboneFile()

/** Words of a run of which the training of the one generator takes some seconds. */
export const runWords = (out: string, ...more: string[]) => [
  'run',
  'films/hospital-a',
  '--backbone',
  backbone,
  '--out',
  out,
  ...settings,
  ...more,
]

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 200))
}

/** A cluster's daemons and commands, in its environment. */
export class Daemons {
  readonly #started: ChildProcess[] = []

  constructor(
    readonly cwd: string,
    readonly env: Record<string, string>,
  ) {}

  start(program: string, ...words: string[]): void {
    this.#started.push(spawn(program, words, { cwd: this.cwd, env: { ...process.env, ...this.env }, stdio: 'ignore' }))
  }

  get any(): boolean {
    return this.#started.length > 0
  }

  async stop(): Promise<void> {
    for (const each of this.#started.toReversed()) {
      const ended = new Promise((resolve) => each.once('exit', resolve))
      if (each.exitCode === null && each.kill('SIGTERM')) await ended
    }
  }

  status(run: string) {
    return JSON.parse(kopt(['status', run, '--json'], this).stdout)
  }

  /** Steps that a training at work has told of; looked up without a process of its own. */
  steps(run: string): number {
    const work = path.join(this.cwd, run, 'work')
    const told = existsSync(work) ? readdirSync(work).find((name) => name.endsWith('.progress.json')) : undefined
    return told === undefined ? 0 : JSON.parse(readFileSync(path.join(work, told), 'utf8')).done
  }

  hasFinished(run: string): boolean {
    const at = (name: string) => existsSync(path.join(this.cwd, run, name))
    return at('report.html') && !at('work') && !at('run.lock')
  }

  jobsOf(run: string): string[] {
    return JSON.parse(readFileSync(path.join(this.cwd, run, 'work', 'jobs.json'), 'utf8')).ids
  }

  /** What the jobs of a run said. */
  logsOf(run: string): string {
    const folder = path.join(this.cwd, run, 'private')
    return readdirSync(folder)
      .filter((name) => name.endsWith('.log'))
      .map((name) => readFileSync(path.join(folder, name), 'utf8'))
      .join()
  }
}
