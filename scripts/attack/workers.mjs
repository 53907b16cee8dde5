/** Several processes at one run, killed again and again at random and put in anew: the same bytes as one process leaves alone. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisedBy } from './damage.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, drawFrom, groupLives, killGroup, kopt, start, wait } from './surroundings.mjs'

const forms = [
  { name: 'three outer folds', runs: 10, settings: ['resampling.folds=3', 'search.repeats=1'] },
  {
    name: 'inner folds, two GANs in each',
    runs: 10,
    settings: ['search.selectOn=inner', 'search.innerFolds=3', 'gan.seeds=2', 'search.repeats=1'],
  },
]

const atWork = 3

export async function workers({ folder, short, seed }) {
  const draw = drawFrom(seed)
  const films = await cohort(folder)
  const rows = []
  const failures = []
  for (const form of short ? forms.slice(0, 1) : forms) {
    const found = await killsOf(form, { folder, films, draw, short })
    rows.push(...found.rows)
    failures.push(...found.failures)
  }
  return { rows, failures }
}

async function killsOf({ name, runs: most, settings }, { folder, films, draw, short }) {
  const [runs, killsEach] = short ? [1, 8] : [most, 10]
  const whole = path.join(folder, `whole, ${name}`)
  const words = (out) => runWords(films, out, [...settings, 'search.rivals=none', 'search.selected=false'])
  const undisturbed = await kopt(words(whole))
  if (undisturbed.code !== 0) return { rows: [], failures: [`a run that nobody disturbs: ${answerText(undisturbed)}`] }
  const expected = promisedBy(whole)
  const failures = []
  let killed = 0
  let same = 0
  for (let number = 1; number <= runs; number++) {
    const out = path.join(folder, `shared ${number}, ${name}`)
    const took = []
    const put = () => {
      const one = start(existsSync(path.join(out, 'config.yaml')) ? ['work', out] : words(out))
      took.push(one)
      return one
    }
    const workers = [put()]
    while (!existsSync(path.join(out, 'config.yaml')) && workers[0].child.exitCode === null) await wait(50)
    while (workers.length < atWork) workers.push(put())
    for (let kill = 0; kill < killsEach && !existsSync(path.join(out, 'result.json')); kill++) {
      await wait(200 + (draw() * undisturbed.seconds * 1000) / killsEach)
      const at = Math.floor(draw() * atWork)
      const { child, end } = workers[at]
      if (child.exitCode !== null) continue
      killed++
      if (draw() < 0.4) child.kill('SIGKILL')
      else killGroup(child)
      await end
      for (let i = 0; i < 50 && groupLives(child); i++) await wait(100)
      if (groupLives(child))
        failures.push(`${name}, run ${number}: children of a killed process were at work 5 s later`)
      took.splice(took.indexOf(workers[at]), 1)
      workers[at] = put()
    }
    const answers = await Promise.all(took.map(({ end }) => end))
    const wrong = answers.filter(({ code }) => code !== 0)
    const other = differences(expected, promisedBy(out))
    for (const answer of wrong) failures.push(`${name}, run ${number}: ${answerText(answer)}`)
    if (existsSync(path.join(out, 'work'))) failures.push(`${name}, run ${number}: work/ was left behind`)
    if (other.length > 0) failures.push(`${name}, run ${number}: other bytes in ${other.join(', ')}`)
    else if (wrong.length === 0) same++
  }
  return {
    rows: [
      [`${name}: SIGKILL of one of ${atWork} processes`, killed, 'another takes over what it was at'],
      [`${name}: runs that came to the bytes of one process`, runs, `${same}`],
    ],
    failures,
  }
}
