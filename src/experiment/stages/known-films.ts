/**
 * Synthetic images that are films: of the sets that choose or judge there must be none, for what is trained on them has seen what
 * it is tested on.
 */
import { throwProblems } from '../../base/errors.js'
import { counted } from '../../base/format.js'
import { type NDArray, rows } from '../../base/ndarray.js'
import { firstFew } from '../../dataset/reader.js'
import { FilmIndex, type SealedTestSets, type SearchData, unseenFilms } from '../cohort/film-set.js'
import type { StageContext } from '../stage.js'

/** Images of a class as they were found, and on the common pixel path. */
export interface ImagesOfClass {
  /** Of each what may be shown, and the hash of its decoded pixels. */
  readonly images: readonly { readonly name: string; readonly pixelHash: string }[]
  readonly pixels: NDArray<'uint8'>
}

/** Which images a set holds as films, image by image. */
export function filmsAmong({ images, pixels }: ImagesOfClass, set: FilmIndex): boolean[] {
  return images.map((image, row) => set.holds(image.pixelHash, rows(pixels, row, row + 1)))
}

/** Throws a `UserError` with a problem for each set, which `remedy` ends. */
export function refuseTestFilms(
  { config }: Pick<StageContext, 'config'>,
  place: string,
  byClass: readonly ImagesOfClass[],
  data: SearchData,
  sealed: SealedTestSets,
  remedy: string,
): void {
  const unseen = unseenFilms(config, data)
  const sets = [
    ...(unseen ? [{ set: 'tuning set', index: new FilmIndex(unseen) }] : []),
    ...sealed
      .indices()
      .map(({ name, index }) => ({ set: name === 'internal' ? 'internal test set' : `test set ${name}`, index })),
  ]
  throwProblems(
    `${place} can't be used`,
    sets.flatMap(({ set, index }) => {
      const found = byClass.flatMap((ofClass) => {
        const among = filmsAmong(ofClass, index)
        return ofClass.images.filter((_, row) => among[row]).map(({ name }) => name)
      })
      if (found.length === 0) return []
      return [
        `${counted(found.length, 'image')} of it ${found.length === 1 ? 'is a film' : 'are films'} of the ${set}: ${firstFew(found)}. A classifier trained on them has seen what it is tested on: ${remedy}`,
      ]
    }),
  )
}
