/**
 * A folder with one folder per class, or with train/val/test folders that hold one folder per class each.
 * Films may lie in folders below (one per patient, say). What the system leaves behind (.DS_Store, Thumbs.db) is not data;
 * other files that neither look nor claim to be images are left out and counted.
 */

import path from 'node:path'
import { UserError } from '../base/errors.js'
import { type FolderEntry, listDirectory, readHead, Unreadable } from '../base/files.js'
import { counted } from '../base/format.js'
import { refusalOf, sniffContent, sniffedBytes } from '../image/codec.js'
import { type FileBelow, filesBelow } from './files-below.js'
import {
  type FoundFilm,
  firstFew,
  isDicomDirectory,
  isSystemEntry,
  namedAsImage,
  type Reading,
  refuse,
  splitOfWord,
} from './reader.js'
import type { SplitName } from './sample.js'
import { NamedFilms, type Warning } from './warning.js'

const layouts =
  'put the films into one folder per class (normal/, sinusitis/), or give a CSV manifest with the columns file,label ' +
  '(kopt manifest makes one from films and a table)'

/**
 * Lists the films of a folder. Throws a `UserError` where there are no class folders.
 * @param labelled false: films in no class folder count too, with the label ''
 */
export function readFolder(root: string, labelled = true): Reading {
  const entries = listDirectory(root).filter(({ name }) => !isSystemEntry(name))
  const folders = usable(entries)
  const loose = entries.filter((entry) => !entry.directory && namedAsImage(entry.name)).map((entry) => entry.name)
  if (entries.length === 0) throw new UserError(`${root} is empty: ${layouts}`)
  if (folders.length === 0 && labelled) {
    const what =
      loose.length > 0 ? `holds ${counted(loose.length, 'image')}, but no class folders` : 'holds no class folders'
    throw new UserError(`${root} ${what}: ${layouts}`)
  }

  const problems = unusable(entries)
  const films: FoundFilm[] = []
  const excluded: string[] = []
  const warnings: Warning[] = []
  const take = (found: FileBelow, label: string, split?: SplitName) => {
    const { image, problem } = lookAt(path.join(root, found.name), found)
    if (!image) return excluded.push('not an image')
    return films.push({
      file: path.join(root, found.name),
      name: found.name,
      label: label.normalize('NFC'),
      ...(split && { split }),
      ...(problem !== undefined && { problem }),
    })
  }
  if (!labelled) {
    for (const { name, directory, problem } of entries) if (!directory) take({ name, problem }, '')
  } else if (loose.length > 0) {
    excluded.push(...loose.map(() => 'in no class folder'))
    warnings.push(new NamedFilms(`${counted(loose.length, 'image')} in no class folder left out`, firstFew(loose)))
  }

  const readClasses = (folder: string, names: readonly string[], split?: SplitName) => {
    for (const label of names) {
      const before = films.length
      for (const found of filesBelow(root, path.posix.join(folder, label))) take(found, label, split)
      if (films.length === before && labelled)
        warnings.push(`the folder ${path.posix.join(folder, label)} holds no images and is no class`)
    }
  }

  const splits = folders.map(splitOfWord)
  if (splits.every((split) => split !== undefined) && splits.includes('train')) {
    folders.forEach((folder, i) => {
      const inside = listDirectory(path.join(root, folder)).filter(({ name }) => !isSystemEntry(name))
      problems.push(...unusable(inside, folder))
      readClasses(folder, usable(inside), splits[i])
    })
  } else {
    readClasses('', folders)
  }
  if (films.length === 0) {
    refuse(`${root} can't be used`, problems)
    throw new UserError(`${root} holds no images in its folders (${firstFew(folders)}): ${layouts}`)
  }
  return { root, films, excluded, warnings, problems, labelsFromFolders: true }
}

/** Whether this is an image, by its name or else by its content. What can't be opened may be one: the audit says so. */
function lookAt(file: string, { name, problem }: FileBelow): { image: boolean; problem?: string } {
  if (problem !== undefined || namedAsImage(name)) return { image: true, problem }
  if (isDicomDirectory(name)) return { image: false }
  try {
    return { image: refusalOf(sniffContent(readHead(file, sniffedBytes))) === undefined }
  } catch (error) {
    if (error instanceof Unreadable) return { image: true, problem: error.reason }
    throw error
  }
}

/** Names of the folders that can be classes or sets. */
function usable(entries: readonly FolderEntry[]): string[] {
  return entries.flatMap(({ name, directory, problem }) => (directory && problem === undefined ? [name] : []))
}

/** A class is not left out as a film is: what is wrong with its folder forbids use. */
function unusable(entries: readonly FolderEntry[], folder = ''): string[] {
  return entries.flatMap(({ name, directory, problem }) =>
    directory && problem !== undefined ? [`the folder ${path.posix.join(folder, name)} ${problem}`] : [],
  )
}
