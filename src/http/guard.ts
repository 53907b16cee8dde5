/**
 * Who gets an answer. What listens on this computer can be reached by every web page that its user has open, so: under its
 * names alone (no rebound one), by the methods that are used, and for no page of another origin.
 */

/** A request, as far as it is looked at before it is answered. */
export interface Asked {
  readonly method: string
  /** A header's value by its name in small letters. */
  readonly header: (name: string) => string | undefined
}

export interface Refusal {
  readonly status: 403 | 405
  readonly text: string
}

export const safeMethods: readonly string[] = ['GET', 'HEAD']

/** Of every answer. None names another origin, so none can be read from one. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Why a request is refused by its method or by the name that it came under. `hosts`: what the Host header may say, in small letters. */
export function refusalByName(
  { method, header }: Asked,
  { methods, hosts, remedy }: { methods: readonly string[]; hosts: readonly string[]; remedy: string },
): Refusal | undefined {
  if (!methods.includes(method)) return { status: 405, text: `${method} is not used here` }
  if (hosts.includes(hostOf(header))) return undefined
  return { status: 403, text: `this answers under ${hosts.join(', ')} alone; ${remedy}` }
}

/** Whether a page of another origin asks. `needsOrigin`: what changes something must say where it comes from. */
export function isOfOtherPage({ method, header }: Asked, { needsOrigin }: { needsOrigin: boolean }): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined) return !['same-origin', 'none'].includes(site)
  const origin = header('origin')
  // A browser that does not say who asks.
  if (origin === undefined) return needsOrigin && !safeMethods.includes(method)
  return origin.toLowerCase() !== `http://${hostOf(header)}`
}

function hostOf(header: Asked['header']): string {
  return header('host')?.toLowerCase() ?? ''
}

/** What the Host header of a loopback address says. */
export function loopbackHosts(port: number): string[] {
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
}
