/**
 * Synthetic films that a person has rejected, kept out of the pools of the model that is handed over. The folds draw from generators
 * of their own, whose films nobody has seen.
 */
import { elementAt } from '../../base/element-at.js'
import { UserError } from '../../base/errors.js'
import { jsonText, readJson } from '../../base/files.js'
import { hashBytes } from '../../base/hash.js'
import { shownPath } from '../../base/shown-path.js'
import type { RejectedFilms } from '../../record/result.js'
import { type FilmDecisions, readFilmDecisions, rejectedOf } from '../../synthetic/film-decisions.js'
import type { Sieve, Sifted } from '../../synthetic/sift.js'
import { imagesOfClasses, notDrawnWords, rejectedWords } from '../../words/run-warnings.js'
import type { SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'
import { copyChecks } from './exclude-copies.js'

/**
 * Takes what a person has decided into the run, before anything hangs on it: a resumed run goes on with what it began with, whatever
 * has become of the file. Throws a `UserError` where the file is no such list, or is asked for again and has changed.
 */
export function keepDecisions({ config, run, seals }: Pick<StageContext, 'config' | 'run' | 'seals'>): void {
  const { rejected: file } = config.synthetic
  if (file === null || seals.holds(run.filmDecisions)) return
  const text = jsonText(readFilmDecisions(file))
  const before = seals.recorded(run.filmDecisions)
  if (before !== undefined && before !== hashBytes(text))
    throw new UserError(
      `${shownPath(file)} says other things than when the run began, and the run has lost what it said then; put the file back as it was, or start a new run`,
    )
  seals.write(run.filmDecisions, text)
}

/** What the round that works in the run's own folder is to leave out; null where that is nothing, and in every fold. */
function decisionsOf({
  config,
  run,
  directory,
}: Pick<StageContext, 'config' | 'run' | 'directory'>): FilmDecisions | null {
  if (config.synthetic.rejected === null || directory.root !== run.root) return null
  return readJson<FilmDecisions>(run.filmDecisions)
}

/** What is left out of the pools of each class, as the configuration says; null where nothing is. */
export async function sievesOf(
  context: Pick<StageContext, 'config' | 'run' | 'directory' | 'signal'>,
  data: SearchData,
): Promise<Sieve[] | null> {
  const checks = await copyChecks(context, data)
  const decisions = decisionsOf(context)
  if (!checks && !decisions) return null
  return data.classes.map((label, c) => ({
    copies: checks?.[c] ?? null,
    rejected: decisions ? rejectedOf(decisions, label) : new Set<string>(),
  }))
}

/**
 * What became of the rejected films, by the pools of each class: said, and for the result. Null where none were named.
 * Throws a `UserError` where the file is of other films than were drawn here.
 */
export function rejectedFilms(
  context: Pick<StageContext, 'config' | 'run' | 'directory' | 'emit'>,
  classes: readonly string[],
  pools: readonly (readonly Sifted[])[],
): RejectedFilms | null {
  const decisions = decisionsOf(context)
  if (!decisions) return null
  const file = shownPath(context.config.synthetic.rejected ?? '')
  const rejected = decisions.films.filter(({ decision }) => decision === 'rejected')
  const strange = rejected.find((film) => !classes.includes(film.class))
  if (strange)
    throw new UserError(
      `${file} rejects films of class ${strange.class}, and this run has ${classes.join(', ')}; give a file that was made while looking at films of these classes`,
    )
  const perClass = <T>(of: (label: string, c: number) => T) =>
    Object.fromEntries(classes.map((label, c) => [label, of(label, c)]))
  const met = perClass((_, c) => new Set(elementAt(pools, c).flatMap((pool) => pool.rejected)))
  const checked = classes.map((_, c) => Math.min(...elementAt(pools, c).map((pool) => pool.checked)))
  const isMet = (film: (typeof rejected)[number]) => met[film.class]?.has(film.pixels) === true
  const missing = rejected.filter((film) => !isMet(film))
  // A smaller K draws fewer films, and need not come to those.
  const reached = missing.filter(({ class: label, number }) => number <= elementAt(checked, classes.indexOf(label)))
  if (reached.length > 0 && missing.length === rejected.length)
    throw new UserError(
      `${file} is of other synthetic films: none of the ${rejected.length} that it rejects is among those drawn here (${imagesOfClasses(classes, checked)}). The same films come again where training films, seed, generator and its options are those of the run that was looked at, and the computer and the version of kopt, too; give the file of such a run, or leave out synthetic.rejected`,
    )
  const named = perClass((label) => rejectedOf(decisions, label).size)
  const leftOut = perClass((_, c) => elementAt(pools, c).reduce((sum, pool) => sum + pool.rejected.length, 0))
  const notDrawn = new Set(missing.map((film) => `${film.class} ${film.pixels}`)).size
  context.emit({ type: 'note', text: rejectedWords(classes, leftOut) })
  if (notDrawn > 0) context.emit({ type: 'warning', text: notDrawnWords(notDrawn) })
  return {
    decided: decisions.films.length,
    named,
    leftOut,
    notDrawn,
    afterResult: rejected.some(({ afterResult }) => afterResult),
  }
}
