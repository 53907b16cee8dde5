/**
 * The made cohort as a hospital's archive would export it: one DICOM radiograph of both sinuses per patient, drawn around the
 * phantom's two patches, with the place of each. Hospital A: computed radiography, 12 bits, MONOCHROME2, explicit; hospital B:
 * digital radiography of another maker, 10 bits, MONOCHROME1 (white is small), implicit, other exposure and pixel spacing.
 */
import { hashBytes } from '../base/hash.js'
import { logistic } from '../base/logistic.js'
import { Rng } from '../base/random.js'
import { type Encoding, explicitLittle, implicitLittle } from '../image/dicom/element-reader.js'
import { encodeElements, encodeFile, shortElement, textElement } from '../image/dicom/element-writer.js'
import type { Raster } from '../image/raster.js'
import type { Rectangle } from '../image/rectangle.js'
import type { PhantomFilm } from './phantom.js'

/** A radiograph's size; it holds the largest patches of either hospital side by side. */
const width = 448
const height = 320

interface Archive {
  readonly name: string
  readonly sopClass: string
  readonly modality: string
  readonly maker: string
  readonly model: string
  readonly photometric: 'MONOCHROME1' | 'MONOCHROME2'
  readonly bits: number
  /** Stored value of black and of each grey level above it, before MONOCHROME1 turns them over. */
  readonly base: number
  readonly perLevel: number
  readonly spacing: string
  readonly encoding: Encoding
  readonly transferSyntax: string
  readonly year: number
}

const archives: Record<'a' | 'b', Archive> = {
  a: {
    name: 'Made-up Hospital A',
    sopClass: '1.2.840.10008.5.1.4.1.1.1',
    modality: 'CR',
    maker: 'Drawn Plates',
    model: 'CR 12',
    photometric: 'MONOCHROME2',
    bits: 12,
    base: 260,
    perLevel: 13,
    spacing: '0.2\\0.2',
    encoding: explicitLittle,
    transferSyntax: '1.2.840.10008.1.2.1',
    year: 2019,
  },
  b: {
    name: 'Made-up Hospital B',
    sopClass: '1.2.840.10008.5.1.4.1.1.1.1',
    modality: 'DX',
    maker: 'Flat & Drawn',
    model: 'Panel 10',
    photometric: 'MONOCHROME1',
    bits: 10,
    base: 70,
    perLevel: 3.5,
    spacing: '0.168\\0.168',
    encoding: implicitLittle,
    transferSyntax: '1.2.840.10008.1.2',
    year: 2021,
  },
}

export interface DemoRadiograph {
  readonly bytes: Uint8Array
  readonly accession: string
  readonly size: { readonly width: number; readonly height: number }
  readonly regions: readonly { readonly rectangle: Rectangle; readonly label: string }[]
}

/** One patient's radiograph from the two films of the phantom, `number` counted from 1. */
export function demoRadiograph(
  hospital: 'a' | 'b',
  number: number,
  films: readonly PhantomFilm[],
  seed: number,
): DemoRadiograph {
  const archive = archives[hospital]
  const rng = new Rng(seed).split(`radiograph ${hospital}`).at(number)
  const places = placed(films, rng.split('place'))
  const levels = drawn(places, rng)
  const accession = String(4100 + 7 * number).padStart(8, '0')
  return {
    bytes: encoded(archive, number, accession, levels, `${seed} ${hospital} ${number}`),
    accession,
    size: { width, height },
    regions: places.map(({ film, left, top }) => ({
      rectangle: { left, top, width: film.raster.width, height: film.raster.height },
      label: film.label,
    })),
  }
}

interface Placed {
  readonly film: PhantomFilm
  readonly left: number
  readonly top: number
}

/** The patient faces us: the left sinus lies on the right. */
function placed(films: readonly PhantomFilm[], rng: Rng): Placed[] {
  const top = 70 + rng.integer(24)
  return films.map((film) => {
    const { width: own } = film.raster
    const gap = 16 + rng.integer(12)
    const left = film.name.includes('_L') ? width / 2 + gap : width / 2 - gap - own
    return { film, left, top: top + rng.integer(6) }
  })
}

