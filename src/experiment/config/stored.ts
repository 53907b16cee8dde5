/**
 * What a run was begun with, kept twice: `config.yaml` for everybody, with names in place of paths, and `private/config.yaml`
 * with the paths, from which a resumed run goes on. Each stands in for the other where it is damaged, as far as it can.
 */

import path from 'node:path'
import { stringify } from 'yaml'
import { UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory, readText } from '../../base/files.js'
import { count, counted } from '../../base/format.js'
import { shownPath } from '../../base/shown-path.js'
import { version } from '../../base/version.js'
import { firstFew } from '../../dataset/reader.js'
import { checkpointSteps } from '../../generator/checkpoint.js'
import { holdsNothingYet, type RunDirectory } from '../../record/run-directory.js'
import { Seals } from '../../record/seals.js'
import { isRecord } from './merge.js'
import { completeWithKeysOfNow, isOfBefore } from './old-keys.js'
import { mapPaths } from './paths.js'
import { resolveConfig } from './resolve.js'
import type { Config, PartialConfig } from './schema.js'
import { isBackboneFile } from './sections/backbone.js'
import { shownConfig } from './shown.js'
import { parseYaml } from './yaml.js'

/** A run that is gone on with. */
export interface ResumedConfig {
  readonly config: Config
  /** Whether the films lie elsewhere than the run has last seen them. */
  readonly moved: boolean
  /** What was found damaged and set right. */
  readonly notes: readonly string[]
}

export function storeConfig(directory: RunDirectory, seals: Seals, config: Config): void {
  seals.keep(directory.privateConfig, yaml(config, 'every value this run works with, and where its films lie'))
  seals.keep(directory.config, shownText(config))
}

/** What stands in config.yaml. */
function shownText(config: Config): string {
  return yaml(shownConfig(config), 'every value this run works with; paths stand in private')
}

function yaml(config: Config, about: string): string {
  return `# kopt ${version}: ${about}\n${stringify({ koptVersion: version, ...config })}`
}

/**
 * The configuration of a finished run, whichever version made it. Throws a `UserError` where it is damaged, or of a version
 * whose keys are not known here; `why` ends that sentence.
 */
export function storedConfig(directory: RunDirectory, why: string): Config {
  const seals = new Seals(directory)
  seals.check()
  const found = [directory.privateConfig, directory.config]
    .filter((file) => seals.recorded(file) === undefined || seals.holds(file))
    .map((file) => readStored(file))
    .filter((stored) => stored !== undefined)
  const complete = found.map((stored) => completeConfig(stored)).find((config) => config !== undefined)
  if (complete) return complete
  const other = found.find(({ version: by, isOld }) => by !== version && !isOld)
  throw new UserError(
    other
      ? `${shownPath(directory.root)} was made by kopt ${other.version}, and this is ${version}, which can't read what it was made with; install that version ${why}`
      : `${shownPath(directory.config)} does not say what the run was made with: it is empty or damaged; restore it from a copy of the run`,
  )
}

/**
 * The configuration of a run that goes on. `asked`: what the user has said now, which may name other places of the same
 * films and nothing else. Throws a `UserError` where it asks for other values, or where they were changed in config.yaml.
 */
