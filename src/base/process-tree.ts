/**
 * Ends a process with all that it has started. What still has a living parent is found by its parent; what has lost it, by
 * the group that it belongs to. A daemon, which has left both on purpose, is out of reach.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** Ends the leader of a group of processes, the group, and whatever any of them has started. */
export function endTree(leader: number): void {
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(leader), '/T', '/F'], { windowsHide: true })
    return
  }
  const others = descendantsOf(leader)
  // The leader last: it may be the process that does this.
  for (const pid of others) end(pid)
  end(-leader)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone already
  }
}

/** On Linux; other systems are left with the group. */
function descendantsOf(leader: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of processes()) {
    const [pid, parent] = [Number(name), parentOf(name)]
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid])
  }
  const found: number[] = []
  for (let next = children.get(leader) ?? []; next.length > 0; ) {
    found.push(...next)
    next = next.flatMap((pid) => children.get(pid) ?? [])
  }
  return found
}

function processes(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** Field 4 of /proc/PID/stat; the name before it may hold anything, a bracket too. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')
    return Number(stat.split(' ')[1])
  } catch {
    return undefined
  }
}
