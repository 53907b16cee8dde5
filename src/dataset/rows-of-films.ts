/**
 * Which rows of a manifest name the same film: under another label, or the same once more. A film whole and a part of it
 * conflict like two whole ones, two parts do not. However often a film is named, a row costs the same.
 */

export interface FilmRow {
  readonly row: number
  readonly label: string
  /** '' for the whole film. */
  readonly roi: string
}

export class RowsOfFilms {
  readonly #films = new Map<string, RowsOfFilm>()

  /** The rows so far of a film, given by any key. */
  rowsOf(film: string): RowsOfFilm {
    const known = this.#films.get(film)
    if (known !== undefined) return known
    const rows = new RowsOfFilm()
    this.#films.set(film, rows)
    return rows
  }
}

class RowsOfFilm {
  #first?: FilmRow
  /** The first row of each label, in all and by region; made for the second row, which few films have. */
  #labels?: { readonly all: Map<string, FilmRow>; readonly byRegion: Map<string, Map<string, FilmRow>> }

  /** The first row that gives another label to what a row with this label and region shows, and the first that says the same. */
  conflict(label: string, roi: string): { other?: FilmRow; same?: FilmRow } {
    if (this.#first === undefined) return {}
    const { all, byRegion } = this.#byLabel(this.#first)
    const own = byRegion.get(roi)
    const rivals = roi === '' ? [all] : [own, byRegion.get('')]
    const others = rivals.flatMap((rows) => otherThan(rows, label) ?? []).sort((a, b) => a.row - b.row)
    return { other: others[0], same: own?.get(label) }
  }

  add(row: FilmRow): void {
    if (this.#first === undefined) {
      this.#first = row
      return
    }
    const { all, byRegion } = this.#byLabel(this.#first)
    const own = byRegion.get(row.roi) ?? new Map<string, FilmRow>()
    byRegion.set(row.roi, own)
    for (const rows of [all, own]) if (!rows.has(row.label)) rows.set(row.label, row)
  }

  #byLabel(first: FilmRow) {
    this.#labels ??= {
      all: new Map([[first.label, first]]),
      byRegion: new Map([[first.roi, new Map([[first.label, first]])]]),
    }
    return this.#labels
  }
}

/** A map keeps its order, so the first or the second entry has another label. */
function otherThan(rows: ReadonlyMap<string, FilmRow> | undefined, label: string): FilmRow | undefined {
  for (const row of rows?.values() ?? []) if (row.label !== label) return row
  return undefined
}
