/** Words of a command line as a shell of Linux or macOS takes them. */

/** In single quotes where the shell would read anything into it. */
export function shellWord(text: string): string {
  return /^[\w./:=,@%+-]+$/.test(text) ? text : singleQuoted(text)
}

export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** `kopt` with these words, as it is typed. */
export function koptCommand(...words: readonly string[]): string {
  return ['kopt', ...words].map(shellWord).join(' ')
}
