import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { UserError } from '../../src/base/errors.js'
import { listDirectory, readBytes, readHead, readText } from '../../src/base/files.js'
import { temporaryFolder } from '../support/kopt.js'
import { makeLatinName, makeLoops, makePipe, makeSocket, needPosix } from '../support/strange-files.js'

const refusalOf = (read: () => unknown) => {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(UserError)
    return (error as Error).message
  }
  return 'no error'
}

it('regular files are read, whole or their beginning, also through a link', () => {
  const folder = temporaryFolder()
  const file = path.join(folder, 'a')
  writeFileSync(file, 'abcdef')
  symlinkSync(file, path.join(folder, 'b'))
  expect(readText(file)).toBe('abcdef')
  expect(Buffer.from(readHead(path.join(folder, 'b'), 3)).toString()).toBe('abc')
  expect(readHead(file, 100)).toHaveLength(6)
  expect(readBytes(file, 6)).toHaveLength(6)
})

it('a pipe, a socket and a device are refused, not waited for; so is a link to one', async (context) => {
  needPosix(context)
  const folder = temporaryFolder()
  const pipe = makePipe(path.join(folder, 'pipe'))
  const socket = await makeSocket(path.join(folder, 'socket'))
  const link = (name: string, to: string) => {
    symlinkSync(to, path.join(folder, name))
    return path.join(folder, name)
  }
  const kinds = [
    [pipe, 'a pipe'],
    [link('to-pipe', pipe), 'a pipe'],
    [socket, 'a socket'],
    ['/dev/zero', 'a device'],
    [link('to-zero', '/dev/zero'), 'a device'],
    [link('to-tty', '/dev/tty'), 'a device'],
  ]
  for (const [file, kind] of kinds) {
    for (const read of [() => readBytes(file), () => readHead(file, 10), () => readText(file, 100)])
      expect(refusalOf(read)).toBe(`${file} is ${kind}, and only regular files are read`)
  }
  expect(refusalOf(() => readBytes(folder))).toBe(`${folder} is a folder, but a file was expected`)
})

it('a file of /proc, whose size is 0, is read to its end and no further than asked', (context) => {
  context.skip(process.platform !== 'linux', '/proc is missing; run this test on Linux')
  expect(readText('/proc/self/status')).toMatch(/^Name:/)
  expect(refusalOf(() => readBytes('/proc/self/status', 100))).toMatch(/has no end within 100 bytes/)
})

it('what is in the way of a file is a sentence', (context) => {
  needPosix(context)
  const folder = temporaryFolder()
  makeLoops(folder)
  expect(refusalOf(() => readBytes(path.join(folder, 'itself.png')))).toMatch(
    /itself\.png is a link that leads back to itself$/,
  )
  expect(refusalOf(() => readBytes(path.join(folder, 'none')))).toMatch(/none does not exist$/)
  const long = path.join(folder, 'n'.repeat(5000))
  expect(refusalOf(() => readBytes(long))).toBe(
    `${long.slice(0, 100)}... is too long for this system; use shorter names or fewer folders`,
  )
})

it('a folder is listed with what is wrong with its entries', async (context) => {
  needPosix(context)
  const folder = temporaryFolder()
  makeLoops(folder)
  makePipe(path.join(folder, 'pipe'))
  mkdirSync(path.join(folder, 'inside'))
  writeFileSync(path.join(folder, 'Zürich'), '')
  symlinkSync('inside', path.join(folder, 'link'))
  symlinkSync('/dev/zero', path.join(folder, 'zero.png'))
  // macOS takes no such name
  if (process.platform === 'linux') makeLatinName(folder, 'file')
  const latin = { name: 'M?ller.png', directory: false, problem: 'has a name that is not UTF-8; rename it (convmv)' }
  expect(listDirectory(folder)).toEqual([
    ...(process.platform === 'linux' ? [latin] : []),
    { name: 'Zürich', directory: false },
    { name: 'inside', directory: true },
    { name: 'itself.png', directory: false, problem: 'is a link that leads back to itself' },
    { name: 'link', directory: true },
    { name: 'lost.png', directory: false, problem: 'is a link to nothing' },
    { name: 'pipe', directory: false, problem: 'is a pipe, and only regular files are read' },
    { name: 'up', directory: true },
    { name: 'zero.png', directory: false, problem: 'is a device, and only regular files are read' },
  ])
})
