/** Runs that are killed again and again, alone or with all their children, then resumed: the same bytes as undisturbed. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisedBy } from './damage.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, drawFrom, groupLives, killGroup, kopt, start, wait } from './surroundings.mjs'

export async function kills({ folder, short, seed }) {
  const [runs, killsEach] = short ? [1, 6] : [10, 10]
  const draw = drawFrom(seed)
  const films = await cohort(folder)
  const whole = path.join(folder, 'whole')
  const undisturbed = await kopt(runWords(films, whole))
  if (undisturbed.code !== 0) return { rows: [], failures: [`a run that nobody disturbs: ${answerText(undisturbed)}`] }
  const expected = promisedBy(whole)
  const failures = []
  const tried = { tree: 0, parent: 0 }
  let orphans = 0
  for (let number = 1; number <= runs; number++) {
    const out = path.join(folder, `killed-${number}`)
    const go = () => start(existsSync(path.join(out, 'config.yaml')) ? ['resume', out] : runWords(films, out))
    for (let kill = 0; kill < killsEach; kill++) {
      const { child, end } = go()
      await wait(300 + draw() * undisturbed.seconds * 600)
      const alone = draw() < 0.4
      tried[alone ? 'parent' : 'tree']++
      if (alone) child.kill('SIGKILL')
      else killGroup(child)
      // Children of a killed parent notice and end by themselves.
      for (let i = 0; i < 50 && groupLives(child); i++) await wait(100)
      if (groupLives(child)) {
        orphans++
        failures.push(`run ${number}, kill ${kill + 1}: children of a killed parent were at work 5 s later`)
        killGroup(child)
      }
      await end
    }
    const answer = await go().end
    if (answer.code !== 0) failures.push(`run ${number} after ${killsEach} kills: ${answerText(answer)}`)
    else {
      const other = differences(expected, promisedBy(out))
      if (other.length > 0) failures.push(`run ${number} after ${killsEach} kills: other bytes in ${other.join(', ')}`)
    }
  }
  return {
    rows: [
      ['SIGKILL of a run with all its processes', tried.tree, 'resumed'],
      ['SIGKILL of the command alone', tried.parent, `resumed; ${orphans} left children behind`],
      [
        'runs that went on to the same bytes',
        runs,
        `${runs - failures.filter((text) => /^run \d+ after/.test(text)).length}`,
      ],
    ],
    failures,
  }
}
