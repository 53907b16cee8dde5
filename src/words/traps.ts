/** What the findings of an inspection mean for a run, for whoever meets them for the first time. */
import type { DatasetInspection } from '../record/inspection.js'

/** A sentence or two for each kind of finding that is there. */
export function trapMeanings({ nearDuplicates, clues, mixedPatients }: DatasetInspection): string[] {
  const snapped = clues.filter(({ warning }) => warning !== null).map(({ name }) => name)
  const border = snapped.includes('border')
  return [
    ...(nearDuplicates.length === 0
      ? []
      : [
          'Copies: where one of two equal films trains and the other tests, the test is no test. Remove one of each, or tell which patient they are of.',
        ]),
    ...(snapped.length === 0
      ? []
      : [
          `Told apart without the disease (${snapped.join(', ')}): a classifier may learn that in place of the disease, and be worth nothing in another hospital.`,
        ]),
    ...(border
      ? [
          'The border of the films differs between the classes: look there for burnt-in letters, markers and frames; rectangles (--roi) leave them out.',
        ]
      : []),
    ...(mixedPatients === 0
      ? []
      : [
          'Patients in several classes: right where one side is ill and the other is not, or where a patient fell ill between two films; else a label or a patient is wrong.',
        ]),
  ]
}
