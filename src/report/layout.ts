/** The few building blocks of the page: section, figure, table, note. */

import { elementAt } from '../base/element-at.js'
import { absent, limits, proportion } from '../base/format.js'
import type { FigureDraw } from './figure-list.js'
import { learningCurveTitle } from './figures/learning-curve.js'
import { type Content, html, type Markup, trusted } from './html.js'

export function section(id: string, title: string, ...content: Content[]): Markup {
  return html`<section id="${id}"><h2>${title}</h2>${content}</section>\n`
}

/** A figure in two widths; the style sheet shows the one that fits. Nothing where there is no such figure. */
export function figureBlock(draw: FigureDraw | undefined, caption: Content): Markup | undefined {
  if (!draw) return undefined
  return html`<figure>
<div class="wide">${trusted(draw('wide'))}</div><div class="narrow">${trusted(draw('narrow'))}</div>
<figcaption>${caption}</figcaption>
</figure>\n`
}

export interface TableColumn {
  label: string
  /** Right-aligned figures. */
  numeric?: boolean
}

export interface TableRow {
  cells: readonly Content[]
  /** Set in bold: the row that the text speaks about. */
  strong?: boolean
  /** A heading across the table above this row. */
  heading?: string
}

export interface TableOptions {
  caption: Content
  columns: readonly TableColumn[]
  rows: readonly TableRow[]
  /** On a phone each row becomes a card. Leave out for narrow tables. */
  stack?: boolean
  /** Many short rows. */
  dense?: boolean
}

/** Rows above which a table may be parted on paper. */
const longTable = 16

/** A table whose first column names the row. */
export function table({ caption, columns, rows, stack = false, dense = false }: TableOptions): Markup {
  const head = columns.map((column) => html`<th scope="col"${column.numeric && html` class="n"`}>${column.label}</th>`)
  const body = rows.map(({ cells, strong, heading }) => {
    const tds = cells.map((cell, i) => {
      const { label, numeric } = elementAt(columns, i)
      return i === 0
        ? html`<th scope="row">${cell}</th>`
        : html`<td data-label="${label}"${numeric && html` class="n"`}>${cell}</td>`
    })
    const above =
      heading !== undefined &&
      html`<tr class="heading"><th scope="colgroup" colspan="${columns.length}">${heading}</th></tr>`
    return html`${above}<tr${strong && html` class="strong"`}>${tds}</tr>\n`
  })
  return html`<div class="table${rows.length > longTable && ' long'}"><table class="${[stack && 'stack', dense && 'dense'].filter(Boolean).join(' ')}">
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>\n`
}

/** An estimate over its interval. */
export function estimate(value: string, interval?: string): Markup {
  return html`<span class="value">${value}</span>${interval !== undefined && html` <span class="interval">(${interval})</span>`}`
}

/** A proportion over its limits, as a table has it; a dash where it could not be had. */
export function estimateCell(
  value: number | null,
  interval: { low: number | null; high: number | null } | undefined,
): Markup {
  if (value === null) return estimate(absent)
  const known = interval && (interval.low !== null || interval.high !== null)
  return estimate(proportion(value), known ? limits(interval.low, interval.high) : undefined)
}

/** `K = 14`, never broken over two lines. */
export function kEquals(k: number): Markup {
  return html`<span class="k">K = ${k}</span>`
}

/** A remark that must not be overlooked. */
export function warning(content: Content): Markup {
  return html`<p class="warning">${content}</p>\n`
}

export function bullets(items: readonly Content[]): Markup | undefined {
  return items.length > 0 ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>\n` : undefined
}

/** How the classifier learns from real films alone: of a plan, and of a run. */
export function learningCurveBlock(draw: FigureDraw | undefined): Markup | undefined {
  return figureBlock(
    draw,
    html`<b>${learningCurveTitle}</b>, on a logarithmic axis. Dots with 95 % intervals: cross-validated inside the training and tuning films. Line and band: an inverse power law fitted to them, which beyond the last dot is an extrapolation.`,
  )
}
