/**
 * Every file that a run reads again, damaged: what a resumed run comes to is what it would have come to, or a sentence with
 * exit code 2. Never another result, never a crash.
 */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { damage, oneOfEachKind, promisedBy, stateFilesOf, ways } from './damage.mjs'
import { runWords } from './smallest-run.mjs'
import { answerText, cohort, differences, drawFrom, isSentence, kopt, oneProcess } from './surroundings.mjs'

const anyBit = 'any one bit turned over'

export async function damagedRuns({ folder, short, seed }) {
  const draw = drawFrom(seed)
  const films = await cohort(folder)
  const whole = path.join(folder, 'whole')
  const first = await kopt(runWords(films, whole))
  if (first.code !== 0) return { rows: [], failures: [`a run that nobody disturbs: ${answerText(first)}`] }
  const expected = promisedBy(whole)
  const all = stateFilesOf(whole)
  const kinds = oneOfEachKind(all)
  // In short every kind is changed, and some of them are damaged in the other ways.
  const some = kinds.filter(() => draw() < 0.4)
  const failures = []
  const rows = []
  const commands = oneProcess()
  for (const way of [...ways, anyBit]) {
    const ends = { same: 0, refused: 0 }
    let tried = 0
    const files = short ? (way === 'changed' ? kinds : some) : all
    for (const file of files) {
      const run = path.join(folder, 'damaged')
      rmSync(run, { recursive: true, force: true })
      cpSync(whole, run, { recursive: true })
      if (!(way === anyBit ? turnOneBit(path.join(run, file), draw) : damage(run, file, way))) continue
      tried++
      const answer = await commands.ask(['resume', run])
      if (isSentence(answer)) ends.refused++
      else if (answer.code !== 0) failures.push(`${file}, ${way}: ${answerText(answer)}`)
      else {
        const other = differences(expected, promisedBy(run))
        if (other.length === 0) ends.same++
        else failures.push(`${file}, ${way}: exit code 0 and other bytes in ${other.join(', ')}`)
      }
    }
    const end = `${ends.same} made anew to the same bytes, ${ends.refused} refused with a sentence`
    rows.push([way, `${tried} files`, end])
  }
  await commands.close()
  return { rows, failures }
}

function turnOneBit(file, draw) {
  const bytes = readFileSync(file)
  if (bytes.length === 0) return false
  bytes[Math.floor(draw() * bytes.length)] ^= 1 << Math.floor(draw() * 8)
  writeFileSync(file, bytes)
  return true
}
