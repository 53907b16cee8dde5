/** The studio that is already open in a folder: a second one would show the same. */
import { Session } from './session.js'
import { workplaceIn } from './workplace.js'

/** Where a new way in is asked for, by who knows the cookie's secret. */
export const newAddressPath = '/api/address'

const patienceMs = 2000

/** A new address of the studio that is open in this folder; undefined where none is. */
export async function addressOfRunning(folder: string, at: string): Promise<string | undefined> {
  const session = new Session(workplaceIn(folder).root)
  const port = session.lastPort
  if (port === undefined) return undefined
  const origin = `http://127.0.0.1:${port}`
  const cookie = `${session.cookieName(port)}=${session.cookieValue(port)}`
  try {
    const response = await fetch(`${origin}${newAddressPath}`, {
      method: 'POST',
      headers: { cookie, origin, 'content-type': 'application/json' },
      body: JSON.stringify({ at }),
      signal: AbortSignal.timeout(patienceMs),
    })
    const { address } = (await response.json()) as { address?: unknown }
    return typeof address === 'string' && address.startsWith(`${origin}/`) ? address : undefined
  } catch {
    // Nobody listens there, or something else does.
    return undefined
  }
}
