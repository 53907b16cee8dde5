/** Regions of interest as a reader draws them. Pixels of the upright film, which is what `--roi` means. */

export interface DrawnRegion {
  /** Of its upper left corner before it is turned. */
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** Clockwise about its centre; absent: 0. */
  readonly rotationDegrees?: number
  /** Its class, or what it is; absent: that of its film. */
  readonly label?: string
}

/** What a reader has drawn on a film. */
export interface FilmRegions {
  readonly regions: readonly DrawnRegion[]
  /** Changes with the regions: what is saved names the version that it began from. */
  readonly version: string
}

/** All that a reader has drawn, by the id of the film; films without a region are left out. */
export interface ReaderRegions {
  /** The reader's name. */
  readonly reader: string
  readonly films: Readonly<Record<string, FilmRegions>>
  /** Of a film without a region. */
  readonly emptyVersion: string
  readonly command: string
  /** What of the file is of no film here, or no region. */
  readonly problems: readonly string[]
}

/** A reader who may draw; addresses have the id and not the name. */
export interface BegunReader {
  readonly id: string
}

export interface ReaderSummary extends BegunReader {
  readonly reader: string
  readonly films: number
  readonly regions: number
}

/** How far two readers agree. */
export interface Agreement {
  readonly readers: readonly [string, string]
  /** Films on which both have drawn. */
  readonly films: number
  /** Regions of both that cover each other by half, and those of either without the other's. */
  readonly matched: number
  readonly onlyFirst: number
  readonly onlySecond: number
  /** Mean share of the common area of the matched ones; null without any. */
  readonly overlap: number | null
  /** Cohen's kappa of the labels of the matched ones; null where it could not be had. */
  readonly kappa: { readonly value: number; readonly low: number | null; readonly high: number | null } | null
}

export interface RegionsView {
  readonly readers: readonly ReaderSummary[]
  readonly agreements: readonly Agreement[]
  /** Why nothing can be drawn here; null where it can. */
  readonly refusal: string | null
}
