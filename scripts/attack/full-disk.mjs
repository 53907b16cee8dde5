/**
 * A disk that is full, at every stage of a run: a sentence, nothing lost, and the same bytes once there is room.
 * The disk is one in memory, of a size that is raised step by step; mounting it needs root on Linux.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisedBy } from './damage.mjs'
import { answerText, cohort, differences, isSentence, kopt, runWords } from './surroundings.mjs'

const stages = (run) => {
  const folder = path.join(run, 'state')
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).length : 0
}

export async function fullDisk({ folder, short }) {
  const disk = path.join(folder, 'disk')
  mkdirSync(disk)
  const mount = (...words) => spawnSync('mount', words, { encoding: 'utf8' })
  const first = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk)
  if (first.status !== 0)
    return { rows: [['a small disk', 0, `not tried: ${first.stderr.trim() || 'mount needs root'}`]], failures: [] }
  try {
    const films = await cohort(folder)
    const whole = path.join(folder, 'whole')
    const undisturbed = await kopt(runWords(films, whole))
    if (undisturbed.code !== 0) return { rows: [], failures: [`a run with room enough: ${answerText(undisturbed)}`] }
    const out = path.join(disk, 'run')
    const failures = []
    const reached = new Set()
    const more = (kilobytes) => (short ? Math.ceil(kilobytes * 0.15) * 4 : 32)
    let tries = 0
    let answer
    for (let kilobytes = 64; kilobytes < 2 ** 20; kilobytes += more(kilobytes)) {
      mount('-o', `remount,size=${kilobytes}k`, disk)
      const begun = existsSync(path.join(out, 'config.yaml'))
      answer = await kopt(begun ? ['resume', out] : runWords(films, out))
      if (answer.code === 0) break
      tries++
      reached.add(lastStage(out))
      if (!isSentence(answer) || !/disk is full|no space/i.test(answer.stderr)) {
        failures.push(`${kilobytes} kB: ${answerText(answer)}`)
      }
      if (begun && !existsSync(path.join(out, 'config.yaml'))) failures.push(`${kilobytes} kB: the run folder is gone`)
    }
    if (answer?.code === 0) {
      const other = differences(promisedBy(whole), promisedBy(out))
      if (other.length > 0) failures.push(`with room again: other bytes in ${other.join(', ')}`)
    } else failures.push(`with room again: ${answer ? answerText(answer) : 'nothing was tried'}`)
    return {
      rows: [
        [
          'a full disk, then a little more room, then resumed',
          tries,
          `ended while it was at: ${[...reached].sort().join('; ')}`,
        ],
        ['room enough at last', 1, failures.length === 0 ? 'the same bytes as undisturbed' : 'see below'],
      ],
      failures,
    }
  } finally {
    spawnSync('umount', [disk])
  }
}

/** The stage that was at work, from the events. */
function lastStage(run) {
  const file = path.join(run, 'events.jsonl')
  if (!existsSync(file)) return 'nothing yet'
  const started = [...readFileSync(file, 'utf8').matchAll(/"type":"stage-started","stage":"([^"]+)"/g)].map(
    ([, name]) => name,
  )
  return started.at(-1) ?? `the beginning (${stages(run)} stages done)`
}
