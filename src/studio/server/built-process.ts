/** Where what was built of a module of this folder lies: processes are started from files that Node can run. */
export function builtProcess(name: string): URL {
  // Where the sources run as they are (in the tests), what was built from them is started.
  const folder = import.meta.url.endsWith('.ts') ? '../../../dist/studio/server' : '.'
  return new URL(`${folder}/${name}.js`, import.meta.url)
}
