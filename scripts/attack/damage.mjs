/**
 * Damage to the files of a run, one at a time: what a resumed run makes of it must be the bytes of the undamaged one, or a
 * sentence to the user; never another result. Shared by `test/runs/damage.test.ts` and whatever tries more of it.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What may happen to a file; `replaced`: by another file of its kind, where the run has one. */
export const ways = ['changed', 'cut off', 'emptied', 'replaced']

/** Every file of a run, by its path within the folder with `/`, in order. */
export function filesOf(run) {
  return readdirSync(run, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(run, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort()
}

/**
 * Files that a run reads again, or that it has promised: without what is written anew at every end, and without what no
 * finished GAN needs (pictures of its training, checkpoints before its last).
 */
export function stateFilesOf(run) {
  const files = filesOf(run).filter(
    (file) => !/^(report\.html|methods\.md|events\.jsonl|(tables|figures)\/.*)$|(^|\/)gan\/.*\.png$/.test(file),
  )
  const isCheckpoint = (file) => /\/checkpoint-\d+\.safetensors$/.test(file)
  const isLast = (file) =>
    !files.some((other) => isCheckpoint(other) && path.dirname(other) === path.dirname(file) && other > file)
  return files.filter((file) => !isCheckpoint(file) || isLast(file))
}

/** Damages a file. False where that can't be done to it: no other of its kind, or nothing in it. */
export function damage(run, file, way) {
  const place = path.join(run, file)
  const bytes = readFileSync(place)
  if (bytes.length === 0) return false
  switch (way) {
    case 'changed': {
      const at = Math.floor(bytes.length / 2)
      bytes[at] ^= 1
      writeFileSync(place, bytes)
      return true
    }
    case 'cut off':
      writeFileSync(place, bytes.subarray(0, Math.floor((2 * bytes.length) / 3)))
      return true
    case 'emptied':
      writeFileSync(place, '')
      return true
    case 'replaced': {
      const other = sibling(run, file)
      if (other === undefined) return false
      writeFileSync(place, readFileSync(path.join(run, other)))
      return true
    }
    default:
      throw new Error(`no way '${way}'`)
  }
}

/** Another file with the same ending and other bytes: from the same folder, else from the whole run. */
function sibling(run, file) {
  const bytes = readFileSync(path.join(run, file))
  const others = filesOf(run).filter((one) => one !== file && path.extname(one) === path.extname(file))
  const near = others.filter((one) => path.dirname(one) === path.dirname(file))
  return [...near, ...others].find((one) => !readFileSync(path.join(run, one)).equals(bytes))
}

/** What must be the same in a run and in the same run mended: every state file, times aside, and without its caches. */
export function promisedBy(run) {
  const files = stateFilesOf(run).filter((file) => !/(^|\/)(features\/cache-.*|state\/.*\.(json|sha256))$/.test(file))
  return Object.fromEntries(files.map((file) => [file, withoutTimes(file, readFileSync(path.join(run, file)))]))
}

function withoutTimes(file, bytes) {
  if (!/(^|\/)(result|outcome)\.json$/.test(file)) return bytes.toString('base64')
  const { seconds: _, ...rest } = JSON.parse(bytes.toString('utf8'))
  const timeless = (training) => training && { ...training, seconds: 0, stepsPerSecond: 0 }
  if (rest.gan) rest.gan = timeless(rest.gan)
  if (rest.generator) rest.generator = { ...rest.generator, training: timeless(rest.generator.training) }
  return JSON.stringify(rest)
}

/**
 * Damages a copy of a finished run and goes on with it.
 * @param resume goes on with the run in a folder; rejects with the error that a user would see
 * @returns undefined where the damage can't be done; else the sentence, or the names of files that differ
 */
export async function resumeDamaged({ run, copy, file, way, resume, promised = promisedBy(run) }) {
  rmSync(copy, { recursive: true, force: true })
  cpSync(run, copy, { recursive: true })
  if (!damage(copy, file, way)) return undefined
  try {
    await resume(copy)
  } catch (error) {
    return { refused: error, differing: [] }
  }
  const after = promisedBy(copy)
  const names = new Set([...Object.keys(promised), ...Object.keys(after)])
  return { refused: undefined, differing: [...names].filter((name) => after[name] !== promised[name]) }
}

/** One file of each kind, for a short look: trials, heads, tables of scores and the like by one of them. */
export function oneOfEachKind(files) {
  const kinds = new Map()
  for (const file of files) {
    const kind = file
      .replace(/^(trials|model\/heads|scores)\/.*(\.\w+)$/, '$1/*$2')
      .replace(/^(pool|features)\/(synthetic|conventional|test|native|cache|selection|train).*(\.\w+)$/, '$1/$2*$3')
      .replace(/-?\d+/g, '#')
    if (!kinds.has(kind)) kinds.set(kind, file)
  }
  return [...kinds.values()]
}
