/** A value of a configuration as one types it behind `--set KEY=`; empty for one that is not there. */
export function typed(value: unknown): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return `[${value.map(typed).join(', ')}]`
  return typeof value === 'string' ? value : JSON.stringify(value)
}
