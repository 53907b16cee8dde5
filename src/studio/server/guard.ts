/**
 * What stands before every answer. A page on this computer can be reached by every web page that its user has open, so:
 * this host alone (no rebound name), the methods that are used, requests of the page itself (no other site's), and the
 * cookie of who was let in.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import { type Asked, answerHeaders, isOfOtherPage, type Refusal, refusalByName, safeMethods } from '../../http/guard.js'
import type { Session } from './session.js'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']

/** Of every answer but those that say otherwise. */
const headers: Readonly<Record<string, string>> = {
  ...answerHeaders,
  'content-security-policy':
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
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

function refusalOf(c: Context, hosts: readonly string[]): Refusal | undefined {
  const asked: Asked = { method: c.req.method, header: (name) => c.req.header(name) }
  const byName = refusalByName(asked, { methods, hosts, remedy: 'open it by the address that kopt studio printed' })
  if (byName) return byName
  const isPage = safeMethods.includes(asked.method) && c.req.header('sec-fetch-mode') === 'navigate'
  // A link on another page may lead here: what it opens is the empty page, and that asks by itself.
  if (isOfOtherPage(asked, { needsOrigin: true }) && !(isPage && !c.req.path.startsWith('/api/')))
    return { status: 403, text: 'this was asked by another page than the studio itself' }
  return undefined
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
