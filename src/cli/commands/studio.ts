/** `kopt studio`: the whole job on a page, on this computer alone. */
import path from 'node:path'
import { type Command, Option } from 'commander'
import { openInBrowser } from '../../base/browser.js'
import { Interrupted } from '../../base/errors.js'
import { isDirectory } from '../../base/files.js'
import { shown, shownLines } from '../../base/shown.js'
import { hasBegun, RunDirectory } from '../../record/run-directory.js'
import { DatasetRegister } from '../../studio/server/datasets/register.js'
import { addressOfRunning } from '../../studio/server/running.js'
import { startStudio } from '../../studio/server/studio.js'
import { idOf, workplaceIn } from '../../studio/server/workplace.js'
import type { Outside } from '../command.js'
import { examples, wholeNumber } from '../options.js'

interface StudioFlags {
  open: boolean
  port?: number
}

export function define(command: Command, { result, announce, interruption }: Outside): void {
  command
    .description(
      'Opens a page in the browser on which everything can be done that the command line does. It answers on this computer alone,\n' +
        'needs no network, and whatever it starts goes on when the page and this command are ended.',
    )
    .argument('[run-or-dataset]', 'a run, or films, to open the page at (default: its first screen)')
    .option('--no-open', 'print the address instead of opening the browser')
    .addOption(
      new Option('--port <n>', 'port to answer at (default: the last one, else a free one)').argParser(wholeNumber(1)),
    )
    .action(async (place: string | undefined, { open, port }: StudioFlags) => {
      const signal = interruption()
      const folder = process.cwd()
      const { at, runFolders } = placeOf(place, folder)
      const running = await addressOfRunning(folder, at)
      if (running !== undefined) {
        const seen = open && (await openInBrowser(running))
        const words = ['The studio is open in this folder already.', ...whereTo(running, seen)]
        return result({ address: running }, shownLines(words))
      }
      const studio = await startStudio({ folder, port, at, runFolders, note: (text) => announce(shown`${text}`) })
      const { address } = studio
      const opened = open && (await openInBrowser(address))
      result(
        { address },
        shownLines([
          ...whereTo(address, opened),
          'It ends with Ctrl-C here; runs that it has started go on without it.',
        ]),
      )
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      await studio.close()
      throw new Interrupted('the studio has ended')
    })
  examples(command, [
    ['The page, with the runs of this folder', 'kopt studio'],
    ['Straight to one run', 'kopt studio runs/0003-ours'],
    ['Films, inspected and looked at', 'kopt studio films/ours'],
    [
      'On a computer without a screen: the address, to be reached through a tunnel (ssh -L)',
      'kopt studio --no-open --port 4180',
    ],
  ])
}

function whereTo(address: string, opened: boolean): string[] {
  if (opened) return ['The studio is shown in your browser.']
  return ['Open the studio in a browser on this computer, by this address, which works once:', address]
}

function placeOf(place: string | undefined, folder: string): { at: string; runFolders: string[] } {
  if (place === undefined) return { at: '/', runFolders: [] }
  if (isDirectory(place) && hasBegun(new RunDirectory(place)))
    return { at: `/runs/${idOf(place)}`, runFolders: [path.dirname(path.resolve(place))] }
  const { id } = new DatasetRegister(workplaceIn(folder)).add(place, 'chosen')
  return { at: `/films/${id}`, runFolders: [] }
}
