/** What a page asks for, as the command line takes it: the same checks, and the same sentences where one fails. */
import { UserError } from '../../../base/errors.js'
import { resolvePaths } from '../../../experiment/config/paths.js'
import { resolveConfig } from '../../../experiment/config/resolve.js'
import type { PartialConfig } from '../../../experiment/config/schema.js'
import type { Workplace } from '../workplace.js'

/**
 * A configuration with absolute paths, a dataset among them. Throws a `UserError` with all that is wrong with it. A program
 * that makes the images is started where somebody has typed it at a command line, and nowhere else.
 */
export function requested(
  asked: Readonly<Record<string, unknown>>,
  { root }: Workplace,
): PartialConfig & { readonly dataset: string } {
  const config = resolvePaths(asked as PartialConfig, root)
  const { dataset, generator } = config
  if (typeof dataset !== 'string' || asked.dataset === '')
    throw new UserError('which films? Choose a dataset: a folder with one folder per class, or a CSV manifest')
  resolveConfig(config)
  if (generator?.command !== undefined)
    throw new UserError('generator.command: a program is started from the command line alone: kopt run --generator')
  return { ...config, dataset }
}
