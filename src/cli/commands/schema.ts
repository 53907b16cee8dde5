/** `kopt schema`: JSON Schema of what kopt reads and writes, made from the schemas it checks with. */
import { Argument, type Command } from 'commander'
import { shownJson } from '../../base/shown.js'
import { manifestSchema } from '../../dataset/manifest.js'
import { configSchema } from '../../experiment/config/schema.js'
import { result } from '../../record/result.js'
import type { Outside } from '../command.js'
import { examples } from '../options.js'

const schemas = {
  config: () => configSchema.toJSONSchema({ io: 'input' }),
  result: () => result.toJSONSchema(),
  manifest: () => manifestSchema.toJSONSchema({ io: 'input' }),
} as const satisfies Record<string, () => unknown>

export function define(command: Command, { result: answer }: Outside): void {
  command
    .description('Prints the JSON Schema of a configuration file, of result.json, or of one row of a manifest.')
    .addArgument(new Argument('<what>', 'of what').choices(Object.keys(schemas)))
    .action((what: keyof typeof schemas) => answer(schemas[what](), shownJson(schemas[what](), 2)))
  examples(command, [
    ['Let an editor check and complete an experiment file', 'kopt schema config > kopt-config.schema.json'],
    ['Check a result in another program', 'kopt schema result > kopt-result.schema.json'],
  ])
}
