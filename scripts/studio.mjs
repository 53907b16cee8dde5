/** `npm run studio`: installs what is missing, builds, and opens the studio on this folder. Arguments behind `--` go to `kopt studio`. */
import path from 'node:path'
import { build, install, root, runNode } from './prepare.mjs'

install()
if (!(await build())) process.exit(1)
process.exit(runNode([path.join(root, 'dist', 'cli', 'main.js'), 'studio', ...process.argv.slice(2)]))
