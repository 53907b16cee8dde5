/** `kopt docs`: the documents as pages, which lie beside the program and need no network. */
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { openInBrowser } from '../../base/browser.js'
import { builtFile } from '../../base/built.js'
import { InternalError } from '../../base/errors.js'
import { exists } from '../../base/files.js'
import { shownLines } from '../../base/shown.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

/** Written there by the build. */
const firstPage = builtFile('site/index.html')

interface DocsFlags {
  open: boolean
}

export function define(command: Command, { result }: Outside): void {
  command
    .description(
      'Opens the documents of this version in the browser: how to start, what the words mean, every option, with a search. They are\n' +
        'files beside the program; nothing is loaded from a network.',
    )
    .option('--no-open', 'print the address instead of opening the browser')
    .action(async ({ open }: DocsFlags) => {
      if (!exists(fileURLToPath(firstPage))) throw new InternalError('the pages of the documents are missing')
      const address = firstPage.href
      const opened = open && (await openInBrowser(address))
      result({ address }, shownLines(opened ? ['The documents are shown in your browser.'] : [address]))
    })
  examples(command, [
    ['The documents, in the browser', 'kopt docs'],
    ['Where they lie', 'kopt docs --no-open'],
  ])
}
