/** A studio in this process, as `kopt studio` starts it, and a way in for requests and for a browser. */
import { existsSync } from 'node:fs'
import http from 'node:http'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { type Studio, startStudio } from '../../src/studio/server/studio.js'

export interface OpenStudio extends Studio {
  readonly origin: string
  /** What was noted for whoever has started it. */
  readonly notes: string[]
  /** `name=value`, for who was let in. */
  readonly cookie: string
}

/** Starts a studio and lets one in. */
export async function openStudio(
  folder: string,
  options: { port?: number; runFolders?: string[] } = {},
): Promise<OpenStudio> {
  const notes: string[] = []
  const studio = await startStudio({ folder, ...options, note: (text) => notes.push(text) })
  const origin = `http://127.0.0.1:${studio.port}`
  const { headers } = await raw(studio.port, {
    path: new URL(studio.address).pathname + new URL(studio.address).search,
  })
  const cookie = headers['set-cookie']?.[0].split(';')[0] ?? ''
  return { ...studio, origin, notes, cookie }
}

export interface RawAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

export interface RawRequest {
  readonly method?: string
  readonly path?: string
  readonly host?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
}

/** A request with nothing but what is asked for: no browser stands between. An answer that never ends is cut after its head. */
export function raw(
  port: number,
  { method = 'GET', path = '/', host, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        port,
        host: '127.0.0.1',
        agent: false,
        method,
        path,
        headers: {
          host: host ?? `127.0.0.1:${port}`,
          // By itself Node says the length of some methods' bodies alone.
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
        },
      },
      (answer) => {
        const chunks: Buffer[] = []
        const done = () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() })
        if (answer.headers['content-type']?.startsWith('text/event-stream')) {
          done()
          answer.destroy()
          return
        }
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', done)
        answer.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

export const chromiumFile = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)
export const withoutChromium = chromiumFile ? '' : ' (skipped: no Chromium; get it with: apt-get install chromium)'

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic']
  return chromium.launch({ executablePath: chromiumFile, args })
}

/** A browser that was let in: its cookie, as the address would have set it. */
export async function letIn(browser: Browser, studio: OpenStudio, options = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: studio.origin, ...options })
  const [name, value] = studio.cookie.split('=')
  await context.addCookies([{ name, value, url: studio.origin, httpOnly: true, sameSite: 'Strict' }])
  return context
}
