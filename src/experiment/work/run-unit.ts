/** One unit of work done where it is asked for; every executor's outcomes equal these to the byte. */
import type { ContentSource } from './content-source.js'
import { Contents } from './contents.js'
import { runTrial } from './trial.js'
import type { Unit, UnitOutcome } from './unit.js'

/**
 * Does units of work one by one, wherever it is called; what they name is fetched once for all of them.
 *
 * ```ts run
 * import { Interrupted, run, runFolderSource, unitRunner } from 'kopt'
 * let done = 0
 * const executor = ({ runFolder }) => {
 *   const runUnit = unitRunner(runFolderSource(runFolder))
 *   return {
 *     async run(units, { onOutcome, signal }) {
 *       for (const unit of units) {
 *         if (signal?.aborted) throw new Interrupted()
 *         await onOutcome(await runUnit(unit))
 *         done++
 *       }
 *     },
 *     async close() {},
 *   }
 * }
 * const request = { dataset: 'films/hospital-a', configFile: 'tiny.yaml', out: 'own-executor' }
 * const { result } = await run(request, { executor })
 * console.log(done > 0, result.verdict.benefit)
 * ```
 *
 * ```text
 * true null
 * ```
 *
 * @param source fetches the contents that units name: `runFolderSource` where the run's folder can be read, else one of yours
 * @returns a function that does a unit; its outcome is the same wherever it is done, as far as processors round alike, and it
 *   rejects with a `UserError` where a content can't be fetched as it was left
 */
export function unitRunner(source: ContentSource): (unit: Unit) => Promise<UnitOutcome> {
  const contents = new Contents(source)
  return async (unit) => {
    if (!unit.fineTune) return { id: unit.id, trial: await runTrial(unit, contents) }
    // Compiler and runtime come with it, which a head on frozen features does not need.
    const { runTunedTrial } = await import('./tuned-trial.js')
    return { id: unit.id, ...(await runTunedTrial(unit, unit.fineTune, contents)) }
  }
}
