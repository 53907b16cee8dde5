/**
 * The documents as a site in dist/site, which `kopt docs` opens: `npm run docs` makes it, and every build where a document is newer.
 *
 *   node scripts/site.mjs [FOLDER]      into another folder, whose content it takes the place of
 */
import path from 'node:path'
import { root } from './prepare.mjs'
import { buildSite } from './site/build.mjs'

const [target = path.join(root, 'dist', 'site')] = process.argv.slice(2)
buildSite(root, path.resolve(target))
