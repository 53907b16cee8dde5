/**
 * A folder with one folder per class, or with train/val/test folders that hold one folder per class each.
 * Films may lie in folders below (one per patient, say). What the system leaves behind (.DS_Store, Thumbs.db) is not data;
 * other files that neither look nor claim to be images are left out and counted.
 */
import path from 'node:path'
import { UserError } from '../base/errors.js'
import { listDirectory, readHead } from '../base/files.js'
import { refusalOf, sniffContent, sniffedBytes } from '../image/codec.js'
import { filesBelow } from './files-below.js'
import { counted, type FoundFilm, firstFew, isSystemEntry, namedAsImage, type Reading, splitOfWord } from './reader.js'
import type { SplitName } from './sample.js'
import { NamedFilms, type Warning } from './warning.js'

const layouts =
  'put the films into one folder per class (normal/, sinusitis/), or give a CSV manifest with the columns file,label'

/**
 * Lists the films of a folder. Throws a `UserError` where there are no class folders.
 * @param labelled false: films in no class folder count too, with the label ''
 */
export function readFolder(root: string, labelled = true): Reading {
  const entries = listDirectory(root).filter(({ name }) => !isSystemEntry(name))
  const folders = entries.filter((entry) => entry.directory).map((entry) => entry.name)
  const loose = entries.filter((entry) => !entry.directory && namedAsImage(entry.name)).map((entry) => entry.name)
  if (entries.length === 0) throw new UserError(`${root} is empty: ${layouts}`)
  if (folders.length === 0 && labelled) {
    const what =
      loose.length > 0 ? `holds ${counted(loose.length, 'image')}, but no class folders` : 'holds no class folders'
    throw new UserError(`${root} ${what}: ${layouts}`)
  }

  const films: FoundFilm[] = []
  const excluded: string[] = []
  const warnings: Warning[] = []
  const take = (name: string, label: string, split?: SplitName) => {
    const file = path.join(root, name)
    if (namedAsImage(name) || refusalOf(sniffContent(readHead(file, sniffedBytes))) === undefined) {
      films.push({ file, name, label: label.normalize('NFC'), ...(split && { split }) })
    } else {
      excluded.push('not an image')
    }
  }
  if (!labelled) {
    for (const { name, directory } of entries) if (!directory) take(name, '')
  } else if (loose.length > 0) {
    excluded.push(...loose.map(() => 'in no class folder'))
    warnings.push(new NamedFilms(`${counted(loose.length, 'image')} in no class folder left out`, firstFew(loose)))
  }

  const readClasses = (folder: string, names: readonly string[], split?: SplitName) => {
    for (const label of names) {
      const before = films.length
      for (const name of filesBelow(root, path.posix.join(folder, label))) take(name, label, split)
      if (films.length === before && labelled)
        warnings.push(`the folder ${path.posix.join(folder, label)} holds no images and is no class`)
    }
  }

  const splits = folders.map(splitOfWord)
  if (splits.every((split) => split !== undefined) && splits.includes('train')) {
    folders.forEach((folder, i) => {
      const inside = listDirectory(path.join(root, folder)).filter(
        ({ name, directory }) => directory && !isSystemEntry(name),
      )
      readClasses(
        folder,
        inside.map(({ name }) => name),
        splits[i],
      )
    })
  } else {
    readClasses('', folders)
  }
  if (films.length === 0) {
    throw new UserError(`${root} holds no images in its folders (${firstFew(folders)}): ${layouts}`)
  }
  return { root, films, excluded, warnings, labelsFromFolders: true }
}
