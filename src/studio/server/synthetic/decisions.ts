/** What a person has decided of a run's synthetic films: a file of each run, which `synthetic.rejected` names, written whole after each change. */
import path from 'node:path'
import { exists, makeDirectory, writeJson } from '../../../base/files.js'
import type { RunImages } from '../../../experiment/external/run-images.js'
import type { RunDirectory } from '../../../record/run-directory.js'
import { type FilmDecision, type FilmDecisions, readFilmDecisions } from '../../../synthetic/film-decisions.js'
import type { Decision, Decisions } from '../../wire/synthetic.js'
import { idOf, type Workplace } from '../workplace.js'

/** Films of a class in a draw, in one run. */
export interface FilmsOf {
  readonly directory: RunDirectory
  readonly images: RunImages
  readonly draw: number
  readonly classIndex: number
}

export class DecisionStore {
  readonly #folder: string

  constructor(workplace: Workplace) {
    this.#folder = path.join(workplace.studio, 'rejected')
  }

  fileOf({ root }: RunDirectory): string {
    return path.join(this.#folder, `${idOf(root)}.json`)
  }

  /** Of all draws, and of the runs before that this one was made without rejected films of. Throws a `UserError` where the file is damaged. */
  all(directory: RunDirectory): readonly FilmDecision[] {
    const file = [this.fileOf(directory), directory.filmDecisions].find((place) => exists(place))
    return file === undefined ? [] : readFilmDecisions(file).films
  }

  of({ directory, images, draw, classIndex }: FilmsOf): Decisions {
    const label = images.classes[classIndex]
    const decided = new Map(
      this.all(directory).flatMap(({ pixels, decision, ...film }): [string, Decision][] =>
        film.class === label ? [[pixels, decision]] : [],
      ),
    )
    return images.syntheticHashes(draw, classIndex).map((hash) => decided.get(hash) ?? null)
  }

  /** Films by their numbers, from 1. What was decided so before stands as it was. */
  decide(films: FilmsOf, numbers: readonly number[], decision: Decision): void {
    const { directory, images, draw, classIndex } = films
    const hashes = images.syntheticHashes(draw, classIndex)
    const label = images.classes[classIndex] ?? ''
    const all = [...this.all(directory)]
    for (const number of numbers) {
      const pixels = hashes[number - 1] ?? ''
      const at = all.findIndex((film) => film.class === label && film.pixels === pixels)
      if (at >= 0 && all[at]?.decision === decision) continue
      if (at >= 0) all.splice(at, 1)
      if (decision !== null)
        all.push({ class: label, draw, number, pixels, decision, afterResult: exists(directory.result) })
    }
    all.sort((a, b) => a.class.localeCompare(b.class, 'en') || a.draw - b.draw || a.number - b.number)
    makeDirectory(this.#folder)
    writeJson(this.fileOf(directory), { form: 'kopt film decisions', version: 1, films: all } satisfies FilmDecisions)
  }
}
