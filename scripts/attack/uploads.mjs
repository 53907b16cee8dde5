/**
 * Films that are dropped on the studio's page: damaged ones of every kind, some that break off on their way, and a disk that
 * is full. Each gets a sentence at its place, nothing half-written stays, the server stays up and does not grow.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { drawnFilms, mutate } from './damaged-films.mjs'
import { enough, mountDisk } from './disk.mjs'
import { greyPng } from './png.mjs'
import { drawFrom, killGroup, start, wait } from './surroundings.mjs'

const golden = (name) => fileURLToPath(new URL(`../../test/golden/${name}`, import.meta.url))
const filmsAtOnce = 50
/** What the C library keeps of freed images, and what is read for the first time, is no growth. */
const mostGrowth = 150 * 2 ** 20

export async function uploads({ folder, short, seed }) {
  const failures = []
  const rows = []
  const work = path.join(folder, 'work')
  mkdirSync(work)
  await withStudio(work, failures, async (studio) => {
    rows.push(await damagedFilms(studio, { films: short ? 100 : 1000, seed, failures }))
    rows.push(await brokenOff(studio, { count: short ? 10 : 100, failures }))
  })
  rows.push(await onFullDisk(folder, failures))
  return { rows, failures }
}

/** Every film as it comes: it can be seen, or its place says why not, on its own page and in the inspection. */
async function damagedFilms(studio, { films, seed, failures }) {
  const whole = [...drawnFilms(golden('codec.json')), ...drawnFilms(golden('dicom.json'))]
  const uniform = drawFrom(seed)
  const ends = { seen: 0, refused: 0 }
  let level
  for (let done = 0; done < films; done += filmsAtOnce) {
    const dropped = Array.from({ length: filmsAtOnce }, (_, i) => {
      const { name, bytes } = whole[Math.floor(uniform() * whole.length)]
      const ending = /\bPNG\b/.test(name) ? 'png' : /\bJPEG\b/.test(name) ? 'jpg' : 'dcm'
      const film = `${i % 2 === 0 ? 'healthy' : 'sick'}/film-${done + i}.${ending}`
      return { name: film, bytes: mutate(bytes, { uniform }) }
    })
    const { id } = await studio.dropped(`batch ${done}`, dropped)
    const view = await looked(studio, id)
    const said = view.problems.join('\n')
    const listed = await studio.json('GET', `/api/datasets/${id}/films`)
    for (const film of listed) {
      const answer = await studio.ask('GET', `/api/datasets/${id}/films/${film.id}/values`)
      if (answer.status === 200) ends.seen++
      else if (answer.status === 400 && isSentence(answer.text) && said.includes(film.name)) ends.refused++
      else
        failures.push(
          `${film.name}: ${answer.status} ${answer.text.slice(0, 300)}; the inspection: ${said.slice(0, 300)}`,
        )
    }
    for (const { name } of dropped) {
      if (!listed.some((film) => film.name === name) && !said.includes(name))
        failures.push(`${name} is neither shown nor named: ${said.slice(0, 300)}`)
    }
    await studio.ask('DELETE', `/api/datasets/${id}`)
    if (done === filmsAtOnce) level = studio.memory()
  }
  const growth = studio.memory() - level
  if (growth > mostGrowth) failures.push(`the studio has grown by ${growth >> 20} MiB`)
  failures.push(...leftIn(studio.folder))
  return [
    'damaged films',
    films,
    `${ends.seen} can be seen all the same, ${ends.refused} say why not, memory ${growth < 0 ? 'less' : `+${growth >> 20} MiB`}`,
  ]
}

