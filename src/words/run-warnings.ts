/** What a run finds on its way and warns of, in sentences: kept in its result and told at the terminal alike. */
import { count, counted, expectedCount, gigabytes } from '../base/format.js'
import type { ExcludedCopies } from '../record/result.js'

/** Said of every run with images made elsewhere. */
export const generatorUnknown =
  'kopt cannot know which films that generator has seen: a gain is worth nothing where it was trained on test films'

/** That nobody knows how long a program of the user's will take. */
export function callsNotTimed(calls: number): string {
  return `how long the generator's program takes is not known and is part of no time given here; it is called ${counted(calls, 'time')}`
}

/** That images made elsewhere, or by a program, are training films. */
export function equalFilmsWords(images: number): string {
  return `${counted(images, 'synthetic film')} ${images === 1 ? 'equals a training film: a copy, not a new film' : 'equal training films: copies, not new films'}`
}

/** How many would be suspected by chance alone, in brackets and with a space before; nothing where that is not known. */
export function byChanceWords(byChance: number | null): string {
  return byChance === null ? '' : ` (about ${expectedCount(byChance)} would be if none were a copy)`
}

/** What was left out of the pools of one class. */
export function leftOutWords(label: string, { excluded, checked, byChance }: ExcludedCopies): string {
  if (byChance === null && excluded === 0)
    return `class ${label}: its synthetic films were not checked for copies, which takes training films of two patients at least`
  return `class ${label}: ${count(excluded)} of ${counted(checked, 'synthetic film')} left out as suspected copies of training films${byChanceWords(byChance)}`
}

/** What a person has left out of the pools. */
export function rejectedWords(classes: readonly string[], leftOut: Readonly<Record<string, number>>): string {
  const images = classes.map((label) => leftOut[label] ?? 0)
  return `synthetic images left out because a person has rejected them: ${imagesOfClasses(classes, images)}; the next ones take their place`
}

/** Of rejected films, that some did not come up. */
export function notDrawnWords(films: number): string {
  return `${counted(films, 'rejected film')} ${films === 1 ? 'is' : 'are'} not among the synthetic images that were drawn here: a smaller K draws fewer`
}

/** That rejecting does not reach what the folds draw. */
export const outsideFoldsWords =
  'rejected films are left out of the pools of the model that is handed over alone: every fold trains a generator of its own, whose films nobody has seen, so that what the folds find is of films as they are drawn'

/** `12 of healthy, 9 of sick`. */
export function imagesOfClasses(classes: readonly string[], images: readonly number[]): string {
  return classes.map((label, c) => `${count(images[c])} of ${label}`).join(', ')
}

/** That the search ends before the K asked for. */
export function endsEarlyWords(
  images: { readonly classes: readonly string[]; readonly counts: readonly number[] },
  kMax: number,
  asked: number,
): string {
  return `the synthetic films (${imagesOfClasses(images.classes, images.counts)}) are enough up to K = ${kMax}: the search ends there and not at ${asked}`
}

/** Heads whose fit ended at its largest number of steps; `example` is one of them. */
export function unsettledWords(
  unsettled: number,
  fitted: number,
  example: { readonly arm: string; readonly k: number; readonly repeat: number },
): string {
  const { arm, k, repeat } = example
  return `${count(unsettled)} of ${counted(fitted, 'classifier')} had not settled when their fit ended at its largest number of steps (such as ${arm}, K = ${k}, repeat ${repeat}); their scores may be a little low. head.standardise=true helps, where it is off`
}

/** What training the last block of the backbone asks for. */
export function lastBlockWords({ trials, steps, bytes }: { trials: number; steps: number; bytes: number }): string {
  return `the last block is trained ${count(trials)} times, ${counted(steps, 'step')} each; on disk up to ${gigabytes(bytes)} while K is searched`
}

/** That what a generator keeps is large, where it is. `checkpoints`: those that stay, of each training. */
export function largeStateWords(bytes: number, checkpoints: number): string {
  return `what the generator keeps of the films and has learned takes ${gigabytes(bytes)} on disk for each of the ${checkpoints === 2 ? 'two' : count(checkpoints)} checkpoints that are kept, and several times that in memory; half the height and width (image.size) takes a quarter of it`
}
