/**
 * A run's classifier as one HTML file that judges films in a browser: the page's template, filled with the model, what it says
 * of itself and the cutoff. Nothing of a film, a file or a patient is in it.
 */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { builtFile } from '../base/built.js'
import { UserError } from '../base/errors.js'
import { exists, fileSize, readBytes, readText } from '../base/files.js'
import { megabytes } from '../base/format.js'
import { hashBytes } from '../base/hash.js'
import { requireOwnPage, writePage } from '../base/output.js'
import { pageMark } from '../base/page-mark.js'
import { parseClassifierInfo } from '../head/classifier-info.js'
import { openRunDirectory } from '../record/run-directory.js'
import { requireModel } from '../record/run-model.js'
import { readResult } from '../record/stored-result.js'
import { decodeModel } from '../tensor/onnx/format/protobuf.js'
import { modelPlace, type PageFacts, pageBlocks } from './page-facts.js'

const madeBy = 'kopt export'
/** The largest classifier that a page holds: browsers take no longer texts. */
const maxModelBytes = 256 * 2 ** 20

const template = fileURLToPath(builtFile('export/page/index.html'))

export interface ExportedPage {
  /** As it was named. */
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/**
 * Writes the page, in the place of one that `kopt export` made before, too.
 *
 * ```ts run
 * import { exportPage } from 'kopt'
 * const { bytes } = await exportPage('run', 'model.html')
 * console.log(bytes > 7e6 && bytes < 10e6)
 * ```
 *
 * ```text
 * true
 * ```
 *
 * @param runFolder folder of a finished run
 * @param file name of the page, with `.html` at its end
 * @returns its size in bytes and its checksum
 * @throws `UserError` where the run has not finished, has no model or one of more than 256 MB, or is damaged, and where `file`
 *   is something else already
 */
export async function exportPage(runFolder: string, file: string): Promise<ExportedPage> {
  requirePage(file)
  const page = modelPage(runFolder)
  writePage('--page', file, madeBy, page)
  return { file, bytes: fileSize(file), sha256: hashBytes(page) }
}

/** Throws a `UserError` where no page can be written there. */
export function requirePage(file: string): void {
  if (!/\.html?$/i.test(file)) {
    throw new UserError(`--page ${file}: a browser opens what ends in .html; name the page ${file}.html`)
  }
  requireOwnPage('--page', file, madeBy)
}

/** The page of a run's classifier. Throws as `exportPage`. */
export function modelPage(runFolder: string): string {
  const directory = openRunDirectory(runFolder)
  const onnx = readBytes(requireModel(directory, runFolder))
  if (onnx.length > maxModelBytes) {
    throw new UserError(
      `${directory.classifier} has ${megabytes(onnx.length)}, and a page holds at most ${megabytes(maxModelBytes)}; hand the folder on instead: kopt export ${runFolder} --out DIR`,
    )
  }
  const { metadata } = decodeModel(onnx, directory.classifier)
  const classifier = parseClassifierInfo(metadata.find(({ key }) => key === 'kopt')?.value, directory.classifier)
  const { arms } = readResult(directory)
  const cutoff = arms.find(({ name }) => name === classifier.arm)?.evaluations.internal?.cutoff ?? null
  return filled({ classifier, cutoff, hash: hashBytes(onnx) }, onnx)
}

function filled(facts: PageFacts, onnx: Uint8Array): string {
  if (!exists(template)) throw new UserError(`${template} is missing; build it with: npm run build`)
  const blocks = [
    // No name of a class can end the block.
    `<script type="application/json" id="${pageBlocks.facts}">${JSON.stringify(facts).replaceAll('<', '\\u003c')}</script>`,
    `<script type="text/plain" id="${pageBlocks.classifier}">${gzipSync(onnx, { level: 9 }).toString('base64')}</script>`,
  ]
  const [before = '', after = ''] = readText(template).split(modelPlace)
  return `${before.replace('<head>', () => `<head>\n    ${pageMark(madeBy)}`)}${blocks.join('\n')}${after}`
}