async function brokenOff(studio, { count, failures }) {
  const { id } = await studio.json('POST', '/api/uploads')
  const film = greyPng(300, 300, (y, x) => (x * y) % 251)
  for (let i = 0; i < count; i++) await studio.breakOff(`/api/uploads/${id}/files`, `sick/film-${i}.png`, film)
  await wait(500)
  const left = path.join(studio.folder, 'studio', 'dropped', id)
  if (readdirSync(left, { recursive: true }).length > 0) failures.push('a film that broke off has left something')
  const answer = await studio.ask('POST', `/api/uploads/${id}/end`, { name: 'broken off' })
  if (!isSentence(answer.text)) failures.push(`an upload of nothing: ${answer.text.slice(0, 300)}`)
  return ['films that break off', count, 'nothing is left of them']
}

/** What is asked for while there is no room says so, and goes through unchanged when there is room again. */
async function onFullDisk(folder, failures) {
  const place = path.join(folder, 'disk')
  mkdirSync(place)
  const disk = mountDisk(place)
  if (disk.problem) return ['a full disk', 0, `not tried: ${disk.problem}`]
  const before = failures.length
  let tried = 0
  try {
    await withStudio(disk.emptied('work'), failures, async (studio) => {
      const drawn = (seed) => greyPng(200, 200, (y, x) => (x * seed + y * 7 + ((x * y) % 13)) % 256)
      const films = Array.from({ length: 8 }, (_, i) => ({
        name: `${i % 2 === 0 ? 'healthy' : 'sick'}/p${i}.png`,
        bytes: drawn(i + 1),
      }))
      const { id } = await studio.dropped('before', films)
      await looked(studio, id)
      const [film] = await studio.json('GET', `/api/datasets/${id}/films`)
      const reader = await studio.json('POST', `/api/regions/${id}`, { reader: 'reader-1' })
      const at = `/api/regions/${id}/${reader.id}/${film.id}`
      const { version } = await studio.json('GET', at)
      const regions = [{ left: 5, top: 6, width: 40, height: 50, label: 'sick' }]
      const upload = await studio.json('POST', '/api/uploads')
      const requests = {
        'a dropped film': () =>
          studio.put(`/api/uploads/${upload.id}/files`, { name: 'sick/late.png', bytes: drawn(99) }),
        'a region': () => studio.ask('PUT', at, { version, regions }),
        'other options': () => studio.ask('PUT', `/api/datasets/${id}/options`, { patientFrom: 'image' }),
      }
      disk.resize(disk.used())
      for (const [what, request] of Object.entries(requests)) {
        tried++
        const { status, text } = await request()
        if (status !== 507 || !text.includes('full') || !isSentence(text))
          failures.push(`${what} without room: ${status} ${text.slice(0, 300)}`)
      }
      // Small pictures are shown all the same.
      const picture = await studio.ask('GET', `/api/datasets/${id}/films/${film.id}/picture`)
      if (picture.status !== 200) failures.push(`a picture without room: ${picture.text.slice(0, 300)}`)
      failures.push(...leftIn(studio.folder))
      disk.resize(enough)
      for (const [what, request] of Object.entries(requests)) {
        const { status, text } = await request()
        if (status >= 300) failures.push(`${what} with room again: ${status} ${text.slice(0, 300)}`)
      }
      await looked(studio, id)
      const saved = await studio.json('GET', at)
      if (JSON.stringify(saved.regions) !== JSON.stringify(regions)) failures.push('a region is not what was drawn')
    })
  } finally {
    disk.unmount()
  }
  return ['a full disk', tried, failures.length === before ? 'told so each time, done when there is room' : 'see below']
}

/** The view of a dataset whose inspection has come to its end. */
async function looked(studio, id) {
  for (;;) {
    const view = await studio.json('GET', `/api/datasets/${id}`)
    if (view.state !== 'looking') return view
    await wait(100)
  }
}

/** Drafts and temporary files that should be gone. */
function leftIn(folder) {
  const place = path.join(folder, 'studio')
  return readdirSync(place, { recursive: true })
    .filter((name) => /\.tmp$/.test(name) || /(^|[\\/])\.[0-9a-f]{32}$/.test(name))
    .map((name) => `half-written: ${name}`)
}

