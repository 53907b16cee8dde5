/** What the child runs that draws the demonstration cohort, as `kopt demo-data` does. */
import { serveChild } from '../../../base/child-process.js'
import { type DemoData, writeDemoData } from '../../../dataset/demo-data.js'

export interface DemonstrationJob {
  readonly folder: string
}

serveChild<DemonstrationJob, never, DemoData>(({ folder }) => writeDemoData(folder, { seed: 1 }))
