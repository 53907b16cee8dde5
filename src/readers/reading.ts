/**
 * A blinded reading: real and synthetic films one at a time, half of each in every class, in random order, judged on a scale of
 * five steps without being told whether it was right. Every reader of a run sees the same films, each in an order of their own,
 * so that readers can be compared.
 */
import { z } from 'zod'
import { elementAt } from '../base/element-at.js'
import { UserError } from '../base/errors.js'
import { Rng } from '../base/random.js'

export const answerForm = z.object({
  /** 1 surely real, 3 can't tell, 5 surely synthetic. */
  confidence: z.int().min(1).max(5),
  /** From seeing the film to judging it. */
  milliseconds: z.number().min(0),
})

export type Answer = z.infer<typeof answerForm>

const item = z.object({
  kind: z.enum(['real', 'synthetic']),
  classIndex: z.int().min(0),
  /** Of the run's films, or of the synthetic images of the class. */
  row: z.int().min(0),
  /** Of a real film; each synthetic one is a case of its own. */
  patient: z.string(),
})

export type ReadingItem = z.infer<typeof item>

export const readingForm = z
  .object({
    run: z.string(),
    reader: z.string(),
    /** 2: after the reader was shown which films of another sample are synthetic. */
    round: z.union([z.literal(1), z.literal(2)]),
    /** ISO 8601. */
    begun: z.string(),
    items: z.array(item).min(2),
    answers: z.array(answerForm.nullable()),
  })
  .refine(({ items, answers }) => answers.length === items.length)

export type Reading = z.infer<typeof readingForm>

export interface ReadingSample {
  /** To be judged. */
  readonly items: readonly ReadingItem[]
  /** None of them among the items: shown with their labels before a second round. */
  readonly examples: readonly ReadingItem[]
}

const examplesOfEach = 2

/** What there is to be read of a run. */
export interface ReadableRun {
  readonly classes: readonly string[]
  readonly films: readonly { readonly classIndex: number; readonly patientId: string }[]
  /** Synthetic images of each class. */
  readonly synthetic: readonly number[]
}

/**
 * The sample of a run: the same at every call.
 * @param wanted films to be judged in all; fewer where there are not so many of a class
 */
export function readingSample({ classes, films, synthetic }: ReadableRun, wanted: number): ReadingSample {
  const items: ReadingItem[] = []
  const examples: ReadingItem[] = []
  const rng = new Rng(0).split('blinded reading')
  for (const classIndex of classes.keys()) {
    const real = films.flatMap((film, row): ReadingItem[] =>
      film.classIndex === classIndex ? [{ kind: 'real', classIndex, row, patient: film.patientId }] : [],
    )
    const made = Array.from(
      { length: elementAt(synthetic, classIndex) },
      (_, row): ReadingItem => ({ kind: 'synthetic', classIndex, row, patient: `synthetic-${classIndex}-${row}` }),
    )
    const ofClass = rng.at(classIndex)
    const [reals, mades] = [ofClass.split('real').shuffle(real), ofClass.split('synthetic').shuffle(made)]
    const most = Math.min(reals.length, mades.length) - examplesOfEach
    const each = Math.min(most, Math.ceil(wanted / 2 / classes.length))
    if (each < 1)
      throw new UserError(
        'there are too few films of a class for a reading: at least three real and three synthetic ones are needed',
      )
    for (const list of [reals, mades]) {
      items.push(...list.slice(0, each))
      examples.push(...list.slice(each, each + examplesOfEach))
    }
  }
  return { items, examples }
}

/** A reading that begins: the sample in an order that depends on the reader's name and the round alone. */
export function beginReading(
  sample: ReadingSample,
  { run, reader, round, begun }: Pick<Reading, 'run' | 'reader' | 'round' | 'begun'>,
): Reading {
  const items = new Rng(0).split(`order of ${reader}`).at(round).shuffle(sample.items)
  return { run, reader, round, begun, items, answers: items.map(() => null) }
}

/** Takes an answer; one that was given stands. */
export function answered(reading: Reading, number: number, answer: Answer): Reading {
  const before = reading.answers[number]
  if (before === undefined) throw new UserError(`this reading has no film ${number + 1}`)
  if (before !== null) throw new UserError(`film ${number + 1} was judged already; what was said first stands`)
  return { ...reading, answers: reading.answers.map((each, i) => (i === number ? answer : each)) }
}

export function isComplete({ answers }: Reading): boolean {
  return answers.every((answer) => answer !== null)
}
