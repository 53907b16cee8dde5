/** What lies in folders beside files: pipes, sockets, devices, loops of links, names and paths that no program likes. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { type Answer, koptFile } from './kopt.js'
import { need } from './needs.js'

export function needPosix(context: TestContext): void {
  need(
    context,
    process.platform !== 'win32',
    'a system with pipes and modes of files',
    'run this test on Linux or macOS',
  )
}

export function makePipe(file: string): string {
  const { status, stderr } = spawnSync('mkfifo', [file], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return file
}

/** A socket that something listens on until the test ends. */
export async function makeSocket(file: string): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(file, resolve))
  onTestFinished(() => void server.close())
  return file
}

/** A file or folder in `folder` whose name is not UTF-8 (Latin-1's u with two dots), as an archive of an old system leaves it. */
export function makeLatinName(folder: string, kind: 'file' | 'folder', content: Uint8Array = new Uint8Array()): void {
  const name = Buffer.concat([Buffer.from(`${folder}/M`), Buffer.from([0xfc]), Buffer.from('ller.png')])
  if (kind === 'folder') mkdirSync(name)
  else writeFileSync(name, content)
}

/** Folders in folders until the path is longer than the system takes; each is made short and moved. */
export function makeLongPath(folder: string): void {
  const name = 'd'.repeat(200)
  // moved from the innermost out, so that no path is too long while it is made
  for (let depth = 0; depth < 24; depth++) {
    mkdirSync(path.join(folder, 'outer'))
    if (depth > 0) renameSync(path.join(folder, name), path.join(folder, 'outer', name))
    renameSync(path.join(folder, 'outer'), path.join(folder, name))
  }
  onTestFinished(() => void spawnSync('rm', ['-rf', path.join(folder, name)]))
}

/** Links that lead nowhere: to themselves, up, to nothing. */
export function makeLoops(folder: string): void {
  symlinkSync('itself.png', path.join(folder, 'itself.png'))
  symlinkSync('..', path.join(folder, 'up'))
  symlinkSync('nothing', path.join(folder, 'lost.png'))
}

/** `kopt` as somebody who owns nothing here, so that modes of files count also where the tests run as root. */
export function koptAsNobody(words: readonly string[], cwd: string): Answer {
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const env = { ...process.env, HOME: cwd }
  const { status, stdout, stderr } = spawnSync(process.execPath, [koptFile, ...words], {
    cwd,
    encoding: 'utf8',
    env,
    timeout: 60_000,
    ...nobody,
  })
  return { code: status, stdout, stderr }
}
