/** Markdown of texts from anywhere: names of classes and sets can become no heading, link or element. */
import { shownLine } from '../../base/shown.js'

/** A line of text as it is to be read. */
export function plain(text: string): string {
  return shownLine(text).replace(/[\\`*_{}[\]<>#|~]/g, '\\$&')
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${plain(line)}`).join('\n')
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  return [line(header), `|${header.map(() => ' --- |').join('')}`, ...rows.map(line)].join('\n')
}

/** Sections with their headings; those without content are left out. */
export function sections(level: number, parts: readonly (readonly [heading: string, content: string])[]): string {
  const filled = parts.filter(([, content]) => content !== '')
  return filled.map(([heading, content]) => `${'#'.repeat(level)} ${heading}\n\n${content}\n`).join('\n')
}
