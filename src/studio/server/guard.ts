/**
 * What stands before every answer. A page on this computer can be reached by every web page that its user has open, so:
 * this host alone (no rebound name), the methods that are used, requests of the page itself (no other site's), and the
 * cookie of who was let in.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { Session } from './session.js'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']
const safeMethods = ['GET', 'HEAD']

/** Of every answer but those that say otherwise. No answer names another origin, so none can be read from one. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** `hosts`: what the Host header may say, in small letters. */
export function guard({
  session,
  port,
  hosts,
}: {
  session: Session
  port: number
  hosts: readonly string[]
}): MiddlewareHandler {
  return async (c, next) => {
    const refusal = refusalOf(c, hosts)
    if (refusal) return withHeaders(c.text(`${refusal.text}\n`, refusal.status))
    const token = new URL(c.req.url).searchParams.get('token')
    if (token !== null && c.req.method === 'GET') return withHeaders(opened(c, session, port, token))
    if (!session.admits(port, getCookie(c, session.cookieName(port)))) return withHeaders(notLetIn(c))
    await next()
    withHeaders(c.res)
    return undefined
  }
}

interface Refusal {
  readonly status: 403 | 405
  readonly text: string
}

function refusalOf(c: Context, hosts: readonly string[]): Refusal | undefined {
  const { method } = c.req
  if (!methods.includes(method)) return { status: 405, text: `${method} is not used here` }
  const host = c.req.header('host')?.toLowerCase() ?? ''
  if (!hosts.includes(host))
    return {
      status: 403,
      text: `this page answers under ${hosts.join(', ')} alone; open it by the address that kopt studio printed`,
    }
  const site = c.req.header('sec-fetch-site')
  const isPage = safeMethods.includes(method) && c.req.header('sec-fetch-mode') === 'navigate'
  const isOfOther =
    site !== undefined ? !['same-origin', 'none'].includes(site) : isForeign(c.req.header('origin'), method, host)
  // A link on another page may lead here: what it opens is the empty page, and that asks by itself.
  if (isOfOther && !(isPage && !c.req.path.startsWith('/api/')))
    return { status: 403, text: 'this was asked by another page than the studio itself' }
  return undefined
}

/** Where a browser does not say who asks: what changes something must come with this origin, what reads with no other. */
function isForeign(origin: string | undefined, method: string, host: string): boolean {
  if (origin === undefined) return !safeMethods.includes(method)
  return origin.toLowerCase() !== `http://${host}`
}

/**
 * A good token becomes a cookie. The page then asks again by itself: the cookie is not sent with a request that began on
 * another site, and the token leaves the address bar.
 */
function opened(c: Context, session: Session, port: number, token: string): Response {
  if (!session.redeem(token)) return notLetIn(c, 'This address has been used, and works once.')
  const cookie = `${session.cookieName(port)}=${session.cookieValue(port)}; HttpOnly; SameSite=Strict; Path=/`
  const target = new URL(c.req.url).pathname
  return c.html(
    plainPage(`<meta http-equiv="refresh" content="0;url=${encodeURI(target)}">`, 'Opening the studio …'),
    200,
    {
      'set-cookie': cookie,
    },
  )
}

function notLetIn(c: Context, why = 'This page was not opened by the address that kopt studio printed.'): Response {
  const what = `${why} Type kopt studio once more in the same folder: it prints a new address and opens it.`
  if (c.req.path.startsWith('/api/')) return c.json({ error: { kind: 'user', message: what } }, 401)
  return c.html(plainPage('', what), 401)
}

function plainPage(head: string, text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>kopt</title>${head}</head><body><p>${text}</p></body></html>`
}

function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(headers))
    if (!response.headers.has(name)) response.headers.set(name, value)
  return response
}
