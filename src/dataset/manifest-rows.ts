/** Rows of a manifest as films, one after the other; what is wrong with a row is named by row and column, and the next is read. */
import path from 'node:path'
import { namedProblems } from '../base/errors.js'
import { shortened } from '../base/shortened.js'
import { parseVoiChoice } from '../image/dicom/voi.js'
import { parseRectangle, type Rectangle, rectangleProblem, rectangleText } from '../image/rectangle.js'
import { saysNoClass } from './class-names.js'
import { type EntryOnDisk, FilesOnDisk } from './files-on-disk.js'
import type { ManifestColumn } from './manifest.js'
import { type FoundFilm, splitOfWord } from './reader.js'
import { RowsOfFilms } from './rows-of-films.js'

export interface RowOptions {
  /** The folder that paths are relative to. */
  readonly root: string
  /** Columns in the header. */
  readonly width: number
  /** Where a column stands; -1 where it does not. */
  readonly at: (column: ManifestColumn) => number
  /** Columns with a text in any row: patient and split are given in every row or in none. */
  readonly used: ReadonlySet<ManifestColumn>
  /** Whether each film must have a label. */
  readonly labelled: boolean
}

/** Takes what is wrong with a cell. */
type Complain = (column: ManifestColumn, text: string) => void

interface FilmPlace {
  /** Its path within the dataset. */
  readonly name: string
  /** Where it should lie. */
  readonly file: string
  readonly entry: EntryOnDisk | undefined
}

export class ManifestRows {
  readonly films: FoundFilm[] = []
  /** One reason for each row that is left out. */
  readonly excluded: string[] = []
  readonly problems: string[] = []
  readonly #options: RowOptions
  readonly #disk = new FilesOnDisk()
  readonly #seen = new RowsOfFilms()

  constructor(options: RowOptions) {
    this.#options = options
  }

  /** Reads one row: a film, a reason why it is left out, or problems. */
  add(row: number, cells: readonly string[]): void {
    const { width, at, used } = this.#options
    const cell = (column: ManifestColumn) => cells[at(column)] ?? ''
    const complain: Complain = (column, text) => this.problems.push(`row ${row}, column ${column}: ${text}`)
    if (cells.slice(width).some((extra) => extra !== '')) {
      this.problems.push(
        `row ${row} has ${cells.length} cells, the header ${width}; put cells that hold the separator in quotes`,
      )
      return
    }
    const reason = exclusion(cell('exclude'))
    if (reason !== undefined) {
      this.excluded.push(reason)
      return
    }
    const { name, file, entry } = this.#placeOf(cell('file'), complain)
    const label = this.#labelOf(cell('label'), complain)
    if (used.has('patient') && cell('patient') === '') {
      complain('patient', 'is empty; give a patient in every row, or in none')
    }
    const split = splitOf(cell('split'), used.has('split'), complain)
    const roi = regionOf(cell('roi'), complain)
    const frame = frameOf(cell('frame'), complain)
    const voi = viewOf(cell('voi'), complain)
    if (cell('file') !== '') {
      // the frames of a file are films of their own
      this.#refuseConflict(`${file}\0${frame ?? 1}`, { row, label, roi, shown: cell('file') }, complain)
    }
    this.films.push({
      file: entry?.file ?? file,
      name: frame === undefined ? name : `${name} (frame ${frame})`,
      label,
      ...(used.has('patient') && { patient: cell('patient') }),
      ...(split && { split }),
      ...(frame && { frame }),
      ...(voi && { voi }),
      ...(roi && { roi }),
      ...(entry?.problem !== undefined && { problem: entry.problem }),
    })
  }

  #placeOf(cell: string, complain: Complain): FilmPlace {
    const name = path.posix.normalize(cell.replaceAll('\\', '/'))
    const file = path.resolve(this.#options.root, name)
    const entry = this.#disk.entryAt(file)
    const shown = `'${shortened(cell)}'`
    if (cell === '') complain('file', 'is empty; give a path relative to the manifest')
    else if (entry === undefined) {
      const like = this.problems.length < namedProblems ? this.#disk.similarTo(file) : undefined
      const hint = like === undefined ? '' : ` (there is '${like}')`
      complain('file', `${shown} ${this.#disk.absence(file)}${hint}`)
    } else if (entry.directory) complain('file', `${shown} is a folder, not a film`)
    return { name, file, entry }
  }

  /** '' for a film without a label. */
  #labelOf(cell: string, complain: Complain): string {
    const label = saysNoClass(cell) ? '' : cell
    if (label === '' && this.#options.labelled) {
      const what = cell === '' ? 'is empty' : `'${shortened(cell)}' says that the label is missing or not known`
      complain('label', `${what}; give the class, or exclude the row`)
    }
    return label
  }

  /** Of a film that earlier rows name under another label, or in just the same way. */
  #refuseConflict(
    film: string,
    { row, label, roi, shown }: { row: number; label: string; roi: Rectangle | undefined; shown: string },
    complain: Complain,
  ): void {
    const region = roi ? rectangleText(roi) : ''
    const earlier = this.#seen.rowsOf(film)
    const { other, same } = earlier.conflict(label, region)
    if (other) {
      complain(
        'label',
        `'${shortened(shown)}' is '${shortened(label)}' here, but '${shortened(other.label)}' in row ${other.row}; keep the true one`,
      )
    } else if (same) {
      complain('file', `'${shortened(shown)}' is in row ${same.row} already; remove one of the two`)
    }
    earlier.add({ row, label, roi: region })
  }
}

/** Why a row is left out; undefined where it is not. */
function exclusion(cell: string): string | undefined {
  if (/^(|0|no|n|false)$/i.test(cell)) return undefined
  return /^(1|yes|y|true|x)$/i.test(cell) ? 'excluded by the manifest' : cell
}

function splitOf(cell: string, used: boolean, complain: Complain) {
  const split = splitOfWord(cell)
  if (used && split === undefined) {
    const what =
      cell === '' ? 'is empty; give a set in every row, or in none' : `'${shortened(cell)}' is none of train, val, test`
    complain('split', what)
  }
  return split
}

function regionOf(cell: string, complain: Complain): Rectangle | undefined {
  if (cell === '') return undefined
  const roi = parseRectangle(cell)
  const fault =
    roi === undefined
      ? 'is no rectangle; write left,top,width,height[,rotation] in pixels and degrees'
      : rectangleProblem(roi)
  if (fault !== undefined) complain('roi', `'${shortened(cell)}' ${fault}`)
  return roi
}

function frameOf(cell: string, complain: Complain): number | undefined {
  if (/^[1-9]\d{0,5}$/.test(cell)) return Number(cell)
  if (cell !== '') complain('frame', `'${shortened(cell)}' is no frame; write 1, 2, 3 ...`)
  return undefined
}

function viewOf(cell: string, complain: Complain) {
  const voi = parseVoiChoice(cell)
  if (cell !== '' && voi === undefined) {
    complain('voi', `'${shortened(cell)}' is no view of a DICOM file; write lut:1, window:2 or none`)
  }
  return voi
}
