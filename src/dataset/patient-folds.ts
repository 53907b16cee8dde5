/** Cases into folds of a cross-validation: all of a patient's in one, each class spread evenly. */
import { groupBy } from '../base/group-by.js'
import type { Rng } from '../base/random.js'

/** Fold of each case, 0..folds - 1. Patients with films of the same classes are shuffled and numbered round the folds. */
export function patientFolds(
  cases: readonly { readonly patient: string; readonly label: string }[],
  folds: number,
  rng: Rng,
): Int32Array {
  const patients = groupBy(cases, ({ patient }) => patient)
  const kinds = groupBy([...patients], ([, own]) => JSON.stringify(own.map(({ label }) => label).sort()))
  const foldOf = new Map<string, number>()
  let next = 0
  for (const kind of [...kinds.keys()].sort()) {
    const ofKind = (kinds.get(kind) ?? []).map(([patient]) => patient)
    for (const patient of rng.split(kind).shuffle(ofKind)) foldOf.set(patient, next++ % folds)
  }
  return Int32Array.from(cases, ({ patient }) => foldOf.get(patient) as number)
}
