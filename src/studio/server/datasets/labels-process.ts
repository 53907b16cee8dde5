/** What the child runs that joins a table of labels to films, as `kopt manifest` does. */
import { serveChild } from '../../../base/child-process.js'
import { type Joining, type JoinOptions, joinLabels } from '../../../dataset/labels/join.js'
import { patientNames } from '../../../dataset/patient-key.js'

export interface LabelsJob extends Omit<JoinOptions, 'nameOf'> {
  readonly folder: string
}

serveChild<LabelsJob, never, Joining>(({ folder, ...options }) =>
  joinLabels(folder, { ...options, nameOf: patientNames({}) }),
)
