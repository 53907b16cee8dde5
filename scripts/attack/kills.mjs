/** Runs that are killed again and again, alone or with all their children, then resumed: the same bytes as undisturbed. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisedBy } from './damage.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, drawFrom, groupLives, killGroup, kopt, start, wait } from './surroundings.mjs'

const forms = [
  { name: 'plain', runs: 10, settings: [] },
  {
    name: 'folds, two GANs in each, suspected copies left out',
    runs: 3,
    settings: [
      'gan.steps=30',
      'gan.checkpointEvery=10',
      'gan.seeds=2',
      'search.repeats=1',
      'resampling.folds=3',
      'synthetic.excludeCopies=true',
    ],
  },
]

export async function kills({ folder, short, seed }) {
  const draw = drawFrom(seed)
  const films = await cohort(folder)
  const rows = []
  const failures = []
  for (const form of forms) {
    const found = await killsOf(form, { folder, films, draw, short })
    rows.push(...found.rows)
    failures.push(...found.failures)
  }
  return { rows, failures }
}

async function killsOf({ name, runs: most, settings }, { folder, films, draw, short }) {
  const [runs, killsEach] = short ? [1, 6] : [most, 10]
  const whole = path.join(folder, `whole, ${name}`)
  const undisturbed = await kopt(runWords(films, whole, settings))
  if (undisturbed.code !== 0) return { rows: [], failures: [`a run that nobody disturbs: ${answerText(undisturbed)}`] }
  const expected = promisedBy(whole)
  const failures = []
  const tried = { tree: 0, parent: 0 }
  let orphans = 0
  let same = 0
  for (let number = 1; number <= runs; number++) {
    const out = path.join(folder, `killed ${number}, ${name}`)
    const go = () => start(existsSync(path.join(out, 'config.yaml')) ? ['resume', out] : runWords(films, out, settings))
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
        failures.push(`${name}, run ${number}, kill ${kill + 1}: children of a killed parent were at work 5 s later`)
        killGroup(child)
      }
      await end
    }
    const answer = await go().end
    const other = answer.code === 0 ? differences(expected, promisedBy(out)) : []
    if (answer.code !== 0) failures.push(`${name}, run ${number} after ${killsEach} kills: ${answerText(answer)}`)
    else if (other.length > 0)
      failures.push(`${name}, run ${number} after ${killsEach} kills: other bytes in ${other.join(', ')}`)
    else same++
  }
  return {
    rows: [
      [`${name}: SIGKILL of a run with all its processes`, tried.tree, 'resumed'],
      [`${name}: SIGKILL of the command alone`, tried.parent, `resumed; ${orphans} left children behind`],
      [`${name}: runs that went on to the same bytes`, runs, `${same}`],
    ],
    failures,
  }
}
