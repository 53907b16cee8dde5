/**
 * `npm start`: installs what is missing, builds, writes the made cohort to runs/demo-films and runs the main job on it.
 * Most of its films, which cost nothing, are kept to test on, so that the answer has something to say; the search ends at
 * K = 10 in place of 16, to be done in time.
 * Arguments behind `--` go to `kopt run`.
 */
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build, install, root, runNode } from './prepare.mjs'

install()
if (!(await build())) process.exit(1)

const kopt = path.join(root, 'dist', 'cli', 'main.js')
const demo = path.join('runs', 'demo-films')
// The manifest of the second hospital is written last.
if (!existsSync(path.join(root, demo, 'hospital-b', 'manifest.csv'))) {
  rmSync(path.join(root, demo), { recursive: true, force: true })
  const code = runNode([kopt, 'demo-data', demo, '--patients', '500'])
  if (code !== 0) process.exit(code)
}
const external = `hospital-b=${path.join(demo, 'hospital-b')}`
process.exit(
  runNode([
    kopt,
    'run',
    path.join(demo, 'hospital-a'),
    '--external',
    external,
    '--preset',
    'quick',
    '--set',
    'split.fractions=[0.12,0.06,0.82]',
    '--set',
    'search.kMax=10',
    ...process.argv.slice(2),
  ]),
)
