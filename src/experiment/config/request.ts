/** What a user asks for of an experiment, and the configuration that it comes to on this machine. */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { exists } from '../../base/files.js'
import { command } from '../../generator/command/command.js'
import { changePath, wordsOf } from '../../generator/command/words.js'
import { given } from '../../generator/given/given.js'
import { physicalCores } from '../../runtime/session.js'
import { remarksOnOldKeys } from './old-keys.js'
import { resolvePaths } from './paths.js'
import { readConfigFile } from './read-file.js'
import { resolveConfig } from './resolve.js'
import type { Config, PartialConfig } from './schema.js'
import { layerAt, parseSetting } from './setting.js'

/** Everything left out comes from the preset. Paths are relative to the working folder. */
export interface ConfigRequest {
  /** A folder with one folder per class, a CSV manifest, or an .npz file. */
  dataset?: string
  /** Test sets of other hospitals: path by name. */
  external?: Record<string, string>
  /** YAML, as config.yaml of a run; what else is said here stands over it. */
  configFile?: string
  /** `quick`, `standard` (default) or `kong2022`. */
  preset?: string
  /** The diseased class; default: by the names of the classes. */
  positive?: string
  /** `folder`, `prefix`, `image` (each film its own) or a regular expression; default: as the dataset says. */
  patientFrom?: string
  /** Code page of tables that are not UTF-8. */
  encoding?: string
  /** Annotation files with regions of interest: of the dataset (`internal`), of external sets by name. */
  roi?: Record<string, string>
  /** `key.path=value`, as on the command line. */
  set?: readonly string[]
  /** A name that `kopt backbone list` shows, or an ONNX file; default `scattering`, of the preset kong2022 `chexnet`. */
  backbone?: string
  /**
   * A program that makes the images, called in every fold with that fold's training films alone: in one text as on a command
   * line (without a shell), or word by word. A file or folder that a word with a slash or a dot
   * names from the working folder is found. To go on with a run that has images left to be made, it must be named again.
   */
  generator?: string | readonly string[]
  /** Folder of images that a generator made elsewhere, one folder per class, in place of a trained one. */
  synthetic?: string
  /** Of all that is drawn; default 1. */
  seed?: number
  /** Where networks run: `cpu` (default), `webgpu` or `cuda`. */
  device?: string
  /** Leave out films that can't be read, and count them; default: they are a problem. */
  skipUnreadable?: boolean
  /** Patient ids in the run's private folder as they are, not as hashes under the user's key. */
  keepPatientIds?: boolean
}

/** The key that each part of a request stands for. */
const keys: Readonly<
  Record<Exclude<keyof ConfigRequest, 'configFile' | 'set' | 'synthetic' | 'generator'>, readonly string[]>
> = {
  dataset: ['dataset'],
  external: ['external'],
  preset: ['preset'],
  positive: ['positive'],
  patientFrom: ['patientFrom'],
  encoding: ['encoding'],
  roi: ['roi'],
  backbone: ['backbone', 'name'],
  seed: ['seed'],
  device: ['compute', 'device'],
  skipUnreadable: ['skipUnreadable'],
  keepPatientIds: ['keepPatientIds'],
}

/** What a request comes to. */
export interface Requested {
  readonly config: Config
  /** What its user should know of how it was said. */
  readonly remarks: readonly string[]
}

/** The whole configuration that a request comes to on this machine; throws as `readRequest`. */
export function requestedConfig(request: ConfigRequest): Config {
  return readRequest(request).config
}

/**
 * The whole configuration that a request comes to on this machine, without looking at any film. Throws a `UserError` where no
 * films are named, or a value is refused. `cores`: what the work will have, where it is done elsewhere.
 */
export function readRequest(request: ConfigRequest, cores = physicalCores): Requested {
  const layers = requestLayers(request)
  if (!layers.some((layer) => layer.dataset !== undefined)) {
    throw new UserError(
      'which films? Name a folder with one folder per class, or a CSV manifest: kopt run DATASET. No films at hand: kopt demo-data DIR makes some',
    )
  }
  const asked = resolveConfig(...layers)
  // Derived values are written back: a run resumed on another machine works with the threads it began with.
  const threads = asked.compute.threads || cores()
  const config = { ...asked, compute: { ...asked.compute, threads, processes: asked.compute.processes || threads } }
  return { config, remarks: remarksOnOldKeys(layers) }
}

/** What a request says, to be laid over each other: the file, the parts with names of their own, the settings. */
export function requestLayers(request: ConfigRequest): PartialConfig[] {
  const { configFile } = request
  return [...(configFile ? [readConfigFile(configFile)] : []), ...spokenLayers(request)]
}

/** Whether a request names a program that is to be called; one that stands in a file alone may be somebody else's. */
export function namesProgram(request: ConfigRequest): boolean {
  return spokenLayers(request).some(({ generator }) => generator?.command !== undefined)
}

/** What a request says without its file. */
function spokenLayers({ synthetic, generator, set = [], ...request }: ConfigRequest): PartialConfig[] {
  if (synthetic !== undefined && generator !== undefined) {
    throw new UserError(
      '--synthetic takes images that are there already, --generator has them made; give one of the two',
    )
  }
  const named = Object.entries(keys).flatMap(([name, place]) => {
    const value = request[name as keyof typeof keys]
    return isSaid(value) ? [resolvePaths(layerAt(place, value), process.cwd())] : []
  })
  if (synthetic !== undefined)
    named.push(resolvePaths({ generator: { kind: given.kind, from: synthetic } }, process.cwd()))
  if (generator !== undefined) named.push({ generator: { kind: command.kind, command: generator } })
  return [...named, ...set.map((text) => parseSetting(text))].map(withPlaces)
}

/** The program works in a folder of its own: files that its words name from here are found from there, too. */
function withPlaces(layer: PartialConfig): PartialConfig {
  const { generator } = layer
  const line = generator?.command
  const words = typeof line === 'string' ? wordsOf(line) : line
  if (!Array.isArray(words)) return layer
  const placed = words.map((word) => (typeof word === 'string' ? changePath(word, placeOf) : word))
  return { ...layer, generator: { ...generator, command: placed } }
}

/** What has a slash or a dot and names a file or folder here becomes its path; the name of a program stays a name. */
function placeOf(word: string): string {
  return /[/\\.]/.test(word) && exists(word) ? path.resolve(word) : word
}

/** False and an empty collection are what stands where nothing was asked for. */
function isSaid(value: ConfigRequest[keyof typeof keys]): boolean {
  return value !== null && typeof value === 'object'
    ? Object.keys(value).length > 0
    : value !== undefined && value !== false
}
