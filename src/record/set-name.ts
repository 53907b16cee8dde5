/**
 * Names of sets of films. They are keys of result.json and parts of file names, beside names that the run itself uses:
 * no two may meet there.
 */
import { foldedCase } from '../base/path-name.js'
import { isProgramWord } from '../base/program-words.js'

/** What the run's own films are called. */
const ownSets: Readonly<Record<string, string>> = {
  internal: "the dataset's own test films",
  selection: 'the films that choose K',
  train: "the dataset's training films",
  tuning: "the dataset's tuning films",
  'out-of-fold': "the dataset's training films, each as its inner fold scores it",
  test: "the dataset's test films",
}

const mostCharacters = 80
const another = 'give it another name, for example hospital-b'

/**
 * Why these can't be the names of sets added to a run, a sentence each; empty where they can.
 * `taken`: names of sets that are there already.
 */
export function problemsOfSetNames(names: readonly string[], taken: readonly string[] = []): string[] {
  const before = new Map(taken.map((name) => [foldedCase(name), name]))
  return names.flatMap((name) => {
    const problem = problemOf(name, before)
    before.set(foldedCase(name), name)
    return problem === undefined ? [] : [`external set ${JSON.stringify(name)}: ${problem}`]
  })
}

function problemOf(name: string, before: ReadonlyMap<string, string>): string | undefined {
  const folded = foldedCase(name)
  if (Object.hasOwn(ownSets, folded)) return `${folded} stands for ${ownSets[folded]}; ${another}`
  if (isProgramWord(name)) return `this word has a meaning of its own in programs; ${another}`
  if (name.length > mostCharacters) return `it has ${name.length} characters, at most ${mostCharacters} fit; ${another}`
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._+()&',-]*$/u.test(name) || /[ .]$/.test(name)) {
    return `a name begins with a letter or a digit and holds letters, digits, spaces and . _ + - ( ) & ' , alone; ${another}`
  }
  const same = before.get(folded)
  if (same === undefined) return undefined
  return same === name
    ? `there is a set of this name already; ${another}`
    : `it differs from ${same} in capitals alone, which many disks and readers take for the same; ${another}`
}
