/** A region of interest as an annotation file gives it, and what a reader of one such file answers. */
import { shortened } from '../../base/shortened.js'
import type { Rectangle } from '../../image/rectangle.js'

export interface Region {
  /** The image by the name that the file gives it: a path, a bare name, an address. */
  readonly image: string
  readonly rectangle: Rectangle
  /** The region's own class; absent where the file gives none. */
  readonly label?: string
  /** Where it stands, for messages: 'regions.csv, row 3'. */
  readonly place: string
  /** Size of the image on which it was drawn, where the file says so. */
  readonly drawnOn?: ImageSize
}

export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Why an entry gives no region. */
export interface RegionProblem {
  /** A sentence with the entry's place. */
  readonly text: string
  /** The entry's place. */
  readonly place: string
  /** Its image, where it names one. */
  readonly image?: string
}

export interface RegionReading {
  readonly regions: readonly Region[]
  readonly problems: readonly RegionProblem[]
  /** Regions that were drawn as something else, of which the rectangle around is taken: how many of each. */
  readonly around: Readonly<Record<string, number>>
}

/** Collects the regions of a file; a rectangle without area becomes a problem. */
export class RegionCollector implements RegionReading {
  readonly regions: Region[] = []
  readonly problems: RegionProblem[] = []
  readonly around: Record<string, number> = {}

  constructor(private readonly file: string) {}

  /** Why the entry at a place gives no region; `image` where it names one. */
  problem(place: string, text: string, image?: string): void {
    const where = `${this.file}, ${shortened(place)}`
    this.problems.push({ text: `${where}: ${text}`, place: where, ...(image && { image }) })
  }

  /** Adds a region whose place is given within the file ('row 3'); `drawnAs` where its rectangle is the one around it. */
  add(region: Region, problem: string | undefined, drawnAs?: 'circle' | 'ellipse' | 'mask'): void {
    if (problem !== undefined) {
      this.problem(region.place, `the rectangle ${problem}`, region.image)
      return
    }
    this.regions.push({ ...region, place: `${this.file}, ${shortened(region.place)}` })
    if (drawnAs !== undefined) this.around[drawnAs] = (this.around[drawnAs] ?? 0) + 1
  }
}
