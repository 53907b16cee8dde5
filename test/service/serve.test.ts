/** `kopt serve` as another program meets it: its answers, its refusals, a thousand requests, and its end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hashBytes } from '../../src/base/hash.js'
import { encodeJpeg, encodePng } from '../../src/image/codec.js'
import { type Service, startService } from '../../src/service/service.js'
import { tinyHeads, tinyRun } from '../cli/tiny-run.js'
import { dicomFilm } from '../support/dicom.js'
import { kopt, koptFile } from '../support/kopt.js'
import { raw } from '../support/studio.js'

const films = ['film.png', 'second.png', 'film.jpg', 'film.dcm', 'large.png']
const token = 'a-token-that-is-long-enough-for-anyone'

let folder: string
let served: ChildProcess
let port: number
let log = ''
let guarded: Service
const expected = new Map<string, { logit: number; probabilities: Record<string, number> }>()
let openapi: { paths: Record<string, Record<string, { responses: Record<string, Described> }>>; components: Components }

interface Described {
  content: Record<string, { schema: { $ref?: string } }>
}
interface Components {
  schemas: Record<string, z.core.JSONSchema.JSONSchema>
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'kopt-serve-'))
  const run = await tinyRun(folder)
  const grey = (size: number, value: (i: number) => number) => ({
    width: size,
    height: size,
    channels: 1 as const,
    bitDepth: 8 as const,
    data: Uint8Array.from({ length: size * size }, (_, i) => value(i)),
  })
  const write = (name: string, bytes: Uint8Array) => writeFileSync(path.join(folder, name), bytes)
  write('film.png', await encodePng(grey(8, (i) => (i < 32 ? 204 : 51))))
  write('second.png', await encodePng(grey(8, (i) => 3 * i)))
  write('film.jpg', await encodeJpeg(grey(16, (i) => i)))
  write('film.dcm', dicomFilm({ 1048592: ['PN', 'Doe^Jane'] }, { value: (i) => 60 * i }))
  write('large.png', await encodePng(grey(200, (i) => (i * 7) % 256)))
  write('damaged.png', readFileSync(path.join(folder, 'large.png')).subarray(0, 300))
  const predicted = kopt(['predict', 'run', ...films, '--json'], { cwd: folder })
  expect(predicted.stderr).toBe('')
  for (const { file, logit, probabilities } of JSON.parse(predicted.stdout).predictions)
    expected.set(file, { logit, probabilities })

  served = spawn(process.execPath, [koptFile, 'serve', 'run', '--port', '0', '--json'], { cwd: folder })
  served.stderr?.on('data', (chunk) => {
    log += chunk
  })
  const printed = await new Promise<string>((resolve) => served.stdout?.once('data', (text) => resolve(String(text))))
  port = Number(new URL(JSON.parse(printed).address).port)
  openapi = JSON.parse((await raw(port, { path: '/openapi.json' })).text)
  guarded = await startService({
    model: run,
    port: 0,
    allowedHosts: ['kopt.example'],
    token,
    limits: { mostBytes: 2 ** 20, mostRequests: 2, seconds: 2 },
    log: () => {},
  })
})
afterAll(async () => {
  served?.kill('SIGKILL')
  await guarded?.drain()
  rmSync(folder, { recursive: true, force: true })
})

const bytesOf = (name: string) => readFileSync(path.join(folder, name))
const types: Record<string, string> = { png: 'image/png', jpg: 'image/jpeg', dcm: 'application/dicom' }
const typeOf = (name: string) => ({ 'content-type': types[name.split('.')[1]] })

async function post(name: string, at = '/predict') {
  return agreed(await raw(port, { method: 'POST', path: at, headers: typeOf(name), body: bytesOf(name) }), at)
}

/** The answer, which the OpenAPI document describes. */
function agreed({ status, text, headers }: Awaited<ReturnType<typeof raw>>, at: string, method = 'post') {
  const [address] = at.split('?')
  const described = openapi.paths[address]?.[method]?.responses[status]
  expect(described, `${method} ${at} ${status}`).toBeDefined()
  const name = described?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? ''
  const { success, error } = z.fromJSONSchema(openapi.components.schemas[name]).safeParse(JSON.parse(text))
  expect(success, `${text}: ${error?.message}`).toBe(true)
  return { status, headers, answer: JSON.parse(text) }
}

function form(...names: string[]): { headers: Record<string, string>; body: Buffer } {
  const parts = names.map((name) =>
    Buffer.concat([
      Buffer.from(`--x\r\ncontent-disposition: form-data; name="film"; filename="${name}"\r\n\r\n`),
      bytesOf(name),
      Buffer.from('\r\n'),
    ]),
  )
  const body = Buffer.concat([...parts, Buffer.from('--x--\r\n')])
  return { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body }
}

