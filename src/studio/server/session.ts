/**
 * Who may use the page: whoever has opened it by an address with a token, which the terminal alone has shown. A token opens
 * the page once and becomes a cookie. The cookie's secret outlives the server, so that an open page goes on when the server
 * is started again; it lies with the user's settings, readable by the user alone.
 */
import path from 'node:path'
import { exists, makePrivateDirectory, readJson, removeFile, writeOwnersOnly } from '../../base/files.js'
import { hashBytes, keyedHash, randomKey, sameSecret } from '../../base/hash.js'
import { settingsFolder } from '../../base/user-folders.js'

/** What is kept of a studio between two starts. */
interface Kept {
  readonly port: number
  /** Hex. */
  readonly secret: string
}

export class Session {
  readonly #file: string
  readonly #tokens = new Set<string>()
  readonly #secret: string
  /** Of the server that ran here last, or runs now; undefined where there was none. */
  readonly lastPort: number | undefined

  /** @param workplace folder that the studio works in: each has a session of its own */
  constructor(workplace: string, settings = settingsFolder()) {
    const folder = path.join(settings, 'studio')
    makePrivateDirectory(folder)
    this.#file = path.join(folder, `${hashBytes(path.resolve(workplace)).slice(0, 24)}.json`)
    const kept = readKept(this.#file)
    this.lastPort = kept?.port
    this.#secret = kept?.secret ?? hex(randomKey(32))
  }

  /** Remembers where the server listens. */
  listensAt(port: number): void {
    writeOwnersOnly(this.#file, JSON.stringify({ port, secret: this.#secret } satisfies Kept))
  }

  /** A token that opens the page once. */
  newToken(): string {
    const token = hex(randomKey(24))
    this.#tokens.add(token)
    return token
  }

  /** Whether the token was good; it is not good again. */
  redeem(token: string): boolean {
    return this.#tokens.delete(token)
  }

  /** The cookie's name; browsers keep cookies by host, not by port. */
  cookieName(port: number): string {
    return `kopt-studio-${port}`
  }

  cookieValue(port: number): string {
    return hex(keyedHash(Buffer.from(this.#secret, 'hex'), `cookie of port ${port}`))
  }

  admits(port: number, cookie: string | undefined): boolean {
    return cookie !== undefined && sameSecret(cookie, this.cookieValue(port))
  }
}

function readKept(file: string): Kept | undefined {
  if (!exists(file)) return undefined
  try {
    const { port, secret } = readJson<Partial<Kept>>(file)
    if (Number.isInteger(port) && /^[0-9a-f]{64}$/.test(secret ?? '')) return { port, secret } as Kept
  } catch {
    // written anew below
  }
  removeFile(file)
  return undefined
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
