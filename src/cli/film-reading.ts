/** How far the reading of films is, as a stage of the terminal's progress. */
import type { EventSink } from '../record/events.js'
import { progressOf } from '../record/progress.js'

/** What an inspection tells of its progress; `done` at its end. */
export function filmReading(show: EventSink) {
  const start = performance.now()
  let progress: (more: number) => void = () => {}
  return {
    onFilms(films: number) {
      show({ type: 'stage-started', stage: 'prepare-data' })
      progress = progressOf({ emit: show }, 'prepare-data', films, 'films')
    },
    onProgress: (more: number) => progress(more),
    done() {
      const seconds = (performance.now() - start) / 1000
      show({ type: 'stage-finished', stage: 'prepare-data', seconds, skipped: false })
    },
  }
}
