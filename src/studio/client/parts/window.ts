/** Window and level: which grey each value is shown in. */
import type { FilmValues } from './film-answer.js'

export interface Window {
  readonly center: number
  readonly width: number
}

/** 0 to 255 of each place; by the film's own table where no window was chosen. */
export function greysOf(film: FilmValues, window: Window | undefined): Uint8Array {
  if (window === undefined) return film.levels
  const { measured, inverted } = film
  const greys = new Uint8ClampedArray(measured.length)
  for (let i = 0; i < greys.length; i++) {
    const value = measured[i] ?? Number.NaN
    const share = Math.min(1, Math.max(0, (value - window.center) / window.width + 0.5))
    greys[i] = Number.isNaN(value) ? 0 : 255 * (inverted ? 1 - share : share)
  }
  return new Uint8Array(greys.buffer)
}

export function drawFilm(canvas: HTMLCanvasElement, film: FilmValues, greys: Uint8Array): void {
  const { width, height, channels, values } = film
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
  }
  const context = canvas.getContext('2d', { alpha: false })
  if (!context) return
  const image = context.createImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  if (channels === 1) {
    // Little endian, as every browser's machine is: opaque, then blue, green, red.
    const words = Uint32Array.from(greys, (grey) => 0xff000000 | (grey << 16) | (grey << 8) | grey)
    for (let i = 0; i < pixels.length; i++) pixels[i] = words[values[i] as number] as number
  } else {
    const grey = (i: number) => greys[values[i] as number] as number
    for (let i = 0; i < pixels.length; i++)
      pixels[i] = 0xff000000 | (grey(3 * i + 2) << 16) | (grey(3 * i + 1) << 8) | grey(3 * i)
  }
  context.putImageData(image, 0, 0)
}

/** What a window may be: width above nothing, both within what the film holds, and a little beyond. */
export function heldWindow({ center, width }: Window, film: FilmValues): Window {
  const range = rangeOf(film)
  return {
    center: Math.min(range.most + range.size, Math.max(range.least - range.size, center)),
    width: Math.min(4 * range.size, Math.max(range.size / 1000, width)),
  }
}

/** The measured values of a film. */
export function rangeOf({ measured }: FilmValues): { least: number; most: number; size: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of measured) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most, size: most - least || 1 }
}
