/** Suspected copies of training films, kept out of the pools where the configuration asks for it: the check of each class, and what is said. */
import { elementAt } from '../../base/element-at.js'
import type { ExcludedCopies } from '../../record/result.js'
import { ImageCheck } from '../../synthetic/copies.js'
import { suspiciousP } from '../../synthetic/findings.js'
import type { Sieve, Sifted } from '../../synthetic/sift.js'
import { leftOutWords } from '../../words/run-warnings.js'
import { originalsOf, type SearchData } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'

/** A check for every class, on its training films alone; null where copies may stay. */
export async function copyChecks(
  { config, signal }: Pick<StageContext, 'config' | 'signal'>,
  data: SearchData,
): Promise<ImageCheck[] | null> {
  if (!config.synthetic.excludeCopies) return null
  const checks: ImageCheck[] = []
  for (const classIndex of data.classes.keys()) {
    const patients = data.train.films.filter((film) => film.classIndex === classIndex).map((film) => film.patientId)
    checks.push(await ImageCheck.of(originalsOf(data, classIndex), { patients, signal }))
  }
  return checks
}

/** Sieves that leave out suspected copies and nothing else; null where these may stay. */
export async function copySieves(
  context: Pick<StageContext, 'config' | 'signal'>,
  data: SearchData,
): Promise<Sieve[] | null> {
  return (await copyChecks(context, data))?.map((copies) => ({ copies, rejected: new Set() })) ?? null
}

/** What was left out of the pools of one class, beside what chance alone would have. `certain`: some equal a training film. */
export function excludedCopies(
  check: ImageCheck,
  pools: readonly Pick<Sifted, 'checked' | 'excluded'>[],
  certain = false,
): ExcludedCopies {
  const checked = pools.reduce((sum, pool) => sum + pool.checked, 0)
  const excluded = pools.reduce((sum, pool) => sum + pool.excluded, 0)
  const { byChance, p } = check.byChance(excluded, checked)
  return { checked, excluded, byChance, p, suspicious: certain || (p !== null && p < suspiciousP) }
}

/** Says for each class what was left out: a warning where chance does not explain it. */
export function sayExcluded(
  { emit }: Pick<StageContext, 'emit'>,
  classes: readonly string[],
  excluded: readonly ExcludedCopies[],
): void {
  for (const [c, copies] of excluded.entries())
    emit({ type: copies.suspicious ? 'warning' : 'note', text: leftOutWords(elementAt(classes, c), copies) })
}
