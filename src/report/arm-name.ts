/** Arms, sets and metrics in words; the paper's codes follow in brackets. */
const names: Record<string, string> = {
  OD: 'Original films only',
  'OD=native': 'Original films at native size',
  'OD=balanced': 'Original films resampled to balance',
  'OD+CDA': 'Original films with conventional augmentation',
  GCB: 'Balanced with synthetic films',
  'GCB+CDA': 'Balanced, with conventional augmentation',
  'GCB+OMGDA': 'Chosen multiple of synthetic films',
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

/** One of six colours and line forms of the figures, the same for an arm everywhere. */
export function armSeries(code: string): { colour: 1 | 2 | 3 | 4 | 5 | 6; dash: string } {
  switch (code) {
    case 'GCB+OMGDA':
      return { colour: 1, dash: 'thick' }
    case 'OD':
      return { colour: 2, dash: 'short' }
    case 'GCB':
      return { colour: 3, dash: '' }
    case 'GCB+CDA':
      return { colour: 4, dash: 'long' }
    default:
      return { colour: 2, dash: 'dots' }
  }
}

/** `Internal test set`, or the name of the other hospital's set. */
export function setName(set: string): string {
  return set === 'internal' ? 'Internal test set' : `External test set “${set}”`
}

export function metricName(metric: string): string {
  const known: Record<string, string> = { auc: 'AUC', f1: 'F1 score', ppv: 'PPV', npv: 'NPV' }
  return known[metric.toLowerCase()] ?? metric
}
