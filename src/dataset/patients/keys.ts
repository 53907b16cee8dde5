/** The patients of films as `--patient-from` names them: by folder, by the beginning of a name, by a regular expression. */
import { elementAt } from '../../base/element-at.js'
import type { FoundFilm } from '../reader.js'
import { byFolder } from './folders.js'
import { prefixOf } from './names.js'
import { byPattern, perPlace } from './pattern.js'
import { placeOf } from './place.js'

/**
 * The key of each film's patient, in the films' order. After `place:` equal keys in two places (`placeOf`) are two patients.
 * Throws a `UserError` where `patientFrom` does not fit the films.
 */
export function patientKeys(films: readonly FoundFilm[], patientFrom: string): string[] {
  const anew = patientFrom.startsWith(perPlace)
  const how = anew ? patientFrom.slice(perPlace.length) : patientFrom
  const found = keysWithDepth(films, how)
  return found.map(({ key, depth }, i) => (anew ? `${placeOf(elementAt(films, i), depth)}/${key}` : key))
}

/** Keys, and how many folders of the path lie before each; all of them where that is absent. */
function keysWithDepth(films: readonly FoundFilm[], how: string): readonly { key: string; depth?: number }[] {
  switch (how) {
    case 'folder':
      return byFolder(films).map(({ name, at }) => ({ key: name, depth: at }))
    case 'prefix':
      return films.map(({ name }) => ({ key: prefixOf(name) }))
    default: {
      const names = films.map(({ name }) => name)
      return byPattern(names, how).map(({ key, start }, i) => ({
        key,
        depth: elementAt(names, i).slice(0, start).split('/').length - 1,
      }))
    }
  }
}