describe('a film that is posted', () => {
  test.each(films)('%s gets the numbers of kopt predict', async (name) => {
    const { status, answer } = await post(name)
    expect(status).toBe(200)
    const [film] = answer.films
    const { logit, probabilities } = expected.get(name) as { logit: number; probabilities: Record<string, number> }
    expect(film).toMatchObject({ film: 1, logit, probabilities, probability: probabilities.sick, likeness: null })
    const sha256 = hashBytes(bytesOf('run/model/classifier.onnx'))
    const model = { run: 'run', arm: 'GCB+OMGDA', k: 3, sha256, headSha256: null }
    expect(answer).toMatchObject({ use: 'research use only', model, positive: 'sick', cutoff: null })
  })

  test('comes with others, of which one that can’t be read is named by its place', async () => {
    const sent = form('second.png', 'damaged.png', 'film.dcm')
    const { answer } = agreed(await raw(port, { method: 'POST', path: '/predict', ...sent }), '/predict')
    const [first, second, third] = answer.films
    expect(second).toEqual({ film: 2, problem: 'is a PNG that ends early (truncated)' })
    expect([first, third]).toMatchObject([
      { film: 1, ...expected.get('second.png') },
      { film: 3, ...expected.get('film.dcm') },
    ])
  })

  test('is looked at in part where a region is given', async () => {
    const { answer } = await post('film.png', '/predict?roi=0,0,8,4')
    const { weights, bias } = tinyHeads['GCB+OMGDA']
    expect(answer.films[0].logit).toBeCloseTo(((weights[0] + weights[1]) * 204) / 255 + bias[0], 5)
  })
})

describe('a request that can’t be answered', () => {
  test('is told why, in the words of the command line', async () => {
    const said = async (name: string, at?: string) => {
      const { status, answer } = await post(name, at)
      return [status, answer.error.kind, answer.error.message]
    }
    expect(await said('damaged.png')).toEqual([422, 'unreadable', 'the film is a PNG that ends early (truncated)'])
    expect(await said('film.png', '/predict?roi=1,2')).toEqual([400, 'malformed', expect.any(String)])
    expect(await said('film.png', '/predict?roi=90,0,8,8')).toEqual([422, 'unreadable', expect.any(String)])
    expect(await said('film.png', '/predict?patient=Jane')).toEqual([400, 'malformed', expect.any(String)])
    const send = async (headers: Record<string, string>, body: string | Uint8Array) => {
      const sent = agreed(await raw(port, { method: 'POST', path: '/predict', headers, body }), '/predict')
      return [sent.status, sent.answer.error.kind]
    }
    expect(await send({ 'content-type': 'text/plain' }, 'text')).toEqual([415, 'unsupported'])
    expect(await send({}, bytesOf('film.png'))).toEqual([415, 'unsupported'])
    expect(await send({ 'content-type': 'image/png' }, '')).toEqual([422, 'unreadable'])
    expect(await send({ 'content-type': 'multipart/form-data; boundary=y' }, 'text')).toEqual([400, 'malformed'])
    const { headers, body } = form(...Array.from({ length: 17 }, () => 'film.png'))
    expect(await send(headers, body)).toEqual([413, 'large'])
    const declared = { 'content-type': 'image/png', 'content-length': String(2 ** 30) }
    expect(await send(declared, 'a')).toEqual([413, 'large'])
    const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n`
    const chunk = new Uint8Array(65 * 2 ** 20)
    expect(await talk(port, [head, `${chunk.length.toString(16)}\r\n`, chunk])).toMatch(/^HTTP\/1.1 413 /)
  })
})

describe('who asks', () => {
  const ask = (
    headers: Record<string, string>,
    { at = '/metrics', method = 'GET', host = undefined as string | undefined } = {},
  ) => raw(guarded.port, { method, path: at, headers, ...(host !== undefined && { host }) })
  const bearer = { authorization: `Bearer ${token}` }

  test('needs the token, but to see whether it is well', async () => {
    expect((await ask(bearer)).status).toBe(200)
    for (const headers of [
      {},
      { authorization: token },
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${token}x` },
    ])
      expect(await ask(headers as Record<string, string>)).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
      })
    expect((await ask({}, { at: `/metrics?token=${token}` })).status).toBe(401)
    expect(agreed(await ask({}, { at: '/health' }), '/health', 'get')).toMatchObject({
      status: 200,
      answer: { ready: true },
    })
  })

  test('must use a name that is allowed, a method that is used, and be no page of another origin', async () => {
    const here = `127.0.0.1:${guarded.port}`
    for (const host of [here, `[::1]:${guarded.port}`, 'kopt.example', `kopt.example:${guarded.port}`, 'KOPT.example'])
      expect((await ask(bearer, { host })).status, host).toBe(200)
    for (const host of ['evil.example', '127.0.0.1', 'kopt.example.evil.example', 'kopt.example:1'])
      expect((await ask(bearer, { host })).status, host).toBe(403)
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])
      for (const at of ['/predict', '/health', '/'])
        expect((await ask(bearer, { at, method })).status, method).toBe(405)
    const marks: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const mark of marks)
      for (const at of ['/predict', '/health', '/metrics', '/openapi.json']) {
        const { status, headers } = await ask(
          { ...bearer, ...mark },
          { at, method: at === '/predict' ? 'POST' : 'GET' },
        )
        expect([status, headers['access-control-allow-origin'], headers['x-content-type-options']]).toEqual([
          403,
          undefined,
          'nosniff',
        ])
      }
    expect((await ask(bearer, { at: '/predict' })).headers.allow).toBe('POST')
    expect((await ask(bearer, { at: '/none' })).status).toBe(404)
  })

  test('from another computer is let in with a list of names and a token alone', () => {
    const refused = (...words: string[]) => kopt(['serve', 'run', '--host', '0.0.0.0', ...words], { cwd: folder })
    expect(refused()).toMatchObject({
      code: 2,
      stderr:
        '--host 0.0.0.0 lets other computers in; that needs --allowed-hosts with the names that it is to be reached by and a token (--token-file FILE, or KOPT_SERVE_TOKEN)\n',
    })
    writeFileSync(path.join(folder, 'short.txt'), 'secret\n')
    const short = refused('--allowed-hosts', 'a.example', '--token-file', 'short.txt')
    expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('can be guessed') })
  })
})