export function resumedConfig(directory: RunDirectory, seals: Seals, asked: readonly PartialConfig[]): ResumedConfig {
  const root = shownPath(directory.root)
  const shown = readStored(directory.config)
  const complete = trusted(directory, seals, shown)
  const notes: string[] = []
  const stored = complete ?? shown
  if (stored) refuseOtherVersion(root, stored)
  if (!complete) {
    if (!shown || !seals.holds(directory.config)) {
      throw new UserError(
        `${root}: config.yaml and private/config.yaml are missing or damaged, and nothing else says what this run was; start a new run, or restore one of them from a copy`,
      )
    }
    requireAllPaths(root, shown.config, asked)
    notes.push('private/config.yaml was missing or damaged and is written anew')
  }
  const before = resolveConfig((complete ?? (shown as Stored)).config)
  const config = resolveConfig(before, ...asked)
  const changed = differences(withoutPaths(before), withoutPaths(config))
  const shorter = shortened(changed)
  if (shorter) requireShortenable(directory, seals, shorter)
  else if (changed.length > 0) {
    throw new UserError(
      `${root} was begun with other values (${inWords(changed)}); leave them out to resume, or start a new run`,
    )
  }
  if (complete && !seals.holds(directory.config)) {
    const cutShort = shown !== undefined && isCut(readText(directory.config), shownText(before))
    const edited = shown && !cutShort ? editsOf(before, shown.config) : []
    const gone = edited.filter(({ after }) => after === undefined)
    if (gone.length > 0) {
      throw new UserError(
        `${shownPath(directory.config)} is damaged: ${counted(gone.length, 'value')} of the run can't be found in it (${firstFew(gone.map(({ place }) => place))}); remove the file, and kopt resume ${root} writes it anew from private/config.yaml, which is whole`,
      )
    }
    if (edited.length > 0) {
      throw new UserError(
        `${shownPath(directory.config)} was changed after the run had begun (${inWords(edited)}), and a run holds to what it began with; put that back, or remove the file (it is then written as it was), or start a new run`,
      )
    }
    if (!shown || cutShort || seals.recorded(directory.config) !== undefined)
      notes.push('config.yaml was missing or damaged and is written anew')
    storeConfig(directory, seals, before)
  }
  if (shorter) {
    // A kill in between leaves the one that counts as it was.
    seals.keep(directory.config, shownText(config))
    storeConfig(directory, seals, config)
    notes.push(
      `the generator is trained for ${counted(shorter.steps, 'step')}, not for ${count(shorter.before)} as before`,
    )
  }
  return { config, moved: !complete || differences(before, config).length > 0, notes }
}

/** Fewer steps of the generator than the run began with. */
interface Shortened {
  readonly steps: number
  readonly before: number
}

/** Whether this is all that is asked for. */
function shortened(changed: readonly Difference[]): Shortened | undefined {
  const [one, ...others] = changed
  if (others.length > 0 || one?.place !== 'generator.steps') return undefined
  const { before, after } = one
  return typeof before === 'number' && typeof after === 'number' && after < before
    ? { steps: after, before }
    : undefined
}

/**
 * Throws a `UserError` where something of the run hangs on a longer training already. Else the run becomes the one that would have
 * begun with so many steps: what a step does hangs on no later one.
 */
function requireShortenable(directory: RunDirectory, seals: Seals, { steps }: Shortened): void {
  const trainings = [
    directory,
    ...listDirectory(path.dirname(directory.fold(1).root)).map(({ name }) => directory.fold(Number(name))),
  ]
  const refuse = (reason: string) => {
    throw new UserError(
      `${shownPath(directory.root)} can't go on with ${counted(steps, 'step')} of the generator: ${reason}; start a new run with --set generator.steps=${steps}`,
    )
  }
  for (const place of trainings) {
    if (seals.holds(place.stage('train-gan'))) refuse('a training that is longer has ended, and what it made is in use')
    const folders = [place.gan, ...listDirectory(place.gan).map(({ name }) => path.join(place.gan, name))]
    const newest = Math.max(0, ...folders.flatMap((folder) => (isDirectory(folder) ? checkpointSteps(folder) : [])))
    if (newest > steps) refuse(`its training has a checkpoint of step ${newest} behind it`)
  }
}

function isCut(text: string, complete: string): boolean {
  return text.length < complete.length && complete.startsWith(text)
}

/**
 * The configuration with its paths, where its checksum fits. Where that is lost, config.yaml must say the same, or nothing has
 * been made by it yet: a kill came before its checksum.
 */
function trusted(directory: RunDirectory, seals: Seals, shown: Stored | undefined): Stored | undefined {
  const complete = readStored(directory.privateConfig)
  if (!complete || seals.holds(directory.privateConfig)) return complete
  if (seals.recorded(directory.privateConfig) !== undefined) return undefined
  const agrees = shown ? editsOf(complete.config as Config, shown.config).length === 0 : holdsNothingYet(directory)
  return agrees ? complete : undefined
}

/** In what config.yaml differs from what the run began with. */
function editsOf(config: Config, shown: PartialConfig): Difference[] {
  return differences(asPlain(shownConfig(config)), asPlain(shown))
}

