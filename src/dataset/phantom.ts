/**
 * A made cohort: patches of maxillary sinuses as a Waters view shows them, drawn, not taken from anyone.
 * An aerated sinus is dark inside its bright bony wall; an inflamed one is hazy, has thick mucosa, an air-fluid level
 * or a cyst on its floor. Mild disease and hazy healthy sinuses overlap, so no classifier is perfect.
 * Two hospitals differ in exposure, contrast, noise and edge enhancement. Everything follows from the seed.
 */
import { logistic } from '../base/logistic.js'
import { Rng } from '../base/random.js'
import { range } from '../base/range.js'
import type { Raster } from '../image/raster.js'

export interface PhantomOptions {
  readonly seed: number
  readonly patients: number
  readonly hospital: 'a' | 'b'
  /** 2 (default): healthy and inflamed; 3: of the inflamed, thick mucosa and an air-fluid level are told apart. */
  readonly classes?: 2 | 3
}

export interface PhantomFilm {
  /** File name: patient and side, such as 'p012_L.png'. */
  readonly name: string
  readonly label: string
  readonly patient: string
  readonly raster: Raster
}

/** How a hospital's apparatus shows the same anatomy. */
interface Apparatus {
  readonly letter: string
  /** Shortest and longest side of a patch, in pixels. */
  readonly size: readonly [number, number]
  readonly gamma: number
  readonly contrast: number
  readonly brightness: number
  /** Standard deviation of the noise at full exposure, in grey levels. */
  readonly noise: number
  readonly edgeEnhancement: number
}

const apparatus: Record<'a' | 'b', Apparatus> = {
  a: { letter: 'p', size: [96, 144], gamma: 1, contrast: 1, brightness: 0, noise: 9, edgeEnhancement: 0 },
  b: { letter: 'q', size: [112, 160], gamma: 0.88, contrast: 0.84, brightness: 0.06, noise: 13, edgeEnhancement: 0.5 },
}

/** Both sinuses of each patient, patients in order, left before right. Of 100 sinuses about 54 are inflamed. */
export function phantomCohort({ patients, ...options }: PhantomOptions): PhantomFilm[] {
  return range(patients).flatMap((patient) => phantomPatient(options, patient))
}

/** The two sinuses of a patient, counted from 0; no other patient's films move them. */
export function phantomPatient(
  { seed, hospital, classes = 2 }: Omit<PhantomOptions, 'patients'>,
  number: number,
): PhantomFilm[] {
  const device = apparatus[hospital]
  const rng = new Rng(seed).split(`phantom ${hospital}`).at(number)
  const anatomy = drawAnatomy(rng.split('anatomy'))
  const patient = `${device.letter}${String(number + 1).padStart(3, '0')}`
  // The two sinuses of a patient are inflamed together more often than not.
  const first = rng.split('label').uniform() < 0.54
  const same = rng.split('second label').uniform() < 0.65
  return (['L', 'R'] as const).map((side) => {
    const inflamed = side === 'L' ? first : same ? first : rng.split('third label').uniform() < 0.54
    const sideRng = rng.split(side)
    const contentRng = sideRng.split('content')
    const content = !inflamed
      ? healthyContent(contentRng)
      : classes === 2
        ? inflamedContent(contentRng)
        : toldApartContent(contentRng)
    return {
      name: `${patient}_${side}.png`,
      label: labelOf(content, inflamed, classes),
      patient,
      raster: render(anatomy, content, side === 'L', device, sideRng.split('film')),
    }
  })
}

/** Lengths in half patch widths; angles in radians. Shared by a patient's two sinuses. */
interface Anatomy {
  readonly width: number
  readonly height: number
  readonly tilt: number
  readonly wall: number
  readonly bone: number
  readonly aspect: number
  readonly orbit: number
  readonly teeth: number
}

function drawAnatomy(rng: Rng): Anatomy {
  const about = (mean: number, deviation: number) => mean + deviation * Math.max(-2, Math.min(2, rng.normal()))
  return {
    width: about(0.68, 0.07),
    height: about(0.64, 0.06),
    tilt: about(0, 0.07),
    wall: about(0.2, 0.04),
    bone: about(0.2, 0.03),
    aspect: about(1.08, 0.07),
    orbit: about(0, 0.05),
    teeth: about(0, 1),
  }
}

/** What fills a sinus: 0 is air, 1 is as dense as soft tissue. */
interface Content {
  readonly haze: number
  readonly mucosa: number
  /** Height of the fluid's surface, -1 (top) to 1; undefined: no fluid. */
  readonly fluid?: number
  readonly cyst?: { readonly at: number; readonly radius: number }
}

function healthyContent(rng: Rng): Content {
  const haze = Math.min(0.55, 0.05 + 0.2 * Math.abs(rng.normal()))
  return { haze, mucosa: 0.025 * Math.abs(rng.normal()) }
}

