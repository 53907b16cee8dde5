/**
 * Probabilities of films by classifier.onnx, as `kopt predict` gives them. Research use only: nothing here is a diagnosis.
 *
 *     npm install onnxruntime-node sharp
 *     node predict.mjs FILM...        PNG, JPEG or TIFF: 8 bits, or grey with 16
 *
 * A model of regions (metadata.json, kopt: cropped) takes films that are cut to their region already.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import sharp from 'sharp'

const beside = (name) => fileURLToPath(new URL(name, import.meta.url))
const { kopt: facts } = JSON.parse(readFileSync(beside('metadata.json'), 'utf8'))

/** For each new pixel the first old one and the weights: a triangle, wider where pixels become fewer (antialiased). */
function weights(source, target) {
  const scale = source / target
  const support = Math.max(scale, 1)
  return Array.from({ length: target }, (_, i) => {
    const centre = (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(source, Math.trunc(centre + support + 0.5))
    const triangle = Array.from({ length: end - first }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - centre) / support),
    )
    const total = triangle.reduce((sum, value) => sum + value, 0)
    return { first, shares: triangle.map((value) => Math.fround(value / total)) }
  })
}

/** The middle axis of [outer, source, inner] at another length. */
function resizedAxis(data, outer, source, inner, target) {
  const out = new Float32Array(outer * target * inner)
  weights(source, target).forEach(({ first, shares }, i) => {
    for (let o = 0; o < outer; o++)
      for (let k = 0; k < inner; k++)
        out[(o * target + i) * inner + k] = shares.reduce(
          (sum, share, j) => sum + share * data[(o * source + first + j) * inner + k],
          0,
        )
  })
  return out
}

function resized({ data, height, width, channels }, [newHeight, newWidth]) {
  const wide = resizedAxis(data, height, width, channels, newWidth)
  const all = resizedAxis(wide, 1, height, newWidth * channels, newHeight)
  return { data: all, height: newHeight, width: newWidth, channels }
}

/** A film as stored in its file: what is transparent is black, and three equal channels are one. */
async function stored(file) {
  const film = sharp(file, { ignoreIcc: true }).autoOrient()
  const { depth, space, hasAlpha } = await film.metadata()
  const wide = depth === 'ushort'
  const grey = ['b-w', 'grey16'].includes(space) && !hasAlpha
  const { data: bytes, info } = await film
    .toColourspace(wide ? (grey ? 'grey16' : 'rgb16') : grey ? 'b-w' : 'srgb')
    .raw({ depth: wide ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const values = wide ? new Uint16Array(new Uint8Array(bytes).buffer) : bytes
  const { width, height, channels } = info
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels
  const full = wide ? 65535 : 255
  const data = Float64Array.from({ length: width * height * colours }, (_, i) => {
    const [pixel, colour] = [Math.floor(i / colours), i % colours]
    const value = values[pixel * channels + colour]
    return colours === channels ? value : Math.floor((value * values[(pixel + 1) * channels - 1]) / full + 0.5)
  })
  const equal = colours === 3 && data.every((value, i) => value === data[i - (i % 3)])
  return equal
    ? { data: data.filter((_, i) => i % 3 === 0), width, height, channels: 1, wide }
    : { data, width, height, channels: colours, wide }
}

/** The film in 8 bits, as the classifier was trained on it. */
function pixels({ wide, ...film }) {
  const scale = 255 / (wide ? facts.maxValue : 255)
  const one = film.channels === 3 && facts.channels === 1
  const grey = one
    ? Float32Array.from({ length: film.width * film.height }, (_, i) => {
        const [r, g, b] = film.data.subarray(3 * i, 3 * i + 3)
        return (0.299 * r + 0.587 * g + 0.114 * b) * scale
      })
    : Float32Array.from(film.data, (value) => value * scale)
  const small = resized({ ...film, data: grey, channels: one ? 1 : film.channels }, facts.imageSize)
  return { ...small, data: small.data.map((value) => Math.min(255, Math.max(0, Math.floor(value + 0.5)))) }
}

function networkInput(film) {
  const { name, inputSize, channels, layout, scaling } = facts.input
  const { data, height, width, channels: given } = resized(film, inputSize)
  const area = height * width
  const level = (p, c) => {
    if (given === channels) return data[p * given + c]
    return given === 1 ? data[p] : (data[3 * p] + data[3 * p + 1] + data[3 * p + 2]) / 3
  }
  const values = Float32Array.from({ length: area * channels }, (_, i) => {
    const [p, c] = layout === 'NHWC' ? [Math.floor(i / channels), i % channels] : [i % area, Math.floor(i / area)]
    return (level(p, c) / 255 - scaling.mean[c]) / scaling.deviation[c]
  })
  const shape = layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width]
  return { [name]: new Tensor('float32', values, shape) }
}

const session = await InferenceSession.create(beside('classifier.onnx'))
for (const file of process.argv.slice(2)) {
  const { probability } = await session.run(networkInput(pixels(await stored(file))), ['probability'])
  const shares = facts.classes.map((name, i) => [name, probability.data[i]])
  console.log(JSON.stringify({ file, ...Object.fromEntries(shares) }))
}
