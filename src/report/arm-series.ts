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
