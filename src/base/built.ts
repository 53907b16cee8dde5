/** The file that Node runs as the command `kopt`. */
export function builtCommand(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../../dist/cli/main.js' : '../cli/main.js', import.meta.url)
}

/** Where what was built of a module of this folder lies: processes and threads are started from files that Node can run. */
export function builtModule(name: string): URL {
  // Where the sources run as they are (in the tests), what was built from them is started.
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/base' : '.'
  return new URL(`${folder}/${name}.js`, import.meta.url)
}
