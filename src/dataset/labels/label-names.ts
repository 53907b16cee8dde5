/** Classes in the names of films: which part of the names may be one, and what an expression finds. */
import { groupBy } from '../../base/group-by.js'
import { stemOf } from '../name-index.js'
import { firstGroups } from '../name-pattern.js'

/** A part of the names that looks like a class. */
export interface NamePart {
  /** Its first group is the class. */
  readonly expression: string
  /** Films of each class. */
  readonly classes: Readonly<Record<string, number>>
  /** A name without folder and extension, with its class. */
  readonly example: { readonly name: string; readonly class: string }
}

const separators = '-_. '
const mostClasses = 6
const mostParts = 6

/** The class of each film, by the first group of an expression that is looked for in its name without folder and extension; undefined where it does not fit. */
export function classesInNames(names: readonly string[], expression: string): (string | undefined)[] {
  return firstGroups(names.map(stemOf), expression, {
    option: '--label-from',
    group: 'names the class',
    form: "give a regular expression with one group, such as '^([^_]+)_'",
  }).map((found) => found?.key)
}

/** Parts between separators, and the letters that a name begins with, that take few values, each in several films. */
export function partsLikeClasses(names: readonly string[]): NamePart[] {
  const part = `[^${separators}]+`
  const expressions = [
    ...Array.from({ length: mostParts }, (_, i) =>
      i === 0 ? `^(${part})` : `^(?:${part}[${separators}]+){${i}}(${part})`,
    ),
    '^([^\\W\\d_]+)',
    `(?:^|[${separators}])([^\\W\\d_]+)\\d*$`,
  ]
  const found = expressions.flatMap((expression): NamePart[] => {
    const classes = classesInNames(names, expression)
    if (!classes.every((name) => name !== undefined)) return []
    const groups = groupBy(classes, (name) => name)
    // A number names a patient or a film, but for the pair of 0 and 1.
    const isClass = (name: string) => !/\d/.test(name) || (groups.size === 2 && /^[01]$/.test(name))
    if (
      groups.size < 2 ||
      groups.size > mostClasses ||
      ![...groups].every(([name, { length }]) => length > 1 && isClass(name))
    )
      return []
    return [
      {
        expression,
        classes: Object.fromEntries(
          [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { length }]) => [name, length]),
        ),
        example: { name: stemOf(names[0] ?? ''), class: classes[0] ?? '' },
      },
    ]
  })
  // Sides and views of films are no classes; whoever has such classes names the expression.
  const others = found.filter(
    ({ classes }) =>
      !Object.keys(classes).every((name) => /^(l|r|left|right|li|re|ap|pa|lat|lateral|frontal)$/i.test(name)),
  )
  // Of several expressions for the same classes the first is the plainest.
  return [...new Map(others.toReversed().map((each) => [JSON.stringify(each.classes), each])).values()].toReversed()
}
