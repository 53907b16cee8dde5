/** The legend of a plot of curves, below it: a piece of each line, and what it stands for in as many lines as that takes. */
import { line, rect, text, wrap } from '../svg.js'

export interface LegendEntry {
  readonly label: string
  readonly colour: 1 | 2 | 3 | 4 | 5 | 6
  /** Line form: '', 'short', 'long', 'dots' or 'thick'. */
  readonly dash: string
  /** A curve with a band: a piece of that, too. */
  readonly band?: boolean
}

const lineHeight = 16

/** Shapes from `top` (the first baseline) on, and the height that they reach. */
export function legend(
  entries: readonly LegendEntry[],
  { left, right, top }: { readonly left: number; readonly right: number; readonly top: number },
): { readonly body: string[]; readonly bottom: number } {
  const body: string[] = []
  let at = top
  for (const { label, colour, dash, band } of entries) {
    if (band) body.push(rect(left, at - 10, 26, 12, `fill-${colour} soft`))
    body.push(line(left, at - 4, left + 26, at - 4, `stroke-${colour} ${dash}`))
    for (const part of wrap(label, right - left - 36, 12)) {
      body.push(text(left + 36, at, part))
      at += lineHeight
    }
    at += 4
  }
  return { body, bottom: at }
}
