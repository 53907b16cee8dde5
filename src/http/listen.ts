/** Listening under one port: on this computer's two loopback addresses, or on another one that was named. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { UserError } from '../base/errors.js'

export interface Listening {
  readonly port: number
  /** Ends all connections, whatever is under way. */
  close(): Promise<void>
  /** Takes no more connections; settles when what is under way has been answered. */
  drain(): Promise<void>
}

export interface ListenOptions {
  /** Undefined: `preferred` where it is free, else a free one. */
  readonly wanted: number | undefined
  readonly preferred?: number
  /** An address of this computer; default: its loopback addresses. */
  readonly host?: string
  /** Milliseconds that the head of a request may take, and all of it. */
  readonly limits?: { readonly headMs: number; readonly requestMs: number }
}

const tries = 10

/** @throws `UserError` where the wanted port is taken or not permitted, or the address is none of this computer's */
export async function listenAt(
  listener: RequestListener,
  { wanted, preferred, host, limits }: ListenOptions,
): Promise<Listening> {
  const newServer = () =>
    createServer({ ...(limits && { headersTimeout: limits.headMs, requestTimeout: limits.requestMs }) }, listener)
  for (let attempt = 0; ; attempt++) {
    const first = newServer()
    const asked = wanted ?? (attempt === 0 ? preferred : undefined) ?? 0
    try {
      const port = await listen(first, asked, host ?? '127.0.0.1')
      const second = host === undefined ? await alsoAt(port, newServer()) : undefined
      const servers = [first, ...(second ? [second] : [])]
      return { port, close: () => closeAll(servers, 'now'), drain: () => closeAll(servers, 'when answered') }
    } catch (error) {
      await closeAll([first], 'now')
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EINVAL')
        throw new UserError(`--host ${host} is no address of this computer; 0.0.0.0 stands for all that it has`)
      if (wanted !== undefined && wanted !== 0) throw portProblem(wanted, code)
      if (code !== 'EADDRINUSE' || attempt >= tries) throw error
    }
  }
}

/** The second loopback address, where this computer has one. */
async function alsoAt(port: number, server: Server): Promise<Server | undefined> {
  try {
    await listen(server, port, '::1')
    return server
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return undefined
    throw error
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function closeAll(servers: readonly Server[], when: 'now' | 'when answered'): Promise<void> {
  const closing = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        if (!server.listening) return resolve()
        server.close(() => resolve())
        // Event streams never end by themselves.
        if (when === 'now') server.closeAllConnections()
        else server.closeIdleConnections()
      }),
  )
  return Promise.all(closing).then(() => undefined)
}

function portProblem(port: number, code: string | undefined): UserError {
  if (code === 'EACCES')
    return new UserError(`--port ${port} is kept for the system; take one from 1024 on, or leave --port out`)
  return new UserError(`--port ${port} is taken by another program; take another, or leave --port out`)
}
