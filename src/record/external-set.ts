/**
 * One more hospital's films, met by a finished run: `external/NAME.json`, a file of its own. result.json stays as it was,
 * so that anyone can see what had been chosen before these films were opened.
 */
import { z } from 'zod'
import { clinicalOfArm, cutoffEvaluation } from './clinical-result.js'
import { maybe } from './figure.js'
import { comparison, evaluation, type Result, result as resultSchema } from './result.js'

const dataset = resultSchema.shape.dataset.shape

export const externalSet = z.object({
  schemaVersion: z.literal(1),
  tool: resultSchema.shape.tool,
  name: z.string(),
  /** When the films were opened. */
  openedAt: z.string(),
  /** SHA-256 of the run's result.json as it stood then. */
  resultHash: z.string(),
  /** Films of each class. */
  films: z.record(z.string(), z.int().min(0)),
  patients: z.int().min(0),
  patientSource: dataset.patientSource,
  flow: dataset.flow.element,
  warnings: z.array(z.string()),
  reading: dataset.readings.unwrap().valueType.optional(),
  /** Whether these films could be held against those of the run; none is among them where they were. */
  overlapChecked: z.boolean(),
  arms: z.array(
    z.object({
      name: z.string(),
      evaluation,
      /** In the order of the arm's cutoffs in result.json; null where one has no value. */
      cutoffs: z.array(cutoffEvaluation.nullable()).optional(),
      calibration: clinicalOfArm.calibration.unwrap().valueType.optional(),
      decision: clinicalOfArm.decision.unwrap().valueType.optional(),
      byPatient: clinicalOfArm.byPatient.unwrap().valueType.optional(),
    }),
  ),
  comparisons: z.array(comparison),
  accuracyComparisons: resultSchema.shape.accuracyComparisons,
  /** The verdict's comparators here, with the upper limit at 1 - 0.025 / (comparators x sets). */
  secondLook: z.array(z.object({ comparator: z.string(), difference: maybe, high: maybe })),
  /** What these films say of the run's verdict, which stands as it was. */
  text: z.string(),
})

export type ExternalSet = z.infer<typeof externalSet>

/** The result as the report shows it: with the sets that were added to the run. Nothing of the run itself changes. */
export function withExternalSets(result: Result, sets: readonly ExternalSet[]): Result {
  return sets.reduce(withExternalSet, result)
}

function withExternalSet(result: Result, set: ExternalSet): Result {
  const { name } = set
  const put = <T>(record: Record<string, T> | undefined, value: T | undefined) =>
    value === undefined ? record : { ...record, [name]: value }
  return {
    ...result,
    dataset: {
      ...result.dataset,
      external: { ...result.dataset.external, [name]: set.films },
      externalPatients: { ...result.dataset.externalPatients, [name]: set.patients },
      flow: [...result.dataset.flow, set.flow],
      warnings: [...result.dataset.warnings, ...set.warnings],
      readings: put(result.dataset.readings, set.reading),
    },
    arms: result.arms.map((arm) => {
      const added = set.arms.find((one) => one.name === arm.name)
      if (!added) return arm
      return {
        ...arm,
        evaluations: { ...arm.evaluations, [name]: added.evaluation },
        cutoffs: arm.cutoffs?.map((cutoff, i) => ({
          ...cutoff,
          evaluations: put(cutoff.evaluations, added.cutoffs?.[i] ?? undefined) ?? {},
        })),
        calibration: put(arm.calibration, added.calibration),
        decision: put(arm.decision, added.decision),
        byPatient: put(arm.byPatient, added.byPatient),
      }
    }),
    comparisons: [...result.comparisons, ...set.comparisons],
    accuracyComparisons: [...(result.accuracyComparisons ?? []), ...(set.accuracyComparisons ?? [])],
    verdict: {
      ...result.verdict,
      comparators: result.verdict.comparators.map((comparator) => {
        const look = set.secondLook.find((difference) => difference.comparator === comparator.name)
        return look ? { ...comparator, external: { ...comparator.external, [name]: look } } : comparator
      }),
    },
  }
}
