/** What a page asks for, as the command line takes it: the same checks, and the same sentences where something is wrong. */
import { z } from 'zod'
import { UserError } from '../../base/errors.js'
import { mergeAll } from '../../experiment/config/merge.js'
import { resolvePaths } from '../../experiment/config/paths.js'
import { resolveConfig } from '../../experiment/config/resolve.js'
import type { PartialConfig } from '../../experiment/config/schema.js'
import { settingAt } from '../../experiment/config/setting.js'
import { presetNames, type RequestProblem, type RunRequest } from '../wire/run-request.js'
import type { Workplace } from './workplace.js'

export const runRequest = z.strictObject({
  dataset: z.string(),
  external: z.record(z.string(), z.string()),
  preset: z.enum(presetNames),
  positive: z.string().nullable(),
  patientFrom: z.string().nullable(),
  set: z.record(z.string(), z.string()),
}) satisfies z.ZodType<RunRequest>

/** A request with something wrong in it. */
export class RefusedRequest extends UserError {
  readonly problems: readonly RequestProblem[]

  constructor(message: string) {
    super(message.split('\n')[0] ?? '', { lines: message.split('\n').slice(1) })
    this.problems = problemsIn(message)
  }
}

/** A configuration with absolute paths, a dataset among them. */
export type AskedConfig = PartialConfig & { readonly dataset: string }

/**
 * What a request comes to. Throws a `RefusedRequest` with all that is wrong with it. A program that makes the images is started
 * where somebody has typed it at a command line, and nowhere else.
 */
export function askedConfig(request: RunRequest, { root }: Workplace): AskedConfig {
  const { dataset, external, preset, positive, patientFrom, set } = request
  if (dataset.trim() === '') throw new RefusedRequest('dataset: which films? Choose them, or type where they lie')
  const said = {
    dataset,
    preset,
    ...(Object.keys(external).length > 0 && { external }),
    ...(positive !== null && { positive }),
    ...(patientFrom !== null && { patientFrom }),
  }
  const layers = Object.entries(set).map(([place, text]) => settingAt(place, text))
  const config = resolvePaths(mergeAll([...layers, said]) as PartialConfig, root)
  try {
    resolveConfig(config)
  } catch (error) {
    throw error instanceof UserError ? new RefusedRequest(error.message) : error
  }
  if (config.generator?.command !== undefined)
    throw new RefusedRequest(
      'generator.command: kopt starts no program that was not named on its own command line: kopt run DATASET --generator COMMAND',
    )
  return { ...config, dataset: config.dataset ?? dataset }
}

/** A heading and its list, or one sentence. */
function problemsIn(message: string): RequestProblem[] {
  const [first = '', ...lines] = message.split('\n')
  const sentences = lines.length > 0 ? lines.map((line) => line.replace(/^ {2}- /, '')) : [first]
  return sentences.map((sentence) => {
    const text = sentence.replace(/^the configuration: /, '')
    // Every sentence begins with the key that it is about.
    const place = /^(?:key )?([a-z]\w*(?:\.\w+)*)\b/i.exec(text)?.[1] ?? null
    return { place, text }
  })
}
