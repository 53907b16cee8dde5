/**
 * Attacks on kopt as a user starts it: node scripts/attack.mjs NAME|all [--short] [--seed N]
 * Each prints a Markdown table of what was tried and how it ended, and every promise that did not hold; these make the exit
 * code 1. What they try is drawn from the seed. `--short` is what CI runs. They use what was built (npm run build).
 */
import { rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { damagedRuns } from './attack/damaged-runs.mjs'
import { fullDisk } from './attack/full-disk.mjs'
import { hostileFilms } from './attack/hostile-films.mjs'
import { kills } from './attack/kills.mjs'
import { manyFilms } from './attack/many-films.mjs'
import { temporaryFolder } from './attack/surroundings.mjs'
import { twoAtOnce } from './attack/two-at-once.mjs'

const attacks = {
  kills,
  damage: damagedRuns,
  'full-disk': fullDisk,
  'two-at-once': twoAtOnce,
  'hostile-films': hostileFilms,
  'many-films': manyFilms,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
})
const [name] = positionals
const names = name === 'all' ? Object.keys(attacks) : [name]
if (!names.every((each) => Object.hasOwn(attacks, each ?? ''))) {
  console.error(`name one of ${Object.keys(attacks).join(', ')}, or all: npm run attack -- kills`)
  process.exit(2)
}

let broken = 0
for (const each of names) {
  const start = performance.now()
  const folder = temporaryFolder()
  try {
    const { rows, failures } = await attacks[each]({ folder, short: values.short, seed: Number(values.seed) })
    console.log(`\n## ${each}\n\n| what | tried | how it ended |\n| --- | --- | --- |`)
    for (const [what, tried, end] of rows) console.log(`| ${what} | ${tried} | ${end} |`)
    for (const failure of failures) console.log(`\nBROKEN: ${failure}`)
    console.log(`\n${failures.length} broken, ${Math.round((performance.now() - start) / 1000)} s`)
    broken += failures.length
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
process.exit(broken > 0 ? 1 : 0)
