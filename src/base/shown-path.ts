import path from 'node:path'

/** A path as people type it: relative to the working folder where it lies within. */
export function shownPath(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative === '' ? '.' : relative.startsWith('..') ? file : relative
}
