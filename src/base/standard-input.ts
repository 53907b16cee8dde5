/** What is piped into the command, for the places where `-` stands for a file. */
import { readSync } from 'node:fs'
import { UserError } from './errors.js'
import { readBytes } from './regular-file.js'

/** The word for it. A file of that name is `./-`. */
export const standardInput = '-'

const chunkBytes = 2 ** 16
let standardInputBytes: Uint8Array | undefined

/** The bytes of a file, or for `-` all of standard input, which is read once. Throws a `UserError` as `readBytes`. */
export function readInput(file: string, maxBytes: number): Uint8Array {
  if (file !== standardInput) return readBytes(file, maxBytes)
  standardInputBytes ??= readToEnd(maxBytes)
  if (standardInputBytes.length > maxBytes) throw tooMuch(maxBytes)
  return standardInputBytes
}

function readToEnd(maxBytes: number): Uint8Array {
  if (process.stdin.isTTY) {
    throw new UserError(
      '- stands for standard input, which is the terminal here; pipe a file into it, or name the file',
    )
  }
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const chunk = new Uint8Array(chunkBytes)
    const length = readSome(chunk)
    if (length === 0) return new Uint8Array(Buffer.concat(chunks))
    chunks.push(chunk.subarray(0, length))
    total += length
    if (total > maxBytes) throw tooMuch(maxBytes)
  }
}

/** 0 at the end. A pipe that nobody has written to yet answers EAGAIN where it was opened so; Windows ends with EOF. */
function readSome(chunk: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, chunk, 0, chunk.length, null)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw new UserError(`standard input can't be read: ${message}`, { cause: error })
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
    }
  }
}

function tooMuch(maxBytes: number): UserError {
  return new UserError(`standard input has more than ${maxBytes} bytes; no more are read`)
}
