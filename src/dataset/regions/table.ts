/**
 * Regions in a CSV table: `file`, the rectangle, and where wanted `rotation` and `label`. The rectangle is
 * `left,top,width,height` or `x,y,width,height`, or `xmin,ymin,xmax,ymax`, or one column `roi` as in a manifest.
 */
import { UserError } from '../../base/errors.js'
import { shortened } from '../../base/shortened.js'
import { parseRectangle, type Rectangle, rectangleProblem, turned } from '../../image/rectangle.js'
import { firstFew } from '../reader.js'
import type { CsvTable } from '../table/csv.js'
import { named } from './forms.js'
import { RegionCollector, type RegionReading } from './region.js'

const form = 'a table of regions has the columns file,left,top,width,height and may have rotation,label'

const columnNames = {
  file: ['file', 'filename', 'file_name', 'image', 'image_path', 'path'],
  left: ['left', 'x', 'xmin', 'x_min', 'x1'],
  top: ['top', 'y', 'ymin', 'y_min', 'y1'],
  width: ['width', 'w'],
  height: ['height', 'h'],
  right: ['right', 'xmax', 'x_max', 'x2'],
  bottom: ['bottom', 'ymax', 'y_max', 'y2'],
  rotation: ['rotation', 'angle', 'rotation_degrees'],
  roi: ['roi'],
  label: ['label', 'class', 'category'],
} as const
type Column = keyof typeof columnNames

/** The ways to write a rectangle; the first whose columns are all there is taken. */
const forms: readonly (readonly Column[])[] = [
  ['roi'],
  ['left', 'top', 'width', 'height'],
  ['left', 'top', 'right', 'bottom'],
]

/** Whether a row, in lower case, names what a table of regions needs. */
export function isRegionHeader(names: readonly string[]): boolean {
  const has = (column: Column) => columnNames[column].some((name) => names.includes(name))
  return has('file') && forms.some((columns) => columns.every(has))
}

export function readRegionTable({ header, rows }: CsvTable, file: string): RegionReading {
  const out = new RegionCollector(file)
  const names = header.map((name) => name.toLowerCase())
  const at = (column: Column) => names.findIndex((name) => (columnNames[column] as readonly string[]).includes(name))
  const written = forms.find((columns) => columns.every((column) => at(column) >= 0))
  if (at('file') < 0 || written === undefined)
    throw new UserError(`${file} has the columns ${firstFew(header, 12)}; ${form}`)
  for (const { row, cells } of rows) {
    const cell = (column: Column) => cells[at(column)] ?? ''
    const place = `row ${row}`
    const values = written.map(cell)
    const rectangle = rectangleOf(values, cell('rotation'), written.includes('right'))
    if (cell('file') === '') out.problem(place, 'names no file')
    else if (rectangle === undefined) {
      const rotation = cell('rotation') === '' ? '' : ` with rotation '${shortened(cell('rotation'))}'`
      out.problem(place, `'${shortened(values.join())}'${rotation} is no rectangle; ${form}`, cell('file'))
    } else out.add({ image: cell('file'), rectangle, place, ...named(cell('label')) }, rectangleProblem(rectangle))
  }
  return out
}

function rectangleOf(written: readonly string[], rotation: string, corners: boolean): Rectangle | undefined {
  const turn = rotation === '' ? undefined : numberOf(rotation)
  // four cells that are empty make no rectangle, whatever Number('') is
  const parsed = parseRectangle(written.length === 1 ? written.join() : written.map(decimal).join(' '))
  if (parsed === undefined || Number.isNaN(turn)) return undefined
  const { left, top, width, height } = parsed
  const sized = corners ? { left, top, width: width - left, height: height - top } : parsed
  return turn === undefined ? sized : turned(sized, turn)
}

/** Spreadsheets that separate cells by semicolons write decimal commas. */
function decimal(cell: string): string {
  return cell.replace(',', '.')
}

function numberOf(cell: string): number {
  return /\d/.test(cell) ? Number(decimal(cell)) : Number.NaN
}
