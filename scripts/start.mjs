/**
 * `npm start`: installs what is missing, builds, writes the made cohort to runs/demo-data and runs the main job on it.
 * Arguments behind `--` go to `kopt run`.
 */
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { build, install, root, runNode } from './prepare.mjs'

install()
if (!build()) process.exit(1)

const kopt = path.join(root, 'dist', 'cli', 'main.js')
const demo = path.join('runs', 'demo-data')
// The manifest of the second hospital is written last.
if (!existsSync(path.join(root, demo, 'hospital-b', 'manifest.csv'))) {
  rmSync(path.join(root, demo), { recursive: true, force: true })
  const code = runNode([kopt, 'demo-data', demo])
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
    ...process.argv.slice(2),
  ]),
)
