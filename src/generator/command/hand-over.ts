/**
 * What a program is handed: the training films as PNG, a folder a class, numbered and without a name, a patient or a date; an
 * empty folder a class for what it makes; and a line of JSON that says where these lie and what is wanted.
 */
import path from 'node:path'
import { elementAt } from '../../base/element-at.js'
import { makeDirectory, writeAtomic } from '../../base/files.js'
import { rows } from '../../base/ndarray.js'
import { encodePng } from '../../image/codec.js'
import type { CallJob } from '../contract.js'

/** What the program reads from its standard input, as one line of JSON. Folders are absolute paths. */
export interface ProgramJob {
  /** Of this form; 1. */
  readonly version: 1
  readonly classes: readonly {
    readonly name: string
    /** Folder of the class's training films: 00001.png, 00002.png, ... PNG of 8 bits, grey or RGB, not interlaced, no filter on its rows. */
    readonly films: string
    /** Empty folder for the images that are made of the class. */
    readonly images: string
    /** Images that are wanted; fewer are allowed, and end the search for K earlier. */
    readonly wanted: number
  }[]
  /** Of every film, and of every image that is made: pixels. */
  readonly width: number
  readonly height: number
  /** 1: grey, 3: RGB. */
  readonly channels: 1 | 3
  /** Whole number below 2^31: the same films and the same seed should come to the same images. */
  readonly seed: number
}

/** Writes films and folders below `scratch`, and answers what the program is told. */
export async function handOver(
  { images: films, labels, classes, imageSize, channels, wanted, seed, scratch }: CallJob,
  signal?: AbortSignal,
): Promise<ProgramJob> {
  const [height, width] = imageSize
  const names = folderNames(classes)
  const told = classes.map((name, c) => ({
    name,
    films: path.join(scratch, 'films', elementAt(names, c)),
    images: path.join(scratch, 'images', elementAt(names, c)),
    wanted: elementAt(wanted, c),
  }))
  for (const [c, { films: folder, images }] of told.entries()) {
    makeDirectory(folder)
    makeDirectory(images)
    const ofClass = [...labels.keys()].filter((row) => labels[row] === c)
    for (const [i, row] of ofClass.entries()) {
      signal?.throwIfAborted()
      const { data } = rows(films, row, row + 1)
      const png = await encodePng({ data, width, height, channels, bitDepth: 8 })
      writeAtomic(path.join(folder, `${String(i + 1).padStart(5, '0')}.png`), png)
    }
  }
  return { version: 1, classes: told, width, height, channels, seed }
}

/** Words that name a device on Windows. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** A name for the folder of each class that every system takes: the class's own where it is one. */
function folderNames(classes: readonly string[]): string[] {
  const isPlain = (name: string) => /^[A-Za-z0-9][A-Za-z0-9_+-]{0,59}$/.test(name) && !device.test(name)
  return classes.every(isPlain) ? [...classes] : classes.map((_, c) => `class-${c + 1}`)
}
