/** Draws the phantom's films as PNG, in a folder for each class: many of them in processes side by side, a share of the patients each. */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { builtModule } from '../base/built.js'
import { runInChild } from '../base/child-process.js'
import { writeAtomic } from '../base/files.js'
import { range } from '../base/range.js'
import { encodePng } from '../image/codec.js'
import { type PhantomFilm, type PhantomOptions, phantomPatient } from './phantom.js'

/** What a manifest says of a film. */
export type DrawnFilm = Omit<PhantomFilm, 'raster'>

export interface PatchesJob {
  readonly folder: string
  readonly cohort: Omit<PhantomOptions, 'patients'>
  /** Patients from..to-1. */
  readonly from: number
  readonly to: number
}

/** Fewer patients are drawn sooner than a process is started. */
const fewestOfProcess = 60

/** Writes the films of a cohort and names them in its order. */
export async function drawPatches(
  folder: string,
  { patients, ...cohort }: PhantomOptions,
): Promise<readonly DrawnFilm[]> {
  const processes = Math.min(availableParallelism(), Math.floor(patients / fewestOfProcess))
  if (processes < 2) return drawShare({ folder, cohort, from: 0, to: patients })
  const failure = new AbortController()
  const begins = (share: number) => Math.floor((share * patients) / processes)
  const shares = range(processes).map(async (share) => {
    const job = { folder, cohort, from: begins(share), to: begins(share + 1) }
    try {
      return await runInChild<PatchesJob, never, DrawnFilm[]>(
        builtModule('dataset/draw-process'),
        job,
        () => {},
        failure.signal,
      )
    } catch (error) {
      failure.abort(error)
      return []
    }
  })
  const films = (await Promise.all(shares)).flat()
  // The first failure is the cause; the other processes only heard the stop.
  failure.signal.throwIfAborted()
  return films
}

/** Writes the films of some patients. */
export async function drawShare({ folder, cohort, from, to }: PatchesJob): Promise<DrawnFilm[]> {
  const drawn: DrawnFilm[] = []
  for (let patient = from; patient < to; patient++) {
    for (const { raster, ...film } of phantomPatient(cohort, patient)) {
      writeAtomic(path.join(folder, film.label, film.name), await encodePng(raster))
      drawn.push(film)
    }
  }
  return drawn
}
