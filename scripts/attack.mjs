/**
 * Attacks on kopt as a user starts it: node scripts/attack.mjs NAME|all [--short] [--seed N]
 * Each prints a Markdown table of what was tried and how it ended, and every promise that did not hold; these make the exit
 * code 1. What they try is drawn from the seed. `--short` is what CI runs. They use what was built (npm run build).
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { damagedRuns } from './attack/damaged-runs.mjs'
import { fullDisk } from './attack/full-disk.mjs'
import { hostileFilms } from './attack/hostile-films.mjs'
import { kills } from './attack/kills.mjs'
import { manyFilms } from './attack/many-films.mjs'
import { temporaryFolder } from './attack/surroundings.mjs'
import { twoAtOnce } from './attack/two-at-once.mjs'
import { uploads } from './attack/uploads.mjs'
import { workers } from './attack/workers.mjs'

const attacks = {
  kills,
  damage: damagedRuns,
  'full-disk': fullDisk,
  'two-at-once': twoAtOnce,
  workers,
  'hostile-films': hostileFilms,
  'many-films': manyFilms,
  uploads,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
})
const [name] = positionals
if (name !== 'all' && !Object.hasOwn(attacks, name ?? '')) {
  console.error(`name one of ${Object.keys(attacks).join(', ')}, or all: npm run attack -- kills`)
  process.exit(2)
}

process.exit(name === 'all' ? await attackAll() : await attack(name))

/** One attack in this process; answers the exit code. */
async function attack(which) {
  const start = performance.now()
  const folder = temporaryFolder()
  try {
    const { rows, failures } = await attacks[which]({ folder, short: values.short, seed: Number(values.seed) })
    console.log(`\n## ${which}\n\n| what | tried | how it ended |\n| --- | --- | --- |`)
    for (const [what, tried, end] of rows) console.log(`| ${what} | ${tried} | ${end} |`)
    for (const failure of failures) console.log(`\nBROKEN: ${failure}`)
    console.log(`\n${failures.length} broken, ${Math.round((performance.now() - start) / 1000)} s`)
    return failures.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** All of them in processes of their own, two at a time: most of an attack waits for one process of kopt. */
async function attackAll() {
  const waiting = Object.keys(attacks)
  let code = 0
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const ended = await attackApart(next)
      code = Math.max(code, ended)
    }
  }
  await Promise.all([work(), work()])
  return code
}

function attackApart(which) {
  const words = [which, ...(values.short ? ['--short'] : []), '--seed', values.seed]
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Shown at once, so that tables of two attacks do not mix.
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text
  })
  return new Promise((resolve) => {
    child.on('close', (code) => {
      process.stdout.write(printed)
      resolve(code ?? 1)
    })
  })
}
