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

export interface RegionReading {
  readonly regions: readonly Region[]
  /** One sentence for each entry that gives no region, with its place. */
  readonly problems: readonly string[]
  /** Regions that were drawn as something else, of which the rectangle around is taken: how many of each. */
  readonly around: Readonly<Record<string, number>>
}

/** Collects the regions of a file; a rectangle without area becomes a problem. */
export class RegionCollector implements RegionReading {
  readonly regions: Region[] = []
  readonly problems: string[] = []
  readonly around: Record<string, number> = {}

  constructor(private readonly file: string) {}

  problem(place: string, text: string): void {
    this.problems.push(`${this.file}, ${shortened(place)}: ${text}`)
  }

  /** Adds a region whose place is given within the file ('row 3'); `drawnAs` where its rectangle is the one around it. */
  add(region: Region, problem: string | undefined, drawnAs?: 'circle' | 'ellipse' | 'mask'): void {
    if (problem !== undefined) {
      this.problem(region.place, `the rectangle ${problem}`)
      return
    }
    this.regions.push({ ...region, place: `${this.file}, ${shortened(region.place)}` })
    if (drawnAs !== undefined) this.around[drawnAs] = (this.around[drawnAs] ?? 0) + 1
  }
}
