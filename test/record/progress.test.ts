import { expect, it } from 'vitest'
import type { RunEvent } from '../../src/record/events.js'
import { progressOf } from '../../src/record/progress.js'

it('tells films, not the passes over them, and the end in any case', () => {
  const events: RunEvent[] = []
  const more = progressOf({ emit: (event) => events.push(event) }, 'prepare-data', 40, 'films', 2)
  for (let pass = 0; pass < 80; pass++) more(1)
  expect(events[0]).toMatchObject({ type: 'progress', stage: 'prepare-data', done: 0, total: 40, unit: 'films' })
  expect(events.at(-1)).toMatchObject({ done: 40, total: 40, secondsLeft: 0 })
  // At most ten a second: of 80 calls at once a few are told.
  expect(events.length).toBeLessThan(40)
})
