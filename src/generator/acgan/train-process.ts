/** What the child of `train-in-child.ts` runs. */
import { serveChild } from '../../base/child-process.js'
import { type AcganEvent, type AcganJob, type AcganSummary, trainAcgan } from './train.js'

serveChild<AcganJob, AcganEvent, AcganSummary>((job, send) => trainAcgan(job, send))
