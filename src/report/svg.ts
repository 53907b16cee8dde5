/**
 * SVG as strings: escaped elements, axes, text, and the one style sheet of all figures.
 * Colour comes from classes, so that a page can follow the reader's light or dark setting; `standalone` adds the light colours for a file.
 */
import { escapeText } from './html.js'

type Attribute = string | number | undefined

/** One element; numbers are rounded to hundredths, text is escaped. */
export function element(name: string, attributes: Record<string, Attribute>, children: readonly string[] = []): string {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(String(value))}"`)
    .join('')
  return children.length > 0 ? `<${name}${list}>${children.join('')}</${name}>` : `<${name}${list}/>`
}

export interface TextOptions {
  className?: string
  anchor?: 'start' | 'middle' | 'end'
  /** Degrees about the text's own point. */
  rotateDegrees?: number
}

/** One line of text with its baseline at y. */
export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const transform = options.rotateDegrees ? `rotate(${options.rotateDegrees} ${round(x)} ${round(y)})` : undefined
  const attributes = { x, y, class: options.className, 'text-anchor': options.anchor, transform }
  return element('text', attributes, [escapeText(content)])
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): string {
  return element('line', { x1, y1, x2, y2, class: className })
}

export function path(d: string | null, className: string): string {
  return d ? element('path', { d, class: className }) : ''
}

export function circle(cx: number, cy: number, r: number, className: string, title?: string): string {
  return element('circle', { cx, cy, r, class: className }, title ? [element('title', {}, [escapeText(title)])] : [])
}

export function rect(x: number, y: number, width: number, height: number, className: string): string {
  return element('rect', { x, y, width: Math.max(0, width), height, class: className })
}

export interface Tick {
  /** Pixel position. */
  at: number
  label: string
}

/** Axis along the bottom: ticks with labels, faint grid lines up to `top`, the axis title below. */
export function bottomAxis(
  ticks: readonly Tick[],
  left: number,
  right: number,
  y: number,
  top: number,
  title: string,
): string {
  return [
    ...ticks.map((tick) => line(tick.at, top, tick.at, y, 'grid')),
    line(left, y, right, y, 'axis'),
    ...ticks.map((tick) => text(tick.at, y + 18, tick.label, { className: 'tick', anchor: 'middle' })),
    text((left + right) / 2, y + 38, title, { className: 'title', anchor: 'middle' }),
  ].join('')
}

/** Axis along the left: ticks with labels, faint grid lines to `right`; the axis title stands level above the axis. */
export function leftAxis(ticks: readonly Tick[], x: number, right: number, top: number, title: string): string {
  return [
    ...ticks.map((tick) => line(x, tick.at, right, tick.at, 'grid')),
    ...ticks.map((tick) => text(x - 8, tick.at + 4, tick.label, { className: 'tick', anchor: 'end' })),
    text(x - 8, top - 12, title, { className: 'title', anchor: 'start' }),
  ].join('')
}

export interface Picture {
  /** Unique on the page. */
  id: string
  title: string
  /** What the picture shows, for those who don't see it. */
  description: string
  width: number
  height: number
}

/** The root element with title and description. */
export function picture({ id, title, description, width, height }: Picture, body: readonly string[]): string {
  const key = id.replace(/[^A-Za-z0-9_-]/g, '-')
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'kopt-figure',
      role: 'img',
      'aria-labelledby': `${key}-title ${key}-desc`,
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width,
      height,
    },
    [
      element('title', { id: `${key}-title` }, [escapeText(title)]),
      element('desc', { id: `${key}-desc` }, [escapeText(description)]),
      ...body,
    ],
  )
}

/** Rough width of a line of text in a sans-serif face. */
export function textWidth(content: string, fontSize = 12): number {
  return [...content].length * fontSize * 0.54
}

/** Breaks text into lines of about `width` pixels; a longer word gets a line of its own, cut with an ellipsis. */
export function wrap(content: string, width: number, fontSize = 12): string[] {
  const most = Math.max(4, Math.floor(width / (fontSize * 0.54)))
  const lines: string[] = []
  for (const word of content.split(/\s+/).filter((part) => part !== '')) {
    const shown = [...word].length > most ? `${[...word].slice(0, most - 1).join('')}…` : word
    const last = lines.at(-1)
    if (last !== undefined && [...last].length + 1 + [...shown].length <= most)
      lines[lines.length - 1] = `${last} ${shown}`
    else lines.push(shown)
  }
  return lines.length > 0 ? lines : ['']
}

export interface FigureColours {
  ink: string
  muted: string
  rule: string
  paper: string
  /** Six colours that readers with any colour vision can tell apart (after Okabe and Ito). */
  series: readonly [string, string, string, string, string, string]
}

export const lightColours: FigureColours = {
  ink: '#1d2329',
  muted: '#5d6670',
  rule: '#e4e7eb',
  paper: '#ffffff',
  series: ['#0072b2', '#5d6670', '#d07f00', '#00825e', '#c2185b', '#3aa0d8'],
}

export const darkColours: FigureColours = {
  ink: '#e8eaed',
  muted: '#a0a8b1',
  rule: '#31373d',
  paper: '#15181b',
  series: ['#5bb4ec', '#a9b1ba', '#f0a93a', '#35c79b', '#f07bab', '#93d0f4'],
}

/** Style rules of every class the figures use. */
export function figureStyle(colours: FigureColours): string {
  const f = '.kopt-figure'
  return [
    `${f} text{font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;fill:${colours.ink}}`,
    `${f} .tick,${f} .note{fill:${colours.muted}}`,
    `${f} .title{fill:${colours.muted};font-weight:500}`,
    `${f} .strong{font-weight:600}`,
    `${f} .grid{stroke:${colours.rule};stroke-width:1}`,
    `${f} .axis,${f} .mark{stroke:${colours.muted};stroke-width:1}`,
    `${f} .dashed{stroke:${colours.muted};stroke-width:1;stroke-dasharray:3 4;fill:none}`,
    `${f} .halo{fill:${colours.paper};stroke:none}`,
    ...colours.series.flatMap((colour, i) => [
      `${f} .stroke-${i + 1}{stroke:${colour};fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}`,
      `${f} .fill-${i + 1}{fill:${colour};stroke:none}`,
      `${f} .open-${i + 1}{fill:${colours.paper};stroke:${colour};stroke-width:2}`,
    ]),
    `${f} .thick{stroke-width:3}`,
    `${f} .thin{stroke-width:1.25}`,
    `${f} .long{stroke-dasharray:9 4}`,
    `${f} .short{stroke-dasharray:4 3}`,
    `${f} .dots{stroke-dasharray:1 4}`,
    `${f} .soft{opacity:.16}`,
    `${f} .faint{opacity:.4}`,
  ].join('\n')
}

/** The figure as a file of its own: light colours and a white ground inside. */
export function standalone(figure: string): string {
  const open = figure.indexOf('>') + 1
  const ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
  return `${figure.slice(0, open)}<style>${figureStyle(lightColours)}</style>${ground}${figure.slice(open)}\n`
}

function round(value: number): string {
  if (!Number.isFinite(value)) return '0'
  return String(Math.round(value * 100) / 100 + 0)
}
