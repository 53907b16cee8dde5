/** Ten thousand films: time and memory of `inspect`, `manifest` and `features` grow no faster than the films. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { greyPng } from './png.mjs'
import { drawFrom } from './surroundings.mjs'

const program = fileURLToPath(new URL('../../dist/programs/cli-main.js', import.meta.url))

export async function manyFilms({ folder, short, seed }) {
  const counts = short ? [250, 1000] : [2500, 10_000]
  const rows = []
  const failures = []
  const measured = {}
  for (const count of counts) {
    const films = path.join(folder, String(count))
    const labels = writeFilms(films, count, drawFrom(seed))
    const verbs = {
      inspect: ['inspect', films, '--patient-from', 'prefix'],
      manifest: [
        'manifest',
        films,
        '--labels',
        labels,
        '--match',
        'name',
        '--out',
        path.join(folder, `${count}-manifest.csv`),
      ],
      features: [
        'features',
        films,
        '--patient-from',
        'prefix',
        '--size',
        '16x16',
        '--out',
        path.join(folder, `${count}.npy`),
      ],
    }
    for (const [verb, words] of Object.entries(verbs)) {
      const { code, stderr, seconds, megabytes } = measure(words)
      measured[`${verb} ${count}`] = { seconds, megabytes }
      rows.push([verb, `${count} films of 48 x 48`, `${seconds.toFixed(1)} s, ${megabytes} MB at most`])
      if (code !== 0) failures.push(`${verb} of ${count} films: exit code ${code}: ${stderr.slice(-300)}`)
    }
  }
  const [few, many] = counts
  for (const verb of ['inspect', 'manifest', 'features']) {
    const [a, b] = [measured[`${verb} ${few}`], measured[`${verb} ${many}`]]
    const growth = b.seconds / a.seconds
    rows.push([
      `${verb}, ${many / few} times the films`,
      '',
      `${growth.toFixed(1)} times the time, ${b.megabytes - a.megabytes} MB more`,
    ])
    if (growth > (1.6 * many) / few)
      failures.push(`${verb}: ${growth.toFixed(1)} times the time for ${many / few} times the films`)
  }
  return { rows, failures }
}

function writeFilms(films, count, draw) {
  const lines = ['name,label']
  for (const label of ['healthy', 'sick']) mkdirSync(path.join(films, label), { recursive: true })
  for (let i = 0; i < count; i++) {
    const label = i % 2 === 0 ? 'healthy' : 'sick'
    const [a, b, c] = [draw() * 6, draw() * 6, draw() * 60]
    const png = greyPng(48, 48, (y, x) => 100 + c + 40 * Math.sin(a + y / 7) * Math.cos(b + x / 9) + 20 * draw())
    const name = `p${String(i >> 1).padStart(5, '0')}_${i}.png`
    writeFileSync(path.join(films, label, name), png)
    lines.push(`${name},${label}`)
  }
  const labels = `${films}-labels.csv`
  writeFileSync(labels, `${lines.join('\n')}\n`)
  return labels
}

/** Said by each process of the command as it ends: the largest memory that it had in use, in kB. */
const hook = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(2, '\\nmaxrss ' + process.resourceUsage().maxRSS + '\\n'))",
)}`

function measure(words) {
  const begun = performance.now()
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], {
    encoding: 'utf8',
    env: { ...process.env, CI: '1', NODE_OPTIONS: `--import ${hook}` },
    maxBuffer: 2 ** 28,
  })
  const kilobytes = Math.max(0, ...[...stderr.matchAll(/maxrss (\d+)/g)].map(([, n]) => Number(n)))
  return { code: status, stderr, seconds: (performance.now() - begun) / 1000, megabytes: Math.round(kilobytes / 1024) }
}
