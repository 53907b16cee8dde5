/** Where added backbones are kept, and how the files of known ones are told from others. */
import { createServer, type RequestListener } from 'node:http'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { isKnownFile, verified } from '../../src/backbone/fetch-weights.js'
import { knownSources } from '../../src/backbone/registry.js'
import { download } from '../../src/base/download.js'
import { gitBlobName, hashBytes } from '../../src/base/hash.js'

const bytes = new TextEncoder().encode('hello\n')

describe('the check of a file', () => {
  it("knows Git's name of a content", () => {
    // printf 'hello\n' | git hash-object --stdin
    expect(gitBlobName(bytes)).toBe('ce013625030ba8dba906f756967f9e9ca394464a')
  })

  it('compares what the makers publish, and says so where they publish nothing', () => {
    const sha256 = hashBytes(bytes)
    expect(verified('x', bytes, { sha256: sha256.slice(0, 8) })).toBe(
      `verified: its SHA-256 begins with ${sha256.slice(0, 8)}`,
    )
    expect(verified('x', bytes, { gitBlob: gitBlobName(bytes) })).toMatch(/^verified: its content name .* is ce0136/)
    expect(verified('x', bytes, null)).toMatch(/publish no checksum, so it could not be verified; SHA-256 5891b5b5/)
    expect(() => verified('x', bytes, { sha256: '00000000' })).toThrow(
      /is not the known one: its SHA-256 is 5891b5b5 instead of 00000000/,
    )
    expect(isKnownFile(bytes, null)).toBe(false)
    expect(isKnownFile(bytes, { sha256: '58' })).toBe(true)
  })

  it('has sums of full length, or openly a beginning, for every known source', () => {
    for (const { download: source } of Object.values(knownSources)) {
      if (!source) continue
      expect(source.address).toMatch(/^https:\/\//)
      const { checksum } = source
      if (checksum) expect(Object.values(checksum)[0]).toMatch(/^([0-9a-f]{8}|[0-9a-f]{40}|[0-9a-f]{64})$/)
    }
  })
})

describe('a download', () => {
  it('takes https alone', async () => {
    await expect(download('http://example.org/x', { maxBytes: 10 })).rejects.toThrow(/only https addresses are taken/)
  })

  /** A server behind `https://x.test`: without a certificate, so only the address is changed on its way. */
  async function serve(listener: RequestListener): Promise<string[]> {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const real = globalThis.fetch
    const asked: string[] = []
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (address, options) => {
      asked.push(String(address))
      return real(String(address).replace(/^https?:\/\/[^/]+/, `http://127.0.0.1:${port}`), options)
    })
    onTestFinished(() => void vi.restoreAllMocks())
    return asked
  }

  it('follows redirections that stay on https, each of them, and no others', async () => {
    const asked = await serve((request, response) => {
      const to: Record<string, string> = {
        '/good': '/next',
        '/next': 'https://y.test/file',
        '/down': 'http://x.test/up',
        '/up': 'https://x.test/file',
        '/round': '/round',
        '/odd': 'http://[',
        '/local': 'file:///etc/passwd',
      }
      const target = to[request.url ?? '']
      if (target) response.writeHead(302, { location: target }).end()
      else response.writeHead(200).end('weights')
    })
    const from = (place: string) => download(`https://x.test${place}`, { maxBytes: 100 })
    expect(Buffer.from(await from('/good')).toString()).toBe('weights')
    expect(asked).toEqual(['https://x.test/good', 'https://x.test/next', 'https://y.test/file'])
    asked.length = 0
    await expect(from('/down')).rejects.toThrow(/it leads to http:\/\/x\.test\/up, which is not https/)
    expect(asked).toEqual(['https://x.test/down'])
    await expect(from('/round')).rejects.toThrow(/it leads on more than 10 times/)
    await expect(from('/odd')).rejects.toThrow(/which is no address/)
    await expect(from('/local')).rejects.toThrow(/it leads to file:\/\/\/etc\/passwd, which is not https/)
  })

  it('is bounded, whether the server says its size or not, and names what the server answers', async () => {
    await serve((request, response) => {
      if (request.url === '/missing') response.writeHead(404).end()
      else if (request.url === '/open') response.write('x'.repeat(100), () => response.end('y'))
      else response.writeHead(200, { 'content-length': 100 }).end('x'.repeat(100))
    })
    const from = (place: string, maxBytes: number) => download(`https://x.test${place}`, { maxBytes })
    expect((await from('/file', 100)).length).toBe(100)
    expect((await from('/open', 101)).length).toBe(101)
    await expect(from('/file', 99)).rejects.toThrow(/it has 100 bytes, more than the 99 expected/)
    await expect(from('/open', 50)).rejects.toThrow(/more than the 50 bytes expected/)
    await expect(from('/missing', 100)).rejects.toThrow(/the server answers 404/)
  })
})
