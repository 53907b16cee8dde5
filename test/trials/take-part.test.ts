import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { silentMs } from '../../src/base/lock-file.js'
import { thisProcess } from '../../src/base/process-identity.js'
import { temporaryFolder } from '../support/kopt.js'
import { bytesOf, comeToTraining } from './tiny-training.js'

/** The lease of a process on another machine, whose last sign of life was so many milliseconds ago. */
function leaveLease(file: string, silentFor: number): void {
  const content = {
    ...thisProcess(),
    host: 'elsewhere',
    id: 'other',
    doing: 'kopt work',
    since: '2026-11-29T20:00:00Z',
  }
  writeFileSync(file, `${JSON.stringify(content)}\n`)
  const then = (Date.now() - silentFor) / 1000
  utimesSync(file, then, then)
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a posted training', { timeout: 60_000 }, () => {
  it('that another process has done is found done, to the bytes of one that was trained by the run itself', async () => {
    const alone = await comeToTraining()
    await alone.train()
    const shared = await comeToTraining()
    expect(await shared.doOne()).toBe(true)
    expect(await shared.doOne()).toBe(false)
    const before = bytesOf(shared.context.run)
    const [summary] = await shared.train()
    expect(bytesOf(shared.context.run)).toEqual(before)
    expect(before).toEqual(bytesOf(alone.context.run))
    expect(summary).toMatchObject({ steps: 1, checkpoint: 'checkpoint-000001.safetensors' })
    for (const name of Object.keys(before))
      expect(shared.context.seals.holds(path.join(shared.context.run.gan, name)), name).toBe(true)
  })

  it('is another machine’s while that gives signs of life, and taken over when it was silent for long', async () => {
    const { doOne, lock, train, context } = await comeToTraining()
    leaveLease(lock, silentMs - 20_000)
    expect(await doOne()).toBe(false)
    const stop = new AbortController()
    const waiting = train(stop.signal)
    await pause(800)
    expect(existsSync(context.run.gan)).toBe(false)
    stop.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'Interrupted' })
    leaveLease(lock, silentMs + 5000)
    expect(await doOne()).toBe(true)
    expect(existsSync(lock)).toBe(false)
  })

  it('goes by the clock of the disk, where that of a computer is minutes off', async () => {
    const { doOne, lock, train } = await comeToTraining()
    const now = Date.now
    const minutes = (count: number) => vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000 * count)
    try {
      leaveLease(lock, 0)
      minutes(10)
      expect(await doOne()).toBe(false)
      expect(existsSync(lock)).toBe(true)
      vi.restoreAllMocks()
      leaveLease(lock, silentMs + 5000)
      minutes(-10)
      const [summary] = await train()
      expect(summary.steps).toBe(1)
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('whose files a network disk still hides is waited for; one that was done here and damaged is done again', async () => {
    const { doOne, train, context, posted, unit } = await comeToTraining()
    await doOne()
    const { gan, work } = context.run
    const bytes = bytesOf(context.run)
    const left = posted.done(unit) as object
    posted.writeDone(unit, { ...left, host: 'elsewhere' })
    const hidden = path.join(temporaryFolder(), 'curves.csv')
    renameSync(path.join(gan, 'curves.csv'), hidden)
    const trained = train()
    await pause(800)
    expect(existsSync(path.join(work, `${unit.id}.done.json`))).toBe(true)
    renameSync(hidden, path.join(gan, 'curves.csv'))
    await trained
    expect(bytesOf(context.run)).toEqual(bytes)

    const damaged = await comeToTraining()
    await damaged.doOne()
    writeFileSync(path.join(damaged.context.run.gan, 'checkpoint-000001.safetensors'), 'x')
    await damaged.train()
    expect(bytesOf(damaged.context.run)).toEqual(bytes)
  })

  it('that fails wherever it is tried stops the run with its sentence, and is tried again by the run that goes on', async () => {
    const { doOne, train, context, posted, unit } = await comeToTraining()
    const elsewhere = temporaryFolder()
    symlinkSync(elsewhere, context.run.gan)
    expect(await doOne()).toBe(false)
    expect(posted.states()).toMatchObject([{ state: 'failed', failure: { how: 'refused' } }])
    const stopped = train()
    await expect(stopped).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining("leads out of the run's folder by a link"),
    })
    expect(readdirSync(elsewhere)).toEqual([])
    expect(posted.isFree(unit)).toBe(true)
  })

  it('that was damaged on its way, or asks for a folder outside of the run, is left alone', async () => {
    const { doOne, context, unit } = await comeToTraining()
    const file = path.join(context.run.work, `${unit.id}.json`)
    const content = JSON.parse(readFileSync(file, 'utf8'))
    const { unitId } = await import('../../src/record/posted-work.js')
    const moved = { ...content, place: '../gan' }
    const other = { ...unit, id: unitId('training', moved) }
    writeFileSync(path.join(context.run.work, `${other.id}.json`), JSON.stringify(moved))
    writeFileSync(path.join(context.run.work, 'board.json'), JSON.stringify([unit, other]))
    writeFileSync(file, JSON.stringify({ ...content, gridEvery: 1 }))
    expect(await doOne()).toBe(false)
    expect(existsSync(context.run.gan)).toBe(false)
    mkdirSync(context.run.gan)
    writeFileSync(path.join(context.run.work, 'board.json'), '[{"id": "../x", "kind": "training"}]')
    expect(await doOne()).toBe(false)
  })
})
