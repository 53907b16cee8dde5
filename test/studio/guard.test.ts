/** Who gets an answer from the studio: raw requests that a browser, another page or another program on this computer may send. */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenStudio, openStudio, type RawRequest, raw } from '../support/studio.js'

const addresses = ['/', '/runs', '/api/runs', '/api/notices', '/api/address', '/api/none', '/assets/none.js']
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
const others = ['PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']

let folder: string
let studio: OpenStudio

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-studio-'))
  studio = await openStudio(folder)
})
afterAll(async () => {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

const send = (request: RawRequest) => raw(studio.port, request)
const each = (list: readonly string[]) =>
  addresses.flatMap((address) => list.map((method) => [method, address] as const))

describe('a request', () => {
  test.each(each(methods))('%s %s without the cookie is refused', async (method, at) => {
    const answer = await send({ method, path: at, headers: { origin: studio.origin } })
    expect(answer.status).toBe(401)
    expect(answer.text).not.toContain(studio.cookie.split('=')[1])
  })

  test.each(each(methods))('%s %s under a rebound name is refused, cookie or not', async (method, at) => {
    for (const host of [
      'evil.example',
      `evil.example:${studio.port}`,
      `127.0.0.1.evil.example:${studio.port}`,
      '127.0.0.1',
    ]) {
      const { status } = await send({
        method,
        path: at,
        host,
        headers: { cookie: studio.cookie, origin: studio.origin },
      })
      expect(status, host).toBe(403)
    }
  })

  test.each(each(methods))('%s %s that another page asks for is refused', async (method, at) => {
    const from = { cookie: studio.cookie, origin: `http://127.0.0.1:${studio.port + 1}` }
    const byOrigin = await send({ method, path: at, headers: from })
    const bySite = await send({ method, path: at, headers: { cookie: studio.cookie, 'sec-fetch-site': 'cross-site' } })
    const sameSite = await send({ method, path: at, headers: { ...from, 'sec-fetch-site': 'same-site' } })
    expect([byOrigin.status, bySite.status, sameSite.status]).toEqual([403, 403, 403])
  })

  test.each(each(['POST', 'PUT', 'DELETE']))(
    '%s %s that does not say where it comes from is refused',
    async (method, at) => {
      const { status } = await send({ method, path: at, headers: { cookie: studio.cookie } })
      expect(status).toBe(403)
    },
  )

  test.each(each(others))('%s %s is refused, whoever asks', async (method, at) => {
    const { status } = await send({ method, path: at, headers: { cookie: studio.cookie, origin: studio.origin } })
    expect([405, 501, 400]).toContain(status)
  })

  test('with a wrong cookie, or that of another port, is refused', async () => {
    const [name, value] = studio.cookie.split('=')
    for (const cookie of [`${name}=`, `${name}=${'0'.repeat(64)}`, `${name}x=${value}`, `kopt-studio-1=${value}`]) {
      expect((await send({ path: '/api/runs', headers: { cookie } })).status).toBe(401)
    }
  })

  test('of the page itself is answered, and no answer may be read, framed or sniffed by others', async () => {
    const page = await send({ path: '/', headers: { cookie: studio.cookie, 'sec-fetch-site': 'none' } })
    expect(page.status).toBe(200)
    const runs = await send({ path: '/api/runs', headers: { cookie: studio.cookie, 'sec-fetch-site': 'same-origin' } })
    expect([runs.status, runs.text]).toEqual([200, '[]'])
    const stream = await send({
      path: '/api/notices',
      headers: { cookie: studio.cookie, 'sec-fetch-site': 'same-origin' },
    })
    expect(stream.headers['content-type']).toContain('text/event-stream')
    for (const { headers } of [page, runs, stream]) {
      expect(headers['access-control-allow-origin']).toBeUndefined()
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
      expect(headers['content-security-policy']).not.toContain('unsafe')
    }
  })

  test('that is larger than anything the page sends is refused', async () => {
    const headers = { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' }
    const { status, text } = await send({ method: 'POST', path: '/api/address', headers, body: 'x'.repeat(2 ** 21) })
    expect([status, JSON.parse(text).error.kind]).toEqual([400, 'user'])
  })
})

test.skipIf(process.platform !== 'linux')(
  'nothing but this computer reaches the studio: it listens on its loopback addresses',
  () => {
    const hexPort = studio.port.toString(16).toUpperCase().padStart(4, '0')
    const listening = ['tcp', 'tcp6'].flatMap((table) => {
      const rows = existsSync(`/proc/net/${table}`)
        ? readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)
        : []
      return rows
        .map((row) => row.trim().split(/\s+/))
        .flatMap(([, local = '', , state]) =>
          state === '0A' && local.endsWith(`:${hexPort}`) ? [local.split(':')[0]] : [],
        )
    })
    expect(listening).toContain('0100007F')
    expect(listening.filter((address) => !['0100007F', '00000000000000000000000001000000'].includes(address))).toEqual(
      [],
    )
  },
)

describe('the address that opens the studio', () => {
  test('works once, leaves the address bar, and sets a cookie that no script reads and no other site sends', async () => {
    const headers = { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' }
    const asked = await send({ method: 'POST', path: '/api/address', headers, body: JSON.stringify({ at: '/runs' }) })
    const { pathname, search } = new URL(JSON.parse(asked.text).address)
    const first = await send({ path: `${pathname}${search}` })
    expect(first.status).toBe(200)
    expect(first.headers['set-cookie']?.[0]).toMatch(
      /^kopt-studio-\d+=[0-9a-f]{64}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
    expect(first.text).toContain('content="0;url=/runs"')
    const second = await send({ path: `${pathname}${search}` })
    expect([second.status, second.headers['set-cookie']]).toEqual([401, undefined])
  })

  test('leads nowhere but into the studio', async () => {
    const headers = { cookie: studio.cookie, origin: studio.origin, 'content-type': 'application/json' }
    for (const at of ['//evil.example', 'http://evil.example/', '/runs?x', '/../etc', '/"><script>', 3]) {
      const { status } = await send({ method: 'POST', path: '/api/address', headers, body: JSON.stringify({ at }) })
      expect(status, String(at)).toBe(400)
    }
  })
})

test('a studio that is started again has removed what was dropped and never came to its end', async () => {
  const dropped = path.join(folder, 'studio', 'dropped')
  mkdirSync(path.join(dropped, '0123456789abcdef'), { recursive: true })
  writeFileSync(path.join(dropped, '0123456789abcdef', 'film.png'), 'a film')
  await studio.close()
  studio = await openStudio(folder)
  expect(existsSync(dropped)).toBe(false)
})

test('a list of films that is not the studio’s is told with what to do, and films are not touched', async () => {
  const list = path.join(folder, 'studio', 'datasets.json')
  mkdirSync(path.dirname(list), { recursive: true })
  writeFileSync(list, '{"datasets": 3}')
  const { status, text } = await send({ path: '/api/datasets', headers: { cookie: studio.cookie } })
  expect(status).toBe(400)
  expect(JSON.parse(text).error.message).toContain('remove it and choose the films again')
  rmSync(list)
})

test('a studio that is started again lets in whoever was let in before', async () => {
  const { port, cookie } = studio
  await studio.close()
  studio = await openStudio(folder)
  expect(studio.port).toBe(port)
  expect((await raw(port, { path: '/api/runs', headers: { cookie } })).status).toBe(200)
})
