/** Two of everything at once: one does it, the other says a sentence or does the same; the outcome is that of one alone. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { promisedBy } from './damage.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, isSentence, kopt, start, wait } from './surroundings.mjs'

export async function twoAtOnce({ folder, short }) {
  const films = await cohort(folder)
  const whole = path.join(folder, 'whole')
  const alone = await kopt(runWords(films, whole))
  if (alone.code !== 0) return { rows: [], failures: [`a run alone: ${answerText(alone)}`] }
  const expected = promisedBy(whole)
  await kopt(['demo-data', 'others', '--seed', '9', '--patients', '12'], { cwd: folder })
  const rows = []
  const failures = []

  /** Both at once, `times` times; `after` looks at what is left and returns what is wrong. */
  async function pair(what, words, after = () => [], { times = short ? 1 : 5, env } = {}) {
    const ends = { done: 0, refused: 0 }
    for (let time = 0; time < times; time++) {
      const [first, second] = words(time)
      const a = start(first, { cwd: folder, env })
      await wait([0, 20, 150, 600, 1500][time % 5])
      const b = start(second ?? first, { cwd: folder, env })
      for (const answer of await Promise.all([a.end, b.end])) {
        if (answer.code === 0) ends.done++
        else if (isSentence(answer)) ends.refused++
        else failures.push(`${what}: ${answerText(answer)}`)
      }
      failures.push(...after(time).map((text) => `${what}: ${text}`))
    }
    rows.push([what, `${times} pairs`, `${ends.done} did it, ${ends.refused} were refused with a sentence`])
  }
  const sameAsAlone = (run) => {
    if (!existsSync(path.join(run, 'result.json'))) return [`${path.basename(run)} has no result`]
    const other = differences(expected, promisedBy(run))
    return other.length > 0 ? [`other bytes in ${other.join(', ')}`] : []
  }

  await pair(
    'run into one folder',
    (time) => [runWords(films, path.join(folder, `both-${time}`))],
    (time) => sameAsAlone(path.join(folder, `both-${time}`)),
  )
  await pair(
    'resume of one run',
    (time) => {
      const run = path.join(folder, `resumed-${time}`)
      cpSync(whole, run, { recursive: true })
      for (const gone of [
        'result.json',
        'state/search-k.json',
        'state/evaluate-arms.json',
        'state/export-model.json',
        'trials',
      ]) {
        rmSync(path.join(run, gone), { recursive: true, force: true })
      }
      return [['resume', run]]
    },
    (time) => sameAsAlone(path.join(folder, `resumed-${time}`)),
  )
  await pair(
    'run without a named folder',
    () => {
      const words = runWords(films, 'x')
      words.splice(words.indexOf('--out'), 2)
      return [words]
    },
    () => {
      const made = readdirSync(path.join(folder, 'runs')).filter((name) => /^\d{4}-/.test(name))
      const wrong = made.flatMap((name) => sameAsAlone(path.join(folder, 'runs', name)))
      rmSync(path.join(folder, 'runs'), { recursive: true, force: true })
      return made.length === 2 ? wrong : [`${made.length} run folders for two runs`, ...wrong]
    },
  )
  await pair('report of one run', () => [['report', whole]])
  await pair('evaluate of one run with two hospitals', (time) => [
    ['evaluate', whole, 'others/hospital-b', '--name', `c${time}`],
    ['evaluate', whole, 'others/hospital-a', '--name', `d${time}`],
  ])
  await pair('gan train into one folder', (time) => [
    ['gan', 'train', films.inside, '--out', `generator-${time}`, '--steps', '6', '--width', '0.05', '--size', '16x16'],
  ])
  await pair('features into one file', (time) => [['features', films.inside, '--out', `features-${time}.npy`]])
  await pair('demo-data into one folder', (time) => [['demo-data', `made-${time}`, '--patients', '6']])
  return { rows, failures }
}