/** Grey levels 0..255: a head's outline, and the patches, faded into it at their edges. */
function drawn(places: readonly Placed[], rng: Rng): Float32Array {
  const fine = rng.split('noise').normals(width * height)
  const levels = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const radius = Math.hypot((x - width / 2) / 214, (y - height / 2) / 156)
      const skull = 60 * Math.exp(-(((radius - 0.94) / 0.05) ** 2))
      const head = 128 * logistic((0.97 - radius) / 0.015)
      const ground = 12 + head + skull + 5 * fine[y * width + x]
      let [sum, weight] = [0, 0]
      for (const { film, left, top } of places) {
        const { raster } = film
        const inX = Math.min(raster.width - 1, Math.max(0, x - left))
        const inY = Math.min(raster.height - 1, Math.max(0, y - top))
        const away = Math.hypot(x - left - inX, y - top - inY)
        const near = Math.exp(-away / 4)
        sum += near * near * greyAt(raster, inX, inY)
        weight = Math.max(weight, near)
        if (away === 0) [sum, weight] = [greyAt(raster, inX, inY), 2]
        if (weight === 2) break
      }
      levels[y * width + x] = weight === 2 ? sum : ground * (1 - weight) + (weight > 0 ? sum / weight : 0)
    }
  }
  return levels
}

function greyAt(raster: Raster, x: number, y: number): number {
  return raster.data[y * raster.width + x]
}

function encoded(archive: Archive, number: number, accession: string, levels: Float32Array, name: string): Uint8Array {
  const { encoding, bits } = archive
  const full = 2 ** bits - 1
  const turned = archive.photometric === 'MONOCHROME1'
  const pixels = new Uint8Array(2 * levels.length)
  const view = new DataView(pixels.buffer)
  for (const [i, level] of levels.entries()) {
    const stored = Math.round(Math.min(full, Math.max(0, archive.base + archive.perLevel * level)))
    view.setUint16(2 * i, turned ? full - stored : stored, true)
  }
  // a window from black to white (PS3.3, C.11.2.1.2.1)
  const low = turned ? full - archive.base - 255 * archive.perLevel : archive.base
  const windowWidth = 255 * archive.perLevel
  const patient = String(number).padStart(5, '0')
  const uid = (part: string) => `2.25.${BigInt(`0x${hashBytes(`kopt demo ${part} ${name}`).slice(0, 30)}`)}`
  const day = `${archive.year}${String(1 + (number % 12)).padStart(2, '0')}${String(1 + (number % 28)).padStart(2, '0')}`
  const text = textElement
  const short = (tag: number, value: number) => shortElement(tag, [value], encoding)
  const dataSet = [
    text(0x0008_0008, 'CS', 'ORIGINAL\\PRIMARY'),
    text(0x0008_0016, 'UI', archive.sopClass),
    text(0x0008_0018, 'UI', uid('instance')),
    text(0x0008_0020, 'DA', day),
    text(0x0008_0030, 'TM', '101500'),
    text(0x0008_0050, 'SH', accession),
    text(0x0008_0060, 'CS', archive.modality),
    text(0x0008_0070, 'LO', archive.maker),
    text(0x0008_0080, 'LO', archive.name),
    text(0x0008_1090, 'LO', archive.model),
    text(0x0010_0010, 'PN', `Phantom^${archive.name.at(-1)}${patient}`),
    text(0x0010_0020, 'LO', patient),
    text(0x0010_0030, 'DA', `${1940 + ((number * 7) % 60)}0101`),
    text(0x0010_0040, 'CS', number % 2 === 0 ? 'F' : 'M'),
    text(0x0018_0015, 'CS', 'SKULL'),
    text(0x0018_1164, 'DS', archive.spacing),
    text(0x0018_5101, 'CS', 'PA'),
    text(0x0020_000d, 'UI', uid('study')),
    text(0x0020_000e, 'UI', uid('series')),
    text(0x0020_0010, 'SH', accession),
    text(0x0020_0011, 'IS', '1'),
    text(0x0020_0013, 'IS', '1'),
    short(0x0028_0002, 1),
    text(0x0028_0004, 'CS', archive.photometric),
    short(0x0028_0010, height),
    short(0x0028_0011, width),
    short(0x0028_0100, 16),
    short(0x0028_0101, bits),
    short(0x0028_0102, bits - 1),
    short(0x0028_0103, 0),
    text(0x0028_0301, 'CS', 'NO'),
    text(0x0028_1050, 'DS', String(low + windowWidth / 2)),
    text(0x0028_1051, 'DS', String(windowWidth)),
    { tag: 0x7fe0_0010, vr: 'OW', value: pixels },
  ]
  const meta = [
    { tag: 0x0002_0001, vr: 'OB', value: Uint8Array.of(0, 1) },
    text(0x0002_0002, 'UI', archive.sopClass),
    text(0x0002_0003, 'UI', uid('instance')),
    text(0x0002_0010, 'UI', archive.transferSyntax),
  ]
  return encodeFile(meta, encodeElements(dataSet, encoding))
}
