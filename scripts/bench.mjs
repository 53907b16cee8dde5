/** `npm run bench [NAME ...]`: times the programs in bench/ (all, or those whose name contains a word given). Kept out of the tests. */
import { binary, build, install, runNode } from './prepare.mjs'

install()
if (!build()) process.exit(1)
process.exit(runNode([binary('vitest', 'vitest.mjs'), 'bench', '--run', ...process.argv.slice(2)]))
