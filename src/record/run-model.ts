/** The model that a run has left. */
import { UserError } from '../base/errors.js'
import { exists } from '../base/files.js'
import { shownPath } from '../base/shown-path.js'
import type { RunDirectory } from './run-directory.js'
import { requireWhole } from './seals.js'

/** Its file, whole. Throws a `UserError` where there is none, or not as the run has left it. `run` is how the folder was named. */
export function requireModel(directory: RunDirectory, run = shownPath(directory.root)): string {
  if (!exists(directory.classifier)) {
    throw new UserError(`${run} has no model (model/classifier.onnx); kopt resume ${run} finishes it, or makes it anew`)
  }
  requireWhole(directory, directory.classifier)
  return directory.classifier
}
