/**
 * What is worth knowing about a dataset and hinders nothing. File names may hold what nobody outside should read, so a
 * warning that gives names has two forms: in full for the terminal, and without names for what a run keeps and shows.
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
