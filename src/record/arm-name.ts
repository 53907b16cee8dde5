/** The arms in words; the paper's codes follow in brackets. What is shown and what is decided speak of an arm alike. */
const names: Record<string, string> = {
  OD: 'Original films only',
  'OD=native': 'Original films at native size',
  'OD=balanced': 'Original films resampled to balance',
  'OD+CDA': 'Original films with conventional augmentation',
  GCB: 'Balanced with synthetic films',
  'GCB+CDA': 'Balanced, with conventional augmentation',
  'GCB+OMGDA': 'Chosen multiple of synthetic films',
  'GCB+OMGDA+CDA': 'Multiple of synthetic films and conventional variants, half each',
}

/** Prose name of an arm: `Original films only`; `X=steps` adds "equal steps"; an unknown code stands for itself. */
export function armName(code: string): string {
  const known = names[code]
  if (known) return known
  const steps = /^(.+?)[ =:]steps$/.exec(code)
  return steps ? `${armName(steps[1])}, equal steps` : code
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
  return `${code.startsWith('GCB+OMGDA') ? 'the ' : ''}${name[0].toLowerCase()}${name.slice(1)}`
}