function inflamedContent(rng: Rng): Content {
  const kind = rng.uniform()
  const haze = Math.min(0.6, 0.12 + 0.16 * Math.abs(rng.normal()))
  const mucosa = 0.03 + 0.04 * rng.uniform()
  if (kind < 0.4) return { haze: 0.35 + 0.6 * rng.uniform(), mucosa }
  if (kind < 0.62) return { haze, mucosa, fluid: -0.05 + 0.4 * rng.uniform() }
  if (kind < 0.86) return { haze, mucosa: 0.09 + 0.16 * rng.uniform() }
  return { haze, mucosa, cyst: { at: 0.3 * (rng.uniform() - 0.5), radius: 0.16 + 0.14 * rng.uniform() } }
}

/** Only what has a name of its own among three classes: fluid or thick mucosa, now and then both. */
function toldApartContent(rng: Rng): Content {
  const fluid = rng.uniform() < 0.45
  const haze = Math.min(0.6, 0.12 + 0.16 * Math.abs(rng.normal()))
  const mucosa = fluid && rng.uniform() > 0.2 ? 0.03 + 0.04 * rng.uniform() : 0.08 + 0.16 * rng.uniform()
  return fluid ? { haze, mucosa, fluid: -0.05 + 0.4 * rng.uniform() } : { haze, mucosa }
}

function labelOf({ fluid }: Content, inflamed: boolean, classes: 2 | 3): string {
  if (!inflamed) return 'healthy'
  if (classes === 2) return 'sinusitis'
  return fluid === undefined ? 'thick-mucosa' : 'fluid-level'
}

function render(anatomy: Anatomy, content: Content, mirrored: boolean, device: Apparatus, rng: Rng): Raster {
  const place = rng.split('place')
  const [shortest, longest] = device.size
  const width = shortest + place.integer(longest - shortest + 1)
  const height = Math.round(Math.min(longest, Math.max(shortest, width * anatomy.aspect)))
  const shiftX = 0.07 * place.normal()
  const shiftY = 0.06 * place.normal()
  const angle = anatomy.tilt + 0.04 * place.normal()
  const zoom = 1 + 0.06 * place.normal()
  const field = (name: string, cells: number) => smoothField(rng.split(name), cells, width, height)
  const tissue = field('tissue', 5)
  const shadow = field('shadow', 2)
  const wobble = field('wobble', 6)
  const bone = field('bone', 4)
  const texture = field('texture', 14)

  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)]
  const light = new Float32Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      // u grows from the nose outwards, v downwards; both run over about -1..1
      const across = (2 * (x + 0.5)) / width - 1
      const down = (2 * (y + 0.5)) / height - 1
      const outward = mirrored ? across : -across
      const u = (outward * cosine - down * sine) / zoom - shiftX
      const v = (outward * sine + down * cosine) / zoom - shiftY
      const density = surroundings(anatomy, u, v) + 0.07 * tissue[i] + 0.03 * texture[i]
      const distance = outline(anatomy, u, v) + 0.035 * wobble[i]
      const inside = logistic(-distance / 0.022)
      const filled = 0.17 + 0.31 * filling(content, distance, u, v, anatomy) + 0.05 * tissue[i] + innominateLine(u, v)
      // bone is thick here and thin there; where it is thin the wall is hardly seen
      const thickness = Math.max(0.15, 0.8 + 0.4 * bone[i])
      const wall = anatomy.wall * thickness * Math.exp(-((distance / (0.022 + 0.016 * thickness)) ** 2))
      light[i] = density * (1 - inside) + filled * inside + wall + 0.075 * shadow[i]
    }
  }
  return expose(blur(light, width, height), width, height, device, rng.split('noise'))
}

/** Bone and soft tissue around the sinus. */
function surroundings(anatomy: Anatomy, u: number, v: number): number {
  const { bone, orbit, teeth } = anatomy
  const rim = Math.sqrt(((u - 0.12) / 0.85) ** 2 + ((v + 1.12 + orbit) / 0.55) ** 2) - 1
  const orbitRim = 1.2 * bone * Math.exp(-((rim / 0.1) ** 2)) - 0.1 * logistic(-rim / 0.06)
  const cheekbone = 1.1 * bone * logistic((u - 0.62 - 0.25 * v) / 0.07)
  const nose = -0.2 * logistic((-0.72 - u) / 0.05) * logistic((v + 0.75) / 0.1)
  const turbinate = 0.16 * Math.exp(-(((u + 0.88) / 0.08) ** 2 + ((v - 0.15) / 0.25) ** 2))
  const jaw = logistic((v - 0.7) / 0.06)
  const tooth = 0.5 + 0.5 * Math.cos(13 * u + 2 * teeth)
  return (
    0.47 +
    orbitRim +
    cheekbone +
    nose +
    turbinate +
    jaw * (0.5 * bone + 0.9 * bone * tooth * logistic((v - 0.8) / 0.05))
  )
}

