/** Films and what a classifier says of each. What can't be read is left out with its reason, and the others go on. */
import { elementAt } from '../base/element-at.js'
import { rectangleText } from '../image/rectangle.js'
import { type FilmPixels, filmPixels, type Judgement, type Judging, judgementsOf } from './judgement.js'
import type { Place } from './places.js'
import { rasterOf } from './read-film.js'

/** Films in memory at a time. */
const atOnce = 64

export interface Prediction extends Judgement {
  readonly file: string
  readonly roi?: string
}

export interface Judged {
  readonly predictions: readonly Prediction[]
  /** Where each of them was looked at. */
  readonly places: readonly Place[]
  readonly skipped: readonly { readonly file: string; readonly reason: string }[]
}

export interface JudgeOptions {
  readonly onFilms: (more: number) => void
  readonly signal?: AbortSignal
}

export async function judge(
  judging: Judging,
  places: readonly Place[],
  { onFilms, signal }: JudgeOptions,
): Promise<Judged> {
  const { info, target } = judging.classifier
  const predictions: Prediction[] = []
  const judged: Place[] = []
  const skipped: { file: string; reason: string }[] = []
  for (let start = 0; start < places.length; start += atOnce) {
    const read: { place: Place; film: FilmPixels }[] = []
    for (const place of places.slice(start, start + atOnce)) {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      onFilms(1)
      const found = await rasterOf(place, info.cropped)
      if (typeof found === 'string') skipped.push({ file: place.name, reason: found })
      else read.push({ place, film: filmPixels(found, target) })
    }
    const films = read.map(({ film }) => film)
    const judgements = await judgementsOf(judging, films)
    read.forEach(({ place }, i) => {
      judged.push(place)
      const roi = place.roi && { roi: rectangleText(place.roi) }
      predictions.push({ file: place.name, ...roi, ...elementAt(judgements, i) })
    })
  }
  return { predictions, places: judged, skipped }
}
