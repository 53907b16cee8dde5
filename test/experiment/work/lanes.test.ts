import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Interrupted } from '../../../src/base/errors.js'
import { inLanes, together } from '../../../src/experiment/work/lanes.js'

/** Works until it is stopped. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Interrupted())))

test('Pieces of work run at once, and give what each gives', async () => {
  const order: string[] = []
  const piece = (name: string, ms: number) => async () => {
    order.push(`${name} begins`)
    await pause(ms)
    order.push(`${name} ends`)
    return name
  }
  expect(await together<[string, string]>(undefined, piece('a', 40), piece('b', 5))).toEqual(['a', 'b'])
  expect(order).toEqual(['a begins', 'b begins', 'b ends', 'a ends'])
})

test('Where one fails the others are stopped, and its error is the one that is heard', async () => {
  const failing = async () => {
    await pause(5)
    throw new Error('the disk is full')
  }
  await expect(together<unknown[]>(undefined, endless, failing, endless)).rejects.toThrow('the disk is full')
})

test('A stop from outside stops all', async () => {
  const outside = new AbortController()
  const stopped = together<unknown[]>(outside.signal, endless, endless)
  outside.abort()
  await expect(stopped).rejects.toThrow(Interrupted)
})

test('Lanes take the items in their order, so many at a time, and none after a failure', async () => {
  const taken: number[] = []
  let working = 0
  let most = 0
  const work = async (item: number) => {
    taken.push(item)
    most = Math.max(most, ++working)
    await pause(item === 1 ? 30 : 5)
    working--
  }
  await inLanes(undefined, 2, [1, 2, 3, 4, 5], work)
  expect(taken).toEqual([1, 2, 3, 4, 5])
  expect(most).toBe(2)

  taken.length = 0
  const failsAtTwo = async (item: number, signal: AbortSignal) => {
    taken.push(item)
    if (item === 2) throw new Error('two')
    return endless(signal)
  }
  await expect(inLanes(undefined, 2, [1, 2, 3, 4], failsAtTwo)).rejects.toThrow('two')
  expect(taken).toEqual([1, 2])
})