test.runIf(process.platform === 'linux')(
  'a process that hangs over a film is replaced, and the next film is judged',
  async () => {
    const headers = { authorization: `Bearer ${token}`, ...typeOf('film.png') }
    const send = () => raw(guarded.port, { method: 'POST', path: '/predict', headers, body: bytesOf('film.png') })
    const hang = (entry: string) => {
      const pids = childrenOf(process.pid, entry)
      expect(pids.length, entry).toBeGreaterThan(0)
      for (const pid of pids) process.kill(pid, 'SIGSTOP')
    }
    for (const entry of ['reader-process', 'judge-process']) {
      hang(entry)
      // Both readers, and no room for a third request.
      const answers = await Promise.all([send(), send(), send()])
      expect(answers.map(({ status }) => status).sort(), entry).toEqual([429, 504, 504])
      expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toMatch(/^[1-9]\d*$/)
      // A new process takes its time where the computer is busy.
      let judged = await send()
      for (let i = 0; i < 20 && judged.status === 504; i++) judged = await send()
      const { status, text } = judged
      expect([status, JSON.parse(text).films[0].logit], entry).toEqual([200, expected.get('film.png')?.logit])
    }
    const metrics = await raw(guarded.port, { path: '/metrics', headers })
    expect(metrics.text).toMatch(/kopt_replaced_total\{process="reader"\} ([2-9]|\d\d)/)
    expect(metrics.text).toContain('kopt_replaced_total{process="judge"} 1\n')
  },
)

