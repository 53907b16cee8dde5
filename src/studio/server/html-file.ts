/** A page that a command has written, such as a report: without a script, without a request, shown inside of this one. */
import type { Context } from 'hono'
import { readBytes } from '../../base/files.js'

const largestBytes = 2 ** 28
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"

export function htmlFile(c: Context, file: string): Response {
  c.header('content-security-policy', policy)
  c.header('x-frame-options', 'SAMEORIGIN')
  return c.body(new Uint8Array(readBytes(file, largestBytes)), 200, { 'content-type': 'text/html; charset=utf-8' })
}
