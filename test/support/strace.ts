/** What a command asks of the system: its network calls, and the files that it makes, changes or removes. Linux only. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { TestContext } from 'vitest'
import { koptFile } from './kopt.js'
import { need } from './needs.js'

export interface Traced {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Calls that open or use a socket of any network, and look-ups of names, as strace prints them. */
  readonly network: readonly string[]
  /** Absolute paths of what was opened for writing, made, renamed, linked or removed. */
  readonly written: readonly string[]
}

const calls =
  'network,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat'

export function needStrace(context: TestContext): void {
  const found = spawnSync('strace', ['-V'], { encoding: 'utf8' }).status === 0
  need(context, found, 'strace', 'apt-get install strace (Linux only)')
}

interface Surroundings {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** A file for strace's own use. */
  readonly log: string
}

/** Runs `kopt` with these words under strace, its children too. */
export function traced(words: readonly string[], surroundings: Surroundings): Traced {
  return tracedNode([koptFile, ...words], surroundings)
}

/** The same of any program of Node. */
export function tracedNode(words: readonly string[], { cwd, env, log }: Surroundings): Traced {
  const options = ['-f', '--seccomp-bpf', '-qq', '-s', '200', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', log]
  const { status, stdout, stderr } = spawnSync('strace', [...options, process.execPath, ...words], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    // a call that another thread interrupted says its arguments in its first half
    .filter((line) => !/<\.\.\. \w+ resumed>/.test(line))
  return {
    code: status,
    stdout,
    stderr,
    network: lines.filter(reachesOut),
    written: [...new Set(lines.flatMap(pathsWritten).map((file) => path.resolve(cwd, file)))],
  }
}

/** Pairs of connected sockets and pipes of a process to its children are no network; everything with an address is. */
function reachesOut(line: string): boolean {
  if (/\b(socket|connect|bind|sendto|getsockname)\(.*AF_(INET|INET6|NETLINK|PACKET)/.test(line)) return true
  // The name service of the system is asked through a socket in the file system.
  return /\bconnect\(.*(nscd|resolve|dns)/i.test(line)
}

function pathsWritten(line: string): string[] {
  const [, call, rest] = /\b([a-z0-9]+)\((.*)$/.exec(line) ?? []
  if (call === undefined || / = -1 /.test(rest)) return []
  const named = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, name]) => name)
  if (call.startsWith('open')) return /O_(WRONLY|RDWR|CREAT)/.test(rest) ? named.slice(0, 1) : []
  return /^(creat|mkdir|rename|link|symlink|unlink)/.test(call) ? named : []
}
