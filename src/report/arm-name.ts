/** Colours of the arms, and sets and metrics in words. */
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
  const known: Record<string, string> = { auc: 'AUC', 'macro-auc': 'macro AUC', f1: 'F1 score', ppv: 'PPV', npv: 'NPV' }
  return known[metric.toLowerCase()] ?? metric
}

/** What ranks the arms of a run, at the head of a label: `AUC`, or `Macro AUC` of more than two classes. */
export function rankingName({ search }: { search: { metric: string } }): string {
  const name = metricName(search.metric)
  return `${name[0].toUpperCase()}${name.slice(1)}`
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
