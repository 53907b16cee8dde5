/**
 * What a user may write (a YAML file, `--set key.path=value`, flags) and what the program works with.
 * `resolveConfig` turns the first into the second; the resolved form is what config.yaml keeps.
 */
import path from 'node:path'
import { parse } from 'yaml'
import { nearest, throwProblems, UserError } from '../../base/errors.js'
import { readInput } from '../../base/standard-input.js'
import { problemsOfSetNames } from '../../record/set-name.js'
import { resolvePaths } from './paths.js'
import { presets } from './presets.js'
import { type Config, configSchema, keysAt, type PartialConfig, type PresetName, presetNames } from './schema.js'

/** Reads a user's YAML file (`-`: standard input) as plain data, its paths relative to its folder; problems name line and column. */
export function readConfigFile(file: string): PartialConfig {
  const text = new TextDecoder().decode(readInput(file, 1_000_000))
  let value: unknown
  try {
    value = parse(text, { maxAliasCount: 0 })
  } catch (error) {
    throw new UserError(`${file} is not valid YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  if (value === null || value === undefined) return {}
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError(`${file} should hold keys and values, such as "preset: quick"`)
  return resolvePaths(value as PartialConfig, path.dirname(path.resolve(file)))
}

/** `--set key.path=value`, the value as YAML writes it: `gan.steps=6000`, `split.by=image`; paths relative to the working folder. */
export function parseSetting(text: string): PartialConfig {
  const at = text.indexOf('=')
  if (at < 1) throw new UserError(`--set ${text}: expected key.path=value, for example --set gan.steps=6000`)
  const keys = text.slice(0, at).split('.')
  let value: unknown
  try {
    value = parse(text.slice(at + 1), { maxAliasCount: 0 })
  } catch {
    value = text.slice(at + 1)
  }
  const layer = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as PartialConfig
  return resolvePaths(layer, process.cwd())
}

/** Preset below, then each layer over the one before. Every wrong key and value is named at once, with the nearest key. */
export function resolveConfig(...layers: PartialConfig[]): Config {
  const asked = layers.findLast((layer) => layer.preset !== undefined)?.preset ?? 'standard'
  if (!presetNames.includes(asked as PresetName)) {
    const near = nearest(String(asked), presetNames)
    throw new UserError(
      `preset ${JSON.stringify(asked)} is not known${near ? `; did you mean ${near}?` : ''} (there are ${presetNames.join(', ')})`,
    )
  }
  const merged = [presets[asked], ...layers, { preset: asked }].reduce<unknown>(merge, {})
  const parsed = configSchema.safeParse(merged, { reportInput: true })
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(describeIssue)
  throwProblems('the configuration', [...problems, ...impossibleNames(merged)])
  const config = parsed.data as Config
  throwProblems('the configuration', contradictions(config))
  return config
}

/** Names that sets can't have; `__proto__` is none that the schema would see. */
function impossibleNames(merged: unknown): string[] {
  if (!isRecord(merged)) return []
  const { external, roi } = merged
  return [
    ...(isRecord(external) ? problemsOfSetNames(Object.keys(external)) : []),
    ...(isRecord(roi) && Object.hasOwn(roi, '__proto__') ? ['roi.__proto__: no set can have this name'] : []),
  ]
}

function contradictions(config: Config): string[] {
  const problems: string[] = []
  for (const side of config.image.size) {
    if (side % 8 !== 0 || side < 16 || side > 512) {
      problems.push(`image.size ${side}: each side must be a multiple of 8 from 16 to 512, for example 56`)
    }
  }
  const total = config.split.fractions.reduce((a, b) => a + b, 0)
  if (Math.abs(total - 1) > 1e-9 || config.split.fractions.some((f) => f <= 0)) {
    problems.push(
      `split.fractions [${config.split.fractions.join(', ')}]: three shares above 0 that add up to 1 were expected, for example [0.7, 0.1, 0.2]`,
    )
  }
  for (const name of Object.keys(config.roi)) {
    if (name === 'internal' || Object.hasOwn(config.external, name)) continue
    problems.push(
      `roi.${name}: there is no external set ${name} (there are ${['internal', ...Object.keys(config.external)].join(', ')})`,
    )
  }
  if (config.synthetic.from !== null && typeof config.resampling.folds === 'number' && config.resampling.folds > 0) {
    problems.push(
      `resampling.folds ${config.resampling.folds} with synthetic.from: images made elsewhere come from one generator, which would have to be trained anew inside each fold; leave the folds out`,
    )
  }
  if (config.synthetic.from !== null && config.gan.seeds > 1) {
    problems.push(
      `gan.seeds ${config.gan.seeds} with synthetic.from: images made elsewhere come from one generator; leave gan.seeds at 1`,
    )
  }
  if (config.search.rule === 'fixed' && config.search.fixedK === null) {
    problems.push('search.rule fixed needs search.fixedK, for example --set search.fixedK=14')
  }
  if (config.search.fixedK !== null && config.search.fixedK > config.search.kMax) {
    problems.push(`search.fixedK ${config.search.fixedK} is above search.kMax ${config.search.kMax}`)
  }
  if (config.search.heads > 1 && config.head.kind === 'logistic') {
    problems.push(
      `search.heads ${config.search.heads} with head.kind logistic: that head has no seed; leave it out, or set head.kind=adam`,
    )
  }
  if (typeof config.resampling.folds === 'number' && config.resampling.folds > 0 && config.search.selectOn === 'test') {
    problems.push(
      `resampling.folds ${config.resampling.folds} with search.selectOn test: a fold's test films must not choose its K; set one of them to its default`,
    )
  }
  return problems
}

/** By own keys alone: `__proto__` and the like are keys as any other, for the schema to refuse. */
function merge(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above === undefined ? below : above
  const own = (record: Record<string, unknown>, key: string) => (Object.hasOwn(record, key) ? record[key] : undefined)
  const keys = new Set([...Object.keys(below), ...Object.keys(above)])
  return Object.fromEntries([...keys].map((key) => [key, merge(own(below, key), own(above, key))]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

type Issue = NonNullable<ReturnType<typeof configSchema.safeParse>['error']>['issues'][number]

function describeIssue(issue: Issue): string[] {
  const place = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(issue.path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const remedy = near
        ? `did you mean ${[place, near].filter(Boolean).join('.')}?`
        : `known there: ${known.join(', ')}`
      return `key ${[place, key].filter(Boolean).join('.')} is not known; ${remedy}`
    })
  }
  const value = 'input' in issue && issue.input !== undefined ? `, got ${JSON.stringify(issue.input)}` : ''
  return [`${place}: ${expectation(issue)}${value}`]
}

/** What was expected, in words; the schema library's own where they will do. */
function expectation(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    const names: Record<string, string> = { int: 'a whole number', number: 'a number', boolean: 'true or false' }
    return `expected ${names[issue.expected] ?? issue.expected}`
  }
  if (issue.code === 'invalid_value')
    return `expected ${issue.values.map(String).join(', ')}`.replace(/, ([^,]+)$/, ' or $1')
  if (issue.code === 'invalid_union') {
    const all = issue.errors.flatMap((one) => one.map((part) => expectation(part).replace(/^expected /, '')))
    if (all.length > 0) return `expected ${[...new Set(all)].join(', or ')}`
  }
  if (issue.code === 'too_small' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`
  if (issue.code === 'too_big' && issue.origin === 'number')
    return `expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
  return issue.message
}
