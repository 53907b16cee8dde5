/** What the children of `draw-patches.ts` run. */
import { serveChild } from '../base/child-process.js'
import { type DrawnFilm, drawShare, type PatchesJob } from './draw-patches.js'

serveChild<PatchesJob, never, DrawnFilm[]>((job) => drawShare(job))
