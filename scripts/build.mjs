/** `npm run build`. */
import { build, install } from './prepare.mjs'

install()
process.exit((await build()) ? 0 : 1)
