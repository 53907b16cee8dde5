/** What a study is told, in proof/NAME.yaml, and what of it must stay as it was while its cohorts are run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { nearest, throwProblems, UserError } from '../../dist/base/errors.js'
import { writeJson } from '../../dist/base/files.js'
import { trainedKinds } from '../../dist/generator/registry.js'
import { resolveConfig } from '../../dist/index.js'
import { handedOver } from './synthetic.mjs'

const count = z.int().min(1)
const share = z.number().gt(0).lt(1)
/** What may stand in the place of synthetic films: made by the study, or by a generator that kopt trains. */
const sources = [...Object.keys(handedOver), ...trainedKinds.map(({ kind }) => kind)]

const schema = z.strictObject({
  /** What the study asks, in a sentence. */
  about: z.string().min(1),
  data: z.strictObject({
    /** Below the folder of data sets: an npz file, a manifest, or a folder with one folder per class. */
    films: z.string().min(1),
    /** Of the file; of a folder, of what `sha256sum` prints of its files, sorted by name. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected 64 hexadecimal digits' }),
    /** How to get it, in a sentence. */
    get: z.string().min(1),
    positive: z.string(),
    /** Where patients come from, as `--patient-from`; by default as the data set says, of an npz file each film its own. */
    patientFrom: z.string().optional(),
  }),
  /** A frozen network below the folder of data sets, an ONNX file; by default the one that the configuration names. */
  backbone: z.string().optional(),
  /** Films of a cohort: a cell for each. */
  sizes: z.array(z.int().min(16)).min(1),
  /** Share of diseased films in cohorts and in further test sets. */
  diseased: share.default(0.5),
  /** Training, tuning and test films of a cohort. */
  split: z.tuple([share, share, share]).default([0.6, 0.2, 0.2]),
  synthetic: z.array(z.enum(sources)).min(1),
  /** Sizes of further test sets that the verdict is asked on, up to five of each from the films left over. */
  tests: z.array(z.int().min(16)).default([]),
  /** Films of each class that stay for the truth, whatever the synthetic films take. */
  truth: count.default(300),
  /** Cohorts of each cell, each from its own seed. */
  cohorts: count,
  /** Work after which no further cohort is begun. */
  minutes: z.number().gt(0),
  /** What differs from the preset `standard`. */
  config: z.record(z.string(), z.unknown()).default({}),
})

/** What may change while cohorts are run: none of them depends on it. */
const free = ['about', 'cohorts', 'minutes']

/** Reads a study. Throws a `UserError` with every problem. */
export function readStudy(folder, name) {
  const file = path.join(folder, `${name}.yaml`)
  if (!existsSync(file)) throw new UserError(noStudy(folder, name))
  let said
  try {
    said = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UserError(`${file} is no YAML: ${error.message.split('\n')[0]}`)
  }
  const { data: study, error } = schema.safeParse(said)
  throwProblems(file, (error?.issues ?? []).map(problemWords))
  if (Math.abs(study.split.reduce((a, b) => a + b) - 1) > 1e-9)
    throw new UserError(`${file}: split: ${study.split.join(', ')} do not add up to 1`)
  for (const source of study.synthetic) configOf(study, source)
  return { name, ...study }
}

function noStudy(folder, name) {
  const names = existsSync(folder)
    ? readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -5)] : []))
    : []
  const near = nearest(name, names)
  const there = names.length === 0 ? `${folder} holds none` : `there are ${names.join(', ')}`
  return `there is no study ${name}${near ? `; did you mean ${near}?` : ''} (${there}): npm run prove -- NAME`
}

function problemWords({ path: place, message, code, keys }) {
  const where = place.join('.')
  return code === 'unrecognized_keys'
    ? `${where ? `${where}: ` : ''}there is no key ${keys.join(', ')}`
    : `${where}: ${message}`
}

/** What the configuration of a source's runs says beside dataset and images: a study asks about one split, one core a cohort. */
export function layerOf({ data, config }, source) {
  const generator = source in handedOver ? { kind: 'given', order: 'random' } : { ...config.generator, kind: source }
  return {
    positive: data.positive,
    ...config,
    resampling: { folds: 0, ...config.resampling },
    search: { rivals: 'none', selected: false, ...config.search },
    generator,
    compute: { threads: 1, processes: 1 },
  }
}

/** That configuration, whole. Throws a `UserError` where it is none. */
export function configOf(study, source) {
  const images = source in handedOver ? [{ generator: { kind: 'given', from: 'synthetic' } }] : []
  return resolveConfig({ dataset: 'films' }, layerOf(study, source), ...images)
}

/** The study with its frozen network as a file that runs can open. */
export function withBackbone(study, dataFolder) {
  if (study.backbone === undefined) return study
  const file = path.resolve(dataFolder, study.backbone)
  if (!existsSync(file))
    throw new UserError(
      `${file} is missing, the frozen network of the study ${study.name} (--data DIR says where it lies)`,
    )
  return { ...study, config: { ...study.config, backbone: { ...study.config.backbone, name: file } } }
}

/** Keeps what the cohorts in a work folder are made by. Throws a `UserError` where others stand there. */
export function holdStudy(study, folder) {
  const file = path.join(folder, 'study.json')
  const fixed = Object.fromEntries(Object.entries(study).filter(([key]) => !free.includes(key)))
  if (!existsSync(file)) return writeJson(file, fixed)
  const before = JSON.parse(readFileSync(file, 'utf8'))
  const changed = Object.keys({ ...before, ...fixed }).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(fixed[key]),
  )
  if (changed.length === 0) return
  throw new UserError(
    `the study ${study.name} has changed since its first cohorts were run (${changed.join(', ')}), and its table would mix two studies; put it back as it was, give the new one a name of its own, or remove ${folder} to begin anew`,
  )
}