test('a request that does not arrive is given up', async () => {
  const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${guarded.port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: image/png\r\nContent-Length: 900\r\n\r\n`
  expect(await talk(guarded.port, [head])).toMatch(/^HTTP\/1.1 408 /)
})

test('A thousand requests, fifty at a time, are answered, each with its own numbers, and memory stays flat', {
  timeout: 120_000,
}, async () => {
  const memory = async () => {
    const { text } = await raw(port, { path: '/metrics' })
    return [...text.matchAll(/^kopt_memory_bytes\{.*\} (\d+)$/gm)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  }
  const url = `http://127.0.0.1:${port}/predict`
  let sent = 0
  const killAt = process.platform === 'linux' ? 500 : -1
  const client = async (upTo: number) => {
    while (sent < upTo) {
      const name = films[sent++ % films.length]
      if (sent === killAt)
        for (const pid of workOf(served).flatMap((work) => childrenOf(work, 'reader-process').slice(0, 1)))
          process.kill(pid, 'SIGKILL')
      const response = await fetch(url, { method: 'POST', headers: typeOf(name), body: bytesOf(name) })
      const text = await response.text()
      expect(response.status, text).toBe(200)
      const [film] = (JSON.parse(text) as { films: { logit: number }[] }).films
      expect(film.logit, name).toBe(expected.get(name)?.logit)
    }
  }
  await Promise.all(Array.from({ length: 50 }, () => client(300)))
  const before = await memory()
  await Promise.all(Array.from({ length: 50 }, () => client(1000)))
  expect(await memory()).toBeLessThan(1.25 * before)
  const { text } = await raw(port, { path: '/metrics' })
  expect(Number(/^kopt_request_duration_seconds_count (\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(1000)
  expect(text).toContain('kopt_requests_under_way 0\n')
  expect(text).toContain('kopt_held_bytes 0\n')
  if (killAt > 0) expect(text).toMatch(/kopt_replaced_total\{process="reader"\} [12]\n/)
})

test('the examples of docs/serve.md do what they say', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '..', '..', 'docs', 'serve.md'), 'utf8')
  const blocks = [...text.matchAll(/^```(sh curl|python|python requests|ts example)\n([\s\S]*?)^```$/gm)]
  expect(blocks.map(([, kind]) => kind)).toEqual(['sh curl', 'sh curl', 'python', 'python requests', 'ts example'])
  const there = (program: string, ...words: string[]) => spawnSync(program, words).status === 0
  const node = (code: string) => {
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
    return [
      process.execPath,
      '--input-type=module',
      '-e',
      ts.transpileModule(code, { compilerOptions: options }).outputText,
    ]
  }
  const programs: Record<string, { isThere: boolean; words: (code: string) => string[] }> = {
    'sh curl': { isThere: there('curl', '--version'), words: (code) => ['sh', '-c', code] },
    python: { isThere: there('python3', '-c', ''), words: (code) => ['python3', '-c', code] },
    'python requests': { isThere: there('python3', '-c', 'import requests'), words: (code) => ['python3', '-c', code] },
    'ts example': { isThere: true, words: node },
  }
  for (const [, kind, code] of blocks) {
    const { isThere, words } = programs[kind]
    if (!isThere) continue
    const [program, ...rest] = words(code.replaceAll('8756', String(port)))
    const { stdout, stderr } = spawnSync(program, rest, { cwd: folder, encoding: 'utf8' })
    expect(() => JSON.parse(stdout), `${kind}: ${stdout}${stderr}`).not.toThrow()
    const names = ['film.png', 'film.dcm'].filter((name) => code.includes(name))
    expect(JSON.parse(stdout).films, kind).toMatchObject(names.map((name) => expected.get(name)))
  }
})

test('SIGTERM: what is under way is answered, nothing more is taken, and it ends with 0; the log names nothing', async () => {
  const name = 'film.png'
  const body = bytesOf(name)
  const head = `POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/png\r\nContent-Length: ${body.length}\r\n\r\n`
  const ended = new Promise<number | null>((resolve) => served.once('exit', resolve))
  let isRefused = false
  const answer = await talk(port, [
    head,
    async () => {
      served.kill('SIGTERM')
      while (!log.includes('finishing what is under way')) await new Promise((resolve) => setTimeout(resolve, 20))
      isRefused = await raw(port, { path: '/health' }).then(
        () => false,
        () => true,
      )
    },
    body,
  ])
  expect(answer).toMatch(/^HTTP\/1.1 200 /)
  expect(answer).toContain(String(expected.get(name)?.logit))
  expect(isRefused).toBe(true)
  expect(await ended).toBe(0)
  expect(log).not.toMatch(/film|png|dcm|Jane|run\b|\//i)
  expect(log).toMatch(/^time=\S+ outcome=judged status=200 ms=\d+ bytes=\d+$/m)
})

/** What comes back over a connection that is used by hand; a function stands for something done in between. */
function talk(at: number, parts: readonly (string | Uint8Array | (() => Promise<void>))[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(at, '127.0.0.1', async () => {
      for (const part of parts) {
        if (typeof part === 'function') await part()
        else socket.write(part)
      }
    })
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      if (/\r\n\r\n.+\}$/s.test(text)) socket.destroy()
    })
    socket.on('close', () => resolve(text)).on('error', reject)
  })
}

/** Children of a process that run this module. Linux only. */
function childrenOf(parent: number, entry: string): number[] {
  const stat = (pid: string) => {
    try {
      return {
        parent: Number(
          readFileSync(`/proc/${pid}/stat`, 'utf8')
            .replace(/^.*\) /s, '')
            .split(' ')[1],
        ),
        words: readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
      }
    } catch {
      return undefined
    }
  }
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = all.filter((pid) => stat(pid)?.parent === parent && stat(pid)?.words.includes(entry))
  return children.map(Number)
}

/** The second process of a command, which does the work. */
function workOf({ pid = 0 }: ChildProcess): number[] {
  return childrenOf(pid, 'work-process')
}
