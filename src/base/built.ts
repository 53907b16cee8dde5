/** The file that Node runs as the command `kopt`. */
export function builtCommand(): URL {
  return builtModule('cli/main')
}

/** Where what was built of a module of src/ lies, `cli/main` for example: processes and threads are started from files that Node can run. */
export function builtModule(name: string): URL {
  // Where the sources run as they are (in the tests), what was built from them is started.
  const root = import.meta.url.endsWith('.ts') ? '../../dist' : '..'
  return new URL(`${root}/${name}.js`, import.meta.url)
}
