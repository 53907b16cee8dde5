/** `npm run build`. */
import { build, install } from './prepare.mjs'

install()
process.exit(build() ? 0 : 1)
