/**
 * Reads regions of interest from an annotation file, or from a folder of them: which program wrote it, its content says.
 * Files are bounded in size, and every entry that gives no region is named.
 */
import path from 'node:path'
import { UserError } from '../../base/errors.js'
import { exists, isDirectory, listDirectory, readHead, readText } from '../../base/files.js'
import { shortened } from '../../base/shortened.js'
import { isSystemEntry } from '../reader.js'
import { readCsvTable } from '../table/csv.js'
import { isCoco, readCoco } from './coco.js'
import { isLabelMe, readLabelMe } from './labelme.js'
import { otherAnnotations, otherJson } from './other-forms.js'
import type { RegionReading } from './region.js'
import { isRegionHeader, readRegionTable } from './table.js'
import { isVia, isViaHeader, readVia, readViaTable } from './via.js'
import { isWebAnnotation, readWebAnnotations } from './web-annotation.js'

const forms = 'read are CSV tables, LabelMe, COCO, VIA and W3C Web Annotations (Annotorious)'
/** LabelMe keeps the image itself in the file. */
const maxJsonBytes = 128 * 2 ** 20

/**
 * Reads every region. Throws a `UserError` where the file is missing or in none of the known forms.
 * @param encoding of a table that is not UTF-8; without, it is found
 */
export function readRegions(file: string, encoding?: string): RegionReading {
  if (!exists(file)) throw new UserError(`--roi ${file} does not exist; ${forms}`)
  if (!isDirectory(file)) return readFile(file, path.basename(file), encoding)
  const names = listDirectory(file).filter(({ name, directory }) => !directory && !isSystemEntry(name))
  const annotations = names.map(({ name }) => name).filter((name) => /\.json(ld)?$/i.test(name))
  if (annotations.length === 0) {
    const [first] = names
    const other = first && otherAnnotations(path.join(file, first.name))
    const found = other === undefined ? '' : `; its ${first?.name} ${other}`
    throw new UserError(`--roi ${file} holds no JSON files${found}; ${forms}`)
  }
  const readings = annotations.map((name) => readFile(path.join(file, name), name, encoding))
  const around: Record<string, number> = {}
  for (const reading of readings) {
    for (const [shape, count] of Object.entries(reading.around)) around[shape] = (around[shape] ?? 0) + count
  }
  return {
    regions: readings.flatMap(({ regions }) => regions),
    problems: readings.flatMap(({ problems }) => problems),
    around,
  }
}

function readFile(file: string, shown: string, encoding?: string): RegionReading {
  const json = /\.json(ld)?$/i.test(file) || looksLikeJson(file) ? parseJson(file) : undefined
  if (json === undefined) {
    const other = otherAnnotations(file)
    if (other !== undefined) throw new UserError(`${file} ${other}; ${forms}`)
    const table = readCsvTable(file, { isHeader: (names) => isRegionHeader(names) || isViaHeader(names), encoding })
    return isViaHeader(table.header) ? readViaTable(table, shown) : readRegionTable(table, shown)
  }
  if (isLabelMe(json)) return readLabelMe(json, shown)
  if (isCoco(json)) return readCoco(json, shown)
  const other = otherJson(json)
  if (other !== undefined) throw new UserError(`${file} ${other}; ${forms}`)
  if (isWebAnnotation(json)) return readWebAnnotations(json, shown, path.parse(shown).name)
  if (isVia(json)) return readVia(json, shown)
  throw new UserError(`${file} holds no annotations that are known; ${forms}`)
}

/** A table may begin with a bracket, but not with these. */
function looksLikeJson(file: string): boolean {
  return /^\ufeff?\s*(\{\s*["}]|\[\s*[{\]])/.test(new TextDecoder().decode(readHead(file, 256)))
}

function parseJson(file: string): unknown {
  const text = readText(file, maxJsonBytes)
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const why = shortened((error as Error).message, 120)
    throw new UserError(`${file} is not valid JSON (${why}); export it again`)
  }
}
