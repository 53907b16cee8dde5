/** What a model says of films as the answer to a request. */
import { elementAt } from '../base/element-at.js'
import { knownValue } from '../base/own-value.js'
import type { Judgement } from '../prediction/judgement.js'
import { researchUse } from '../prediction/open-model.js'
import type { FilmAnswer, ModelIdentity, PredictionAnswer } from './answers.js'
import type { ModelFacts } from './judge-process.js'

/** What became of each film of a request: a judgement, or why there is none. */
export type FilmOutcome = Judgement | { readonly problem: string }

export function answerOf(outcomes: readonly FilmOutcome[], model: ModelIdentity, facts: ModelFacts): PredictionAnswer {
  const { classes, positive, cutoff } = facts
  const films = outcomes.map((outcome, i): FilmAnswer => {
    const film = i + 1
    if ('problem' in outcome) return { film, problem: outcome.problem }
    const { logit, probabilities, likeness, seen } = outcome
    const seenIn = seen === undefined ? {} : { seen }
    return {
      film,
      ...calledBy(probabilities, facts),
      probabilities: { ...probabilities },
      logit,
      likeness: likeness ?? null,
      ...seenIn,
    }
  })
  return { use: researchUse, model, classes: [...classes], positive, cutoff, films }
}

/** The class that a film is called, and the probability that decides. */
function calledBy(
  probabilities: Judgement['probabilities'],
  { classes, positive, cutoff }: Pick<ModelFacts, 'classes' | 'positive' | 'cutoff'>,
): { class: string | null; probability: number } {
  const of = (name: string) => knownValue(probabilities, name)
  if (positive === null) {
    const most = classes.reduce((best, name) => (of(name) > of(best) ? name : best))
    return { class: most, probability: of(most) }
  }
  const probability = of(positive)
  if (cutoff === null) return { class: null, probability }
  const other = elementAt(
    classes.filter((name) => name !== positive),
    0,
  )
  return { class: probability >= cutoff ? positive : other, probability }
}
