/**
 * Where a command puts what it makes, by one rule: nothing that stands there already is written over. A file is new; a page
 * may take the place of one that the same command made; a folder is new, empty, or was made by the same command. What is
 * written appears whole at the end, or not at all.
 */
import { linkSync, lstatSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { throwProblems, UserError } from './errors.js'
import {
  exists,
  isDirectory,
  listDirectory,
  makeDirectory,
  readBytes,
  readHead,
  removeDirectory,
  writeAtomic,
  writeError,
} from './files.js'
import { pageMark } from './page-mark.js'

/** The file in a folder that says which command made the folder. */
const folderMark = '.kopt-made-by'
const pageHead = 2000

/** Throws a `UserError` where something stands at `file`, be it a link to nothing. `flag` is how the file was named. */
export function requireNewFile(flag: string, file: string): void {
  if (file === '-') throw new UserError(`${flag} - is no name for a file; give one, such as ./result`)
  if (stands(file)) throw new UserError(taken(flag, file))
}

/** Writes files that are new, all of them or none. Throws a `UserError` where one is there already, also where it came meanwhile. */
export function writeNewFiles(
  flag: string,
  files: readonly { readonly file: string; readonly content: Uint8Array | string }[],
): void {
  const made: string[] = []
  const drafted = files.map(({ file, content }) => ({ file, content, draft: `${file}.${process.pid}.new` }))
  try {
    for (const { draft, content } of drafted) writeAtomic(draft, content)
    for (const { draft, file } of drafted) {
      placeNew(flag, draft, file)
      made.push(file)
    }
  } catch (error) {
    for (const file of made) rmSync(file, { force: true })
    throw error
  } finally {
    for (const { draft } of drafted) if (stands(draft)) rmSync(draft, { force: true })
  }
}

/** Throws a `UserError` unless nothing stands at `file` or a page that the same command made. */
export function requireOwnPage(flag: string, file: string, madeBy: string): void {
  const page = exists(file) && !isDirectory(file)
  if (!page) requireNewFile(flag, file)
  else if (!new TextDecoder().decode(readHead(file, pageHead)).includes(pageMark(madeBy)))
    throw new UserError(`${taken(flag, file)} (${madeBy} writes over pages of its own alone)`)
}

/** Writes a page that begins with its mark. */
export function writePage(flag: string, file: string, madeBy: string, page: string): void {
  requireOwnPage(flag, file, madeBy)
  writeAtomic(file, page)
}

/** Throws a `UserError` unless there is nothing at `folder`, or an empty folder. */
export function requireNewFolder(flag: string, folder: string): void {
  const names = namesIn(flag, folder)
  if (names.length > 0)
    throw new UserError(`${named(flag, folder)} holds something already (${names[0]}); name a new folder`)
}

/** As `requireNewFolder`, but a folder that the same command made will do, too. */
export function requireOwnFolder(flag: string, folder: string, madeBy: string): void {
  const [first] = namesIn(flag, folder)
  if (first === undefined) return
  const mark = path.join(folder, folderMark)
  if (stands(mark) && new TextDecoder().decode(readBytes(mark, 200)).trim() === madeBy) return
  throw new UserError(
    `${named(flag, folder)} holds something already (${first}) and was not made by ${madeBy}; name a new folder`,
  )
}

/** Makes the folder where it is missing, and marks it as made by a command. */
export function markFolder(folder: string, madeBy: string): void {
  makeDirectory(folder)
  const mark = path.join(folder, folderMark)
  if (!stands(mark)) writeAtomic(mark, `${madeBy}\n`)
}

/**
 * Lets `work` write into a draft inside of `folder`, then puts all of it into place; where the work fails, nothing of it
 * stays. Files that stand there already with the same bytes are left as they are. Throws a `UserError` where others do.
 * The folder has been judged by `requireNewFolder` or `requireOwnFolder`.
 */
export async function writeFolder<T>(
  flag: string,
  folder: string,
  work: (draft: string) => Promise<T> | T,
): Promise<T> {
  const before = stands(folder)
  const draft = path.join(folder, `.kopt-${process.pid}.tmp`)
  makeDirectory(draft)
  const clear = () => {
    removeDirectory(draft)
    try {
      if (!before) rmdirSync(folder)
    } catch {
      // what was put into place stays
    }
  }
  process.once('exit', clear)
  try {
    const done = await work(draft)
    throwProblems(
      `${named(flag, folder)} holds other files of the same names; name another folder`,
      differing(draft, folder),
    )
    moveInto(draft, folder)
    return done
  } finally {
    process.off('exit', clear)
    clear()
  }
}

/** Names in a folder but for what systems leave behind and drafts that nobody writes any more. Throws where it is a file, or a draft is at work. */
function namesIn(flag: string, folder: string): string[] {
  if (folder === '-') throw new UserError(`${flag} - is no name for a folder; give one, such as ./results`)
  if (!stands(folder)) return []
  if (!isDirectory(folder)) throw new UserError(`${named(flag, folder)} is no folder; name a new one`)
  return listDirectory(folder).flatMap(({ name }) => {
    const [, process] = /^\.kopt-(\d+)\.tmp$/.exec(name) ?? []
    if (process === undefined) return /^(\.|thumbs\.db$|desktop\.ini$)/i.test(name) ? [] : [name]
    if (runs(Number(process)))
      throw new UserError(
        `${named(flag, folder)} is being written by another kopt (process ${process}); wait for it, or name another folder`,
      )
    removeDirectory(path.join(folder, name))
    return []
  })
}

/** Files of `from` that stand in `to` with other bytes, or as something else. */
function differing(from: string, to: string): string[] {
  return listDirectory(from).flatMap(({ name, directory }) => {
    const [source, target] = [path.join(from, name), path.join(to, name)]
    if (!stands(target)) return []
    if (directory && isDirectory(target)) return differing(source, target)
    const same = !directory && lstatSync(target).isFile() && Buffer.compare(readBytes(source), readBytes(target)) === 0
    return same ? [] : [target]
  })
}

/** Folders first: a table that lists files comes when they are there. */
function moveInto(from: string, to: string): void {
  const entries = listDirectory(from)
  for (const { name, directory } of [...entries].sort((a, b) => Number(b.directory) - Number(a.directory))) {
    const [source, target] = [path.join(from, name), path.join(to, name)]
    if (!stands(target)) renameSync(source, target)
    else if (directory) moveInto(source, target)
  }
}

/** Gives a draft its name, unless something has it. */
function placeNew(flag: string, draft: string, file: string): void {
  try {
    linkSync(draft, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new UserError(taken(flag, file))
    // some disks know no links: an empty file takes the name first
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    try {
      writeFileSync(file, '', { flag: 'wx' })
    } catch (second) {
      throw (second as NodeJS.ErrnoException).code === 'EEXIST' ? new UserError(taken(flag, file)) : second
    }
    renameSync(draft, file)
  }
}

function taken(flag: string, file: string): string {
  const other = flag === '' ? 'another file with --out' : 'another file'
  return `${named(flag, file)} is there already, and nothing is written over; name ${other}, or move that one away first`
}

/** As it was typed: an option and its value, or an argument alone. */
function named(flag: string, place: string): string {
  return flag === '' ? place : `${flag} ${place}`
}

function stands(place: string): boolean {
  try {
    return lstatSync(place, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    throw writeError(place, error)
  }
}

function runs(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
