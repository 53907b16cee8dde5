/** A cohort out of a data set: which films it trains, tunes and tests with, which stay unseen, and what is left for the truth. */
import { UserError } from '../../dist/base/errors.js'
import { groupBy } from '../../dist/base/group-by.js'
import { Rng } from '../../dist/base/random.js'
import { largestTried } from '../../dist/experiment/config/multiples.js'
import { additions } from '../../dist/synthetic/allocation.js'
import { configOf } from './study.mjs'
import { handedOver } from './synthetic.mjs'

/** Further test sets of each size, at most. */
const mostTestSets = 5

/** Films of each class in a cohort's training, tuning and test set. */
function quotasOf({ classes }, { diseased, split, data }, size) {
  const ofClass = classes.map((label) => Math.round(size * (label === data.positive ? diseased : 1 - diseased)))
  const upTo = (share) => ofClass.map((count) => Math.round(count * share))
  const [first, second] = [upTo(split[0]), upTo(split[0] + split[1])]
  return {
    train: first,
    tuning: second.map((count, c) => count - first[c]),
    test: ofClass.map((count, c) => count - second[c]),
  }
}

/** Unseen films of each class for the largest K: as many as it asks for, or as there are. */
function unseenQuota({ films, classes }, { truth }, quotas, config) {
  const wanted = additions(quotas.train, largestTried(config.search))
  return classes.map((label, c) => {
    const all = films.filter((film) => film.label === label).length
    const cohort = quotas.train[c] + quotas.tuning[c] + quotas.test[c]
    return Math.max(0, Math.min(wanted[c], all - cohort - truth))
  })
}

/**
 * Draws a cohort; the same data set, size and seed draw the same one in every study. All films of a patient fall on one side.
 *
 * @returns films by set, and further test sets of each size out of the rest
 */
export function drawCohort(dataset, study, { source, size, seed }) {
  const quotas = quotasOf(dataset, study, size)
  if (
    Object.values(quotas)
      .flat()
      .some((count) => count < 1)
  )
    throw new UserError(`sizes: of ${size} films some set would have none of a class; take larger cohorts`)
  const wanted = {
    ...quotas,
    ...(handedOver[source]?.takesUnseen && { unseen: unseenQuota(dataset, study, quotas, configOf(study, source)) }),
  }
  const rng = new Rng(seed).split('proof')
  const sets = deal(dataset, wanted, rng)
  requireFull(dataset, study, size, { sets, quotas })
  return { sets, tests: testSets(dataset, study, sets.rest, rng.split('tests')) }
}

/** Patients in a drawn order, each to the first set that has room for all of its films. */
function deal({ films, classes }, wanted, rng) {
  const room = Object.fromEntries(Object.entries(wanted).map(([set, counts]) => [set, [...counts]]))
  const sets = Object.fromEntries([...Object.keys(wanted), 'rest'].map((set) => [set, []]))
  const patients = [...groupBy(films, ({ patient }) => patient).values()]
  for (const ofPatient of rng.shuffle(patients)) {
    const counts = classes.map((label) => ofPatient.filter((film) => film.label === label).length)
    const set = Object.keys(wanted).find((name) => counts.every((count, c) => count <= room[name][c])) ?? 'rest'
    if (set !== 'rest')
      counts.forEach((count, c) => {
        room[set][c] -= count
      })
    sets[set].push(...ofPatient)
  }
  return sets
}

function requireFull({ classes }, { name, truth }, size, { sets, quotas }) {
  const countOf = (set, label) => sets[set].filter((film) => film.label === label).length
  const short = classes.flatMap((label, c) => {
    const needed = quotas.train[c] + quotas.tuning[c] + quotas.test[c]
    const found = ['train', 'tuning', 'test'].reduce((sum, set) => sum + countOf(set, label), 0)
    if (found < needed) return [`of class ${label} a cohort takes ${needed}, and only ${found} could be drawn`]
    const left = countOf('rest', label)
    return left < truth
      ? [`of class ${label} ${left} are left beside a cohort, and ${truth} shall stay for the truth`]
      : []
  })
  if (short.length > 0)
    throw new UserError(
      `the study ${name} has too few films for cohorts of ${size}: ${short.join('; ')}; take smaller ones (sizes), or less (truth)`,
    )
}

/** Disjoint sets of each size out of the films that are left, with the cohort's share of diseased. */
function testSets({ classes }, { tests, diseased, data }, rest, rng) {
  return tests.flatMap((size) => {
    const quotas = classes.map((label) => Math.round(size * (label === data.positive ? diseased : 1 - diseased)))
    const shuffled = classes.map((label) =>
      rng.split(`${size} ${label}`).shuffle(rest.filter((film) => film.label === label)),
    )
    const sets = Math.min(mostTestSets, ...quotas.map((quota, c) => Math.floor(shuffled[c].length / quota)))
    return Array.from({ length: sets }, (_, i) => ({
      size,
      films: quotas.flatMap((quota, c) => shuffled[c].slice(i * quota, (i + 1) * quota)),
    }))
  })
}
