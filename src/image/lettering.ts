/** Lines of text in a film's pixels, on a band above it that hides nothing of it: the same pixels on every system. */
import type { Raster } from './raster.js'

/** From the space to the tilde: five columns of seven dots each, or of nine for letters that reach below the line; the lowest bit on top. */
const glyphs =
  '0000000000 00005F0000 0007000700 147F147F14 242A7F2A12 2313086462 3649562050 0005030000 001C224100 0041221C00 2A1C7F1C2A 08083E0808 0050300000 0808080808 0060600000 2010080402 ' +
  '3E5149453E 00427F4000 4261514946 2141454B31 1814127F10 2745454539 3C4A494930 0171090503 3649494936 064949291E 0036360000 0056360000 0814224100 1414141414 0041221408 0201510906 ' +
  '324979413E 7E1111117E 7F49494936 3E41414122 7F4141221C 7F49494941 7F09090901 3E4149497A 7F0808087F 00417F4100 2040413F01 7F08142241 7F40404040 7F020C027F 7F0408107F 3E4141413E ' +
  '7F09090906 3E4151215E 7F09192946 4649494931 01017F0101 3F4040403F 1F2040201F 3F4038403F 6314081463 0708700807 6151494543 007F414100 0204081020 0041417F00 0402010204 4040404040 ' +
  '0001020400 2054545478 7F48444438 3844444420 384444487F 3854545418 087E090102 0381441441440FC 7F08040478 00447D4000 2040443D00 7F10284400 00417F4000 7C04180478 7C08040478 3844444438 ' +
  '1FC044044044038 0380440440441FC 7C08040408 4854545420 043F444020 3C4040207C 1C2040201C 3C4030403C 4428102844 03C1401401400FC 4464544C44 0008364100 00007F0000 0041360800 1008081008'
const columnsOf: readonly (readonly number[])[] = glyphs
  .split(' ')
  .map((glyph) => glyph.match(glyph.length > 10 ? /.{3}/g : /../g)?.map((column) => Number.parseInt(column, 16)) ?? [])

/** Dots from one letter, and from one line, to the next. */
const [letterDots, lineDots] = [6, 11]
const topDots = 4
/** Letters that stand side by side on a film of its usual width. */
const usualLetters = 60

/** Letters without accents; what has no ASCII letter becomes '?'. */
function drawable(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^ -~]/gu, '?')
}

/** The film, in 8 bits, below a black band with the lines in white, as many letters side by side as are legible. */
export function lettered(film: Raster, lines: readonly string[]): Raster {
  const { width, height, channels, bitDepth, white = 2 ** bitDepth - 1 } = film
  const scale = Math.max(1, Math.floor(width / (letterDots * usualLetters)))
  const most = Math.max(1, Math.floor(width / (letterDots * scale)) - 1)
  const rows = lines.flatMap((line) => wrapped(drawable(line), most))
  const band = scale * (2 * topDots + lineDots * rows.length)
  const data = new Uint8Array(width * (band + height) * channels)
  const from = band * width * channels
  data.set(
    Uint8Array.from(film.data, (value) => Math.min(255, Math.floor((value * 255) / white + 0.5))),
    from,
  )
  rows.forEach((row, line) => {
    ;[...row].forEach((letter, at) => {
      const columns = columnsOf[letter.charCodeAt(0) - 0x20] as readonly number[]
      columns.forEach((dots, column) => {
        for (let dot = 0; dot < 9; dot++) {
          if ((dots >> dot) & 1) fill(3 + at * letterDots + column, topDots + line * lineDots + dot)
        }
      })
    })
  })
  return { width, height: band + height, channels, bitDepth: 8, data }

  function fill(column: number, row: number): void {
    for (let y = row * scale; y < (row + 1) * scale; y++) {
      const start = (y * width + column * scale) * channels
      data.fill(255, start, Math.min(start + scale * channels, (y + 1) * width * channels))
    }
  }
}

/** Broken between words where one fits, else within it. */
function wrapped(text: string, most: number): string[] {
  const rows: string[] = []
  for (let rest = text; rest.length > 0; ) {
    const space = rest.length > most ? rest.lastIndexOf(' ', most) : rest.length
    const end = space > 0 ? space : most
    rows.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return rows
}