/** Distance to the sinus's wall, negative inside: a triangle with rounded corners, wide above and narrow below. */
function outline({ width, height }: Anatomy, u: number, v: number): number {
  const top = -v - 0.62 * height
  const medial = -0.93 * u + 0.36 * v - 0.62 * width
  const lateral = 0.8 * u + 0.6 * v - 0.72 * width
  const floor = v - height
  const sharpness = 11
  const sum =
    Math.exp(sharpness * top) +
    Math.exp(sharpness * medial) +
    Math.exp(sharpness * lateral) +
    Math.exp(sharpness * floor)
  return Math.log(sum) / sharpness
}

function filling(
  { haze, mucosa, fluid, cyst }: Content,
  distance: number,
  u: number,
  v: number,
  anatomy: Anatomy,
): number {
  const lining = logistic((distance + mucosa) / 0.025)
  const level = fluid === undefined ? 0 : logistic((v - fluid) / 0.015)
  const dome =
    cyst === undefined ? 0 : logistic((cyst.radius - Math.hypot(u - cyst.at, v - 0.75 * anatomy.height)) / 0.02)
  const dense = 1 - (1 - lining) * (1 - level) * (1 - dome)
  return haze + (1 - haze) * 0.92 * dense
}

/** The oblique line of the sphenoid that crosses the outer part of every sinus. */
function innominateLine(u: number, v: number): number {
  return 0.065 * Math.exp(-(((u - 0.28 + 0.35 * v) / 0.022) ** 2))
}

/** Density to grey levels: the apparatus's curve, noise (larger in the dark), edge enhancement. */
function expose(light: Float32Array, width: number, height: number, device: Apparatus, rng: Rng): Raster {
  const exposure = 0.035 * rng.normal()
  const contrast = device.contrast * (1 + 0.07 * rng.normal())
  const fine = rng.normals(light.length)
  const coarse = blur(rng.normals(light.length), width, height)
  const soft = device.edgeEnhancement > 0 ? blur(blur(light, width, height), width, height) : light
  const data = new Uint8Array(light.length)
  for (let i = 0; i < light.length; i++) {
    const sharp = light[i] + device.edgeEnhancement * (light[i] - soft[i])
    const seen = 0.5 + contrast * (sharp - 0.45) + exposure + device.brightness
    const level = 255 * Math.max(0, seen) ** device.gamma
    const noise = device.noise * (1.25 - 0.5 * Math.min(1, seen)) * (0.75 * fine[i] + 1.2 * coarse[i])
    data[i] = Math.min(255, Math.max(0, Math.round(level + noise)))
  }
  return { width, height, channels: 1, bitDepth: 8, data }
}

/** A 1-2-1 filter along both axes, edges replicated. */
function blur(values: Float32Array, width: number, height: number): Float32Array {
  const across = new Float32Array(values.length)
  const out = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const left = values[x > 0 ? i - 1 : i]
      const right = values[x < width - 1 ? i + 1 : i]
      across[i] = (left + 2 * values[i] + right) / 4
    }
  }
  for (let i = 0; i < values.length; i++) {
    const above = across[i >= width ? i - width : i]
    const below = across[i + width < values.length ? i + width : i]
    out[i] = (above + 2 * across[i] + below) / 4
  }
  return out
}

/** A smooth random field, a value for each pixel: normals on a grid, joined by cubic steps. */
function smoothField(rng: Rng, cells: number, width: number, height: number): Float64Array {
  const side = cells + 1
  const knots = rng.normals(side * side)
  const columns = cubicSteps(width, cells)
  const rows = cubicSteps(height, cells)
  const out = new Float64Array(width * height)
  for (let y = 0, i = 0; y < height; y++) {
    const b = rows.parts[y]
    for (let x = 0; x < width; x++, i++) {
      const a = columns.parts[x]
      const at = rows.cells[y] * side + columns.cells[x]
      const upper = knots[at] * (1 - a) + knots[at + 1] * a
      const lower = knots[at + side] * (1 - a) + knots[at + side + 1] * a
      out[i] = upper * (1 - b) + lower * b
    }
  }
  return out
}

/** In which cell of a side each pixel lies, and how far it has come to the next one. */
function cubicSteps(pixels: number, cells: number): { readonly cells: Uint8Array; readonly parts: Float64Array } {
  const steps = { cells: new Uint8Array(pixels), parts: new Float64Array(pixels) }
  for (let at = 0; at < pixels; at++) {
    const place = Math.min(cells - 1e-6, ((2 * (at + 0.5)) / pixels / 2) * cells)
    steps.cells[at] = Math.floor(place)
    const part = place - steps.cells[at]
    steps.parts[at] = part * part * (3 - 2 * part)
  }
  return steps
}
