/** Which process this is, and whether a process that said so once is still there: numbers of processes are used again. */
import { readFileSync, readlinkSync } from 'node:fs'
import os from 'node:os'

export interface ProcessIdentity {
  readonly host: string
  /** The machine's start; null where the system does not tell. */
  readonly boot: string | null
  /** The space in which `pid` counts (containers have their own); null where the system does not tell. */
  readonly space: string | null
  readonly pid: number
  /** The process's start, in ticks since the machine's; null where the system does not tell. */
  readonly started: string | null
}

export function thisProcess(): ProcessIdentity {
  return processOf(process.pid)
}

/** Of a process on this machine that is known to be there, such as one that was started a moment ago. */
export function processOf(pid: number): ProcessIdentity {
  return { ...thisPlace(), pid, started: statOf(pid)?.started ?? null }
}

/** Whether numbers of processes mean here what they meant there. */
export function isHere({ host, boot, space }: ProcessIdentity): boolean {
  const here = thisPlace()
  return host === here.host && boot === here.boot && space === here.space
}

/** `unknown`: it ran elsewhere, or the system does not tell whether its number was given to another one. */
export function fateOf(identity: ProcessIdentity): 'alive' | 'gone' | 'unknown' {
  if (!isHere(identity)) return 'unknown'
  if (identity.started !== null) {
    const now = statOf(identity.pid)
    // One that has ended and that nobody has asked for stands there as Z.
    return now?.started === identity.started && !/^[ZXx]$/.test(now.state) ? 'alive' : 'gone'
  }
  try {
    process.kill(identity.pid, 0)
    return 'unknown'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'gone' : 'unknown'
  }
}

function thisPlace(): Pick<ProcessIdentity, 'host' | 'boot' | 'space'> {
  return {
    host: os.hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: orNull(() => readlinkSync('/proc/self/ns/pid')),
  }
}

/** Fields 3 and 22 of /proc/PID/stat; the name before them may hold anything, a bracket too. */
function statOf(pid: number): { state: string; started: string } | null {
  const fields = orNull(() =>
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' '),
  )
  const [state, started] = [fields?.[0], fields?.[19]]
  return state === undefined || started === undefined ? null : { state, started }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
