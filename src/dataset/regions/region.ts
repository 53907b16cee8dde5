/** A region of interest as an annotation file gives it, and what a reader of one such file answers. */
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
}

/** Collects the regions of a file; a rectangle without area becomes a problem. */
export class RegionCollector implements RegionReading {
  readonly regions: Region[] = []
  readonly problems: string[] = []

  constructor(private readonly file: string) {}

  problem(place: string, text: string): void {
    this.problems.push(`${this.file}, ${place}: ${text}`)
  }

  /** Adds a region whose place is given within the file ('row 3'). */
  add(region: Region, problem: string | undefined): void {
    if (problem !== undefined) this.problem(region.place, `the rectangle ${problem}`)
    else this.regions.push({ ...region, place: `${this.file}, ${region.place}` })
  }
}
