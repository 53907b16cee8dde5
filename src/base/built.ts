/** The file that Node runs as the command `kopt`. */
export function builtCommand(): URL {
  return builtModule('cli/main')
}

/**
 * The program that was joined from a module of src/ and all that it loads, `cli/main` for example: processes and threads are started
 * from these. The build finds their names by the calls of this function (scripts/programs.mjs).
 */
export function builtModule(name: string): URL {
  return new URL(`programs/${name.replaceAll('/', '-')}.js`, distFolder())
}

/** A file or folder in `dist` that is no module, such as a page. */
export function builtFile(place: string): URL {
  return new URL(place, distFolder())
}

/** Where the sources run as they are (in the tests), what was built from them is taken. */
function distFolder(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? '../../dist/' : '../', import.meta.url)
}