function isSentence(text) {
  try {
    const { kind, message } = JSON.parse(text).error
    return kind === 'user' && message.length > 10 && !/internal:|\n {4}at /.test(message)
  } catch {
    return false
  }
}

/** A studio in a folder, as `kopt studio` starts it, for as long as `work` lasts. */
async function withStudio(folder, failures, work) {
  mkdirSync(folder, { recursive: true })
  const { child, end } = start(['studio', '--no-open'], {
    cwd: folder,
    env: { XDG_CONFIG_HOME: path.join(folder, 'settings') },
  })
  const address = await new Promise((resolve) => {
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
      const found = /http:\S+/.exec(said)
      if (found) resolve(found[0])
    })
    child.on('close', () => resolve(undefined))
  })
  if (address === undefined) {
    failures.push(`the studio did not start: ${(await end).stderr.slice(0, 300)}`)
    return
  }
  const { origin, port } = new URL(address)
  const cookie = (await fetch(address, { redirect: 'manual' })).headers.get('set-cookie').split(';')[0]
  const studio = studioAt({ folder, origin, port, cookie, child })
  try {
    await work(studio)
    const { status } = await studio.ask('GET', '/api/datasets')
    if (status !== 200) failures.push(`the studio answers ${status} at the end`)
  } catch (error) {
    failures.push(`the studio does not answer any more: ${error.cause ?? error}`)
  }
  killGroup(child)
  const { stderr } = await end
  if (stderr.includes('internal:')) failures.push(`the studio noted: ${stderr.slice(0, 600)}`)
  rmSync(path.join(folder, 'settings'), { recursive: true, force: true })
}

function studioAt({ folder, origin, port, cookie, child }) {
  const headers = { cookie, origin }
  const answerOf = async (response) => ({ status: response.status, text: await response.text() })
  const studio = {
    folder,
    async ask(method, at, data) {
      const body = data === undefined ? {} : { body: JSON.stringify(data) }
      const type = data === undefined ? {} : { 'content-type': 'application/json' }
      return answerOf(await fetch(`${origin}${at}`, { method, headers: { ...headers, ...type }, ...body }))
    },
    async json(method, at, data) {
      const { status, text } = await studio.ask(method, at, data)
      if (status >= 300) throw new Error(`${method} ${at}: ${status} ${text.slice(0, 300)}`)
      return JSON.parse(text)
    },
    async put(at, { name, bytes }) {
      const named = { ...headers, 'kopt-name': encodeURIComponent(name) }
      return answerOf(await fetch(`${origin}${at}`, { method: 'POST', headers: named, body: bytes }))
    },
    /** Drops files as the page does. */
    async dropped(name, files) {
      const { id } = await studio.json('POST', '/api/uploads')
      for (const file of files) {
        const { status, text } = await studio.put(`/api/uploads/${id}/files`, file)
        if (status !== 204) throw new Error(`${file.name}: ${status} ${text.slice(0, 300)}`)
      }
      return studio.json('POST', `/api/uploads/${id}/end`, { name })
    },
    /** Sends half of a file and hangs up. */
    breakOff(at, name, bytes) {
      return new Promise((resolve) => {
        const request = http.request({
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: at,
          headers: { ...headers, 'content-length': bytes.length, 'kopt-name': encodeURIComponent(name) },
        })
        request.on('error', resolve)
        request.on('close', resolve)
        request.write(bytes.subarray(0, bytes.length >> 1), () => setTimeout(() => request.destroy(), 5))
      })
    },
    /** Resident bytes of the studio and all its processes. */
    memory: () => residentBytes(child.pid),
  }
  return studio
}

function residentBytes(group) {
  if (!existsSync('/proc/self/stat')) return 0
  let pages = 0
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1].split(' ')
      if (Number(fields[2]) === group) pages += Number(fields[21])
    } catch {
      // ended meanwhile
    }
  }
  return pages * 4096
}
