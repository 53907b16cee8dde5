/** The files of the page, as `npm run build` leaves them: read once, and sent as they are. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'
import { builtFile } from '../../base/built.js'
import { UserError } from '../../base/errors.js'
import { exists, listDirectory, readBytes } from '../../base/files.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

const largestBytes = 2 ** 25

export class PageFiles {
  readonly #files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; type: string }>()

  /** Throws a `UserError` where the page was not built. */
  constructor(folder = fileURLToPath(builtFile('studio/page'))) {
    if (!exists(path.join(folder, 'index.html')))
      throw new UserError('the page of the studio was not built; in a checkout type: npm run build')
    for (const [name, file] of filesBelow(folder)) {
      const type = types[path.extname(name)]
      if (type !== undefined)
        this.#files.set(`/${name}`, { bytes: new Uint8Array(readBytes(file, largestBytes)), type })
    }
  }

  /** A file by its name; the page itself under every other address, for the page knows what each shows. */
  answer(c: Context): Response {
    const file = this.#files.get(c.req.path)
    const { bytes, type } = file ?? this.#files.get('/index.html')!
    // Names of built files carry a hash of what is in them.
    const caching: Record<string, string> =
      c.req.path.startsWith('/assets/') && file ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}
    return c.body(bytes, 200, { 'content-type': type, ...caching })
  }
}

function filesBelow(folder: string, under = ''): [name: string, file: string][] {
  return listDirectory(folder).flatMap(({ name, directory }): [string, string][] => {
    const file = path.join(folder, name)
    return directory ? filesBelow(file, `${under}${name}/`) : [[`${under}${name}`, file]]
  })
}
