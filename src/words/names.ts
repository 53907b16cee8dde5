/** Arms, sets of films and measures as people call them. What is shown and what is decided speak of an arm alike. */
import { capitalised } from '../base/capitalised.js'

/** The paper's codes follow in brackets. */
const armNames: Record<string, string> = {
  OD: 'Original films only',
  'OD=native': 'Original films at native size',
  'OD=balanced': 'Original films resampled to balance',
  'OD+CDA': 'Original films with conventional augmentation',
  GCB: 'Balanced with synthetic films',
  'GCB+CDA': 'Balanced, with conventional augmentation',
  'GCB+OMGDA': 'Chosen multiple of synthetic films',
  'GCB+OMGDA=selected': 'Chosen multiple of selected synthetic films',
  'GCB+OMGDA+CDA': 'Multiple of synthetic films and conventional variants, half each',
}

/** Prose name of an arm: `Original films only`; `X=steps` adds "equal steps"; an unknown code stands for itself. */
export function armName(code: string): string {
  const known = armNames[code]
  if (known) return known
  const steps = /^(.+?)[ =:]steps$/.exec(code)?.[1]
  return steps === undefined ? code : `${armName(steps)}, equal steps`
}

/** Prose name with the code: `Original films only [OD]`. */
export function armWithCode(code: string): string {
  const name = armName(code)
  return name === code ? code : `${name} [${code}]`
}

/** The same inside a sentence: `original films only [OD]`. */
export function armInSentence(code: string): string {
  const name = armWithCode(code)
  if (name === code) return code
  return `${code.startsWith('GCB+OMGDA') ? 'the ' : ''}${name.charAt(0).toLowerCase()}${name.slice(1)}`
}

/** `Internal test set`, or the name of the other hospital's set. */
export function setName(set: string): string {
  return set === 'internal' ? 'Internal test set' : `External test set “${set}”`
}

/** What arms are compared by on test films, inside a sentence: `AUC`, or `macro AUC` of more than two classes. */
export function aucName({ dataset }: { dataset: { classes: readonly string[] } }): string {
  return dataset.classes.length > 2 ? 'macro AUC' : 'AUC'
}

/** The same at the head of a label: `AUC`, `Macro AUC`. */
export function rankingName(result: { dataset: { classes: readonly string[] } }): string {
  return capitalised(aucName(result))
}

/** The measures at a cutoff, in the order shown: key and name. */
export const measureNames = [
  ['accuracy', 'Accuracy'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['f1', 'F1'],
  ['ppv', 'PPV'],
  ['npv', 'NPV'],
] as const
