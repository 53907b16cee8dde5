/** The made cohort, which a page offers where there is nothing else to show. */
export interface DemonstrationView {
  /** Its films are being drawn; its run is put into the queue when they are there. */
  readonly drawing: boolean
  /** Why that could not be done. */
  readonly problem: string | null
  /** What types the same on the command line. */
  readonly command: string
}