/** What a file says that a run was made with. */
interface Stored {
  /** In the keys of now. */
  readonly config: PartialConfig
  /** That wrote it. */
  readonly version: string
  /** Whether it was written in keys of 0.1. */
  readonly isOld: boolean
}

/** Undefined where the file is missing or no configuration of a run. */
function readStored(file: string): Stored | undefined {
  if (!exists(file)) return undefined
  try {
    const value: unknown = parseYaml(readText(file, 1_000_000))
    if (!isRecord(value) || !Object.hasOwn(value, 'koptVersion')) return undefined
    const { koptVersion, ...config } = value
    const isOld = isOfBefore(config)
    return { config: isOld ? completeWithKeysOfNow(config) : config, version: String(koptVersion), isOld }
  } catch {
    return undefined
  }
}

/** A resumed run promises the bytes of one that was never stopped, which no other version can. */
function refuseOtherVersion(root: string, { version: by, isOld }: Stored): void {
  if (by === version && !isOld) return
  throw new UserError(
    `${root} was begun by ${by === version ? 'an earlier ' : ''}kopt ${by}, not by this one (${version}), and a run comes to the same results only with the version that began it; go on with that one, or start a new run`,
  )
}

/** Undefined where a value is missing, as in a file that was cut off, or is none that this version knows. */
function completeConfig({ config }: Stored): Config | undefined {
  try {
    const all = resolveConfig(config)
    return differences(asPlain(config), asPlain(all)).length === 0 ? all : undefined
  } catch {
    return undefined
  }
}

function requireAllPaths(root: string, shown: PartialConfig, asked: readonly PartialConfig[]): void {
  const missing = pathOptions(shown).filter(([, isGiven]) => !asked.some(isGiven))
  if (missing.length === 0) return
  throw new UserError(
    `${root}: private/config.yaml, which says where the films lie, is missing or damaged; say it anew: kopt resume ${root} ${pathOptions(
      shown,
    )
      .map(([words]) => words)
      .join(' ')}`,
  )
}

/** How each path of a configuration is said on the command line, and whether a layer says it. */
function pathOptions({ external = {}, roi = {}, generator, backbone, synthetic }: PartialConfig) {
  const options: [words: string, isGiven: (layer: PartialConfig) => boolean][] = [
    ['--dataset FILMS', (layer) => layer.dataset !== undefined],
    ...Object.keys(external).map((name): (typeof options)[number] => [
      `--external ${name}=FILMS`,
      (layer) => layer.external?.[name] !== undefined,
    ]),
    ...Object.keys(roi).map((name): (typeof options)[number] => [
      `--roi ${name === 'internal' ? '' : `${name}=`}FILE`,
      (layer) => layer.roi?.[name] !== undefined,
    ]),
  ]
  if (typeof generator?.from === 'string')
    options.push(['--synthetic FOLDER', (layer) => layer.generator?.from !== undefined])
  if (typeof synthetic?.rejected === 'string')
    options.push(['--set synthetic.rejected=FILE', (layer) => typeof layer.synthetic?.rejected === 'string'])
  if (generator?.command !== undefined)
    options.push(['--generator COMMAND', (layer) => layer.generator?.command !== undefined])
  if (typeof backbone?.name === 'string' && isBackboneFile(backbone.name))
    options.push(['--backbone FILE.onnx', (layer) => layer.backbone?.name !== undefined])
  return options
}

/** Where films lie is no part of what a run is: they are known by what they show; a program and its files by their names. */
function withoutPaths(config: Config): unknown {
  const { generator } = shownConfig(config)
  const plain = mapPaths(config, () => 'a path')
  return { ...plain, generator: { ...plain.generator, command: generator.command } }
}

/** As YAML would give it back. */
function asPlain(config: unknown): unknown {
  return JSON.parse(JSON.stringify(config))
}

interface Difference {
  /** Keys, joined by dots. */
  readonly place: string
  readonly before: unknown
  readonly after: unknown
}

function differences(before: unknown, after: unknown, place = ''): Difference[] {
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => differences(before[key], after[key], place ? `${place}.${key}` : key))
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ place, before, after }]
}

function inWords(differences: readonly Difference[]): string {
  return differences
    .map(({ place, before, after }) => `${place} was ${JSON.stringify(before)}, now ${JSON.stringify(after)}`)
    .join('; ')
}
