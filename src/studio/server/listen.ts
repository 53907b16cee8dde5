/** Listening on this computer alone: on its two loopback addresses, under one port. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { UserError } from '../../base/errors.js'

export interface Listening {
  readonly port: number
  close(): Promise<void>
}

const tries = 10

/**
 * @param wanted port; undefined: `preferred` where it is free, else a free one
 * @throws `UserError` where the wanted port is taken or not permitted
 */
export async function listenHere(
  listener: RequestListener,
  { wanted, preferred }: { wanted: number | undefined; preferred: number | undefined },
): Promise<Listening> {
  for (let attempt = 0; ; attempt++) {
    const first = createServer(listener)
    const asked = wanted ?? (attempt === 0 ? preferred : undefined) ?? 0
    try {
      const port = await listen(first, asked, '127.0.0.1')
      const second = await alsoAt(port, listener)
      return { port, close: () => closeAll([first, ...(second ? [second] : [])]) }
    } catch (error) {
      await closeAll([first])
      const { code } = error as NodeJS.ErrnoException
      if (wanted !== undefined) throw portProblem(wanted, code)
      if (code !== 'EADDRINUSE' || attempt >= tries) throw error
    }
  }
}

/** The second loopback address, where this computer has one. */
async function alsoAt(port: number, listener: RequestListener): Promise<Server | undefined> {
  const server = createServer(listener)
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

function closeAll(servers: readonly Server[]): Promise<void> {
  const closing = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        if (!server.listening) return resolve()
        server.close(() => resolve())
        // Event streams never end by themselves.
        server.closeAllConnections()
      }),
  )
  return Promise.all(closing).then(() => undefined)
}

function portProblem(port: number, code: string | undefined): UserError {
  if (code === 'EACCES')
    return new UserError(`--port ${port} is kept for the system; take one from 1024 on, or leave --port out`)
  return new UserError(`--port ${port} is taken by another program; take another, or leave --port out`)
}
