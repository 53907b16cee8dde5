/** Cases into folds of a cross-validation: all of a patient's in one, each class spread evenly. */
import type { Rng } from '../base/random.js'

/** Fold of each case, 0..folds - 1. Patients with films of the same classes are shuffled and numbered round the folds. */
export function patientFolds(
  cases: readonly { readonly patient: string; readonly label: string }[],
  folds: number,
  rng: Rng,
): Int32Array {
  const labels = new Map<string, string[]>()
  for (const { patient, label } of cases) labels.set(patient, [...(labels.get(patient) ?? []), label])
  const kinds = new Map<string, string[]>()
  for (const [patient, own] of labels) {
    const kind = JSON.stringify(own.toSorted())
    kinds.set(kind, [...(kinds.get(kind) ?? []), patient])
  }
  const foldOf = new Map<string, number>()
  let next = 0
  for (const kind of [...kinds.keys()].sort()) {
    for (const patient of rng.split(kind).shuffle(kinds.get(kind) as string[])) foldOf.set(patient, next++ % folds)
  }
  return Int32Array.from(cases, ({ patient }) => foldOf.get(patient) as number)
}
