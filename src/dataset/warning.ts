/**
 * What is worth knowing about a dataset and hinders nothing. File names may hold what nobody outside should read, so a
 * warning that gives names has two forms: in full for the terminal, and without names for what a run keeps and shows.
 *
 * Unlike findings about figures, warnings are sentences from here on: each is made in one place, from names, rows and columns
 * that only its reader knows, rounds nothing, and is passed on by everybody as it is.
 */
export type Warning = string | NamedFilms

export class NamedFilms {
  constructor(
    /** The warning without names. */
    readonly sentence: string,
    private readonly names: string,
  ) {}

  /** In full. */
  toString(): string {
    return `${this.sentence}: ${this.names}`
  }
}

/** What a run may keep and show. */
export function shownWarning(warning: Warning): string {
  return typeof warning === 'string' ? warning : warning.sentence
}
