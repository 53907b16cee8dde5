/**
 * Why a figure could not be had, or what it can't say: a case, with numbers where it has some. What is shown of it is worded
 * where it is shown.
 *
 * - `separated`: the score puts every diseased case above (or below) every healthy one, so that it shows no error.
 * - `certain-probabilities`: so many probabilities are exactly 0 or 1, and have no logit.
 * - `too-few-images`: a set has no more images than the `neighbours` that a ball reaches to.
 */
export type Reason =
  | 'no-case'
  | 'one-case'
  | 'one-class'
  | 'one-patient'
  | 'no-diseased-case'
  | 'no-healthy-case'
  | 'none-called-positive'
  | 'none-called-negative'
  | 'none-called-so'
  | 'too-few-cases-of-a-class'
  | 'too-few-patients-of-a-class'
  | 'separated'
  | 'score-without-variance'
  | 'scores-without-variance'
  | 'shares-without-variance'
  | 'equal-probabilities'
  | 'equal-order'
  | 'equal-calls'
  | 'no-telling-cutoff'
  | 'draws-without-figure'
  | 'fewer-than-two-images'
  | 'fewer-than-three-units'
  | 'no-other-patient'
  | 'no-synthetic-image'
  | 'reference-is-training'
  | { readonly kind: 'certain-probabilities'; readonly certain: number; readonly of: number }
  | { readonly kind: 'too-few-images'; readonly neighbours: number }
