/** Whom the jobs of a run are asked after. */
import type { ClusterQueue, StoredJobs } from './cluster.js'
import { slurmQueue } from './slurm.js'
import { ownTemplate, templateNames, templateQueue } from './submit.js'

/**
 * Undefined where they were submitted with a template of somebody's own and that is not named: commands come from nowhere but
 * the command line, for a run's folder may come from anybody.
 */
export function queueOf({ cluster }: StoredJobs, template?: string): ClusterQueue | undefined {
  if (cluster === 'slurm') return slurmQueue
  const name = cluster === ownTemplate ? template : templateNames.find((each) => each === cluster)
  return name === undefined ? undefined : templateQueue(name)
}
