/** What a kill in the first moments of a run leaves, when its two configurations are being written. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readRequest } from '../../../src/experiment/config/request.js'
import { resumedConfig, storeConfig } from '../../../src/experiment/config/stored.js'
import { latestRun, openRunDirectory, type RunDirectory } from '../../../src/record/run-directory.js'
import { createRun, openRun } from '../../../src/record/run-store.js'
import { Seals } from '../../../src/record/seals.js'

const { config } = readRequest({ dataset: '/elsewhere/films', preset: 'quick', set: ['compute.threads=1'] })

let root: string
beforeEach(() => {
  root = path.join(mkdtempSync(path.join(tmpdir(), 'kopt-begun-')), '0001-films')
})

/** A run that was killed as soon as it had begun, and of what it had left then the kill came before some. */
function killed(undo: (directory: RunDirectory) => void): void {
  const { directory, release } = createRun(root, 'films')
  mkdirSync(directory.private)
  storeConfig(directory, new Seals(directory), config)
  release()
  undo(directory)
}

const halfWritten = (file: string) => writeFileSync(`${file}.4711-0123abcd.tmp`, 'koptV')

const moments: [string, (directory: RunDirectory) => void][] = [
  [
    'before the first checksum',
    ({ config, state }) => {
      rmSync(config)
      rmSync(state, { recursive: true })
    },
  ],
  [
    'within the first checksum',
    ({ config, seals }) => {
      rmSync(config)
      truncateSync(seals, 20)
    },
  ],
  [
    'between the two',
    ({ config, seals }) => {
      rmSync(config)
      halfWritten(config)
      writeFileSync(seals, `${readFileSync(seals, 'utf8').split('\n')[0]}\n`)
    },
  ],
  ['before the second checksum', ({ seals }) => truncateSync(seals, readFileSync(seals, 'utf8').indexOf('\n') + 1)],
]

describe('a run killed while its configurations were written', () => {
  it.each(moments)('%s has begun and is gone on with', (_, undo) => {
    killed(undo)
    expect(() => createRun(root, 'films')).toThrow(/already holds a run; add --resume/)
    expect(latestRun(path.dirname(root))).toBe(root)
    const { directory, release } = openRun(root, 'resume')
    const seals = new Seals(directory)
    seals.check()
    expect(resumedConfig(directory, seals, []).config).toEqual(config)
    const left = new Seals(directory)
    expect(left.check()).toEqual([])
    expect([directory.config, directory.privateConfig].map((file) => left.holds(file))).toEqual([true, true])
    release()
  })

  it('before any of them has not begun: it is said, and the same folder is taken', () => {
    killed(({ config, privateConfig, state }) => {
      for (const place of [config, privateConfig, state]) rmSync(place, { recursive: true })
      halfWritten(privateConfig)
    })
    expect(() => openRunDirectory(root)).toThrow(
      `${root} holds no run yet: it was stopped before it had begun; begin it again: kopt run DATASET --out ${root}`,
    )
    const { directory, release } = createRun(root, 'films')
    storeConfig(directory, new Seals(directory), config)
    release()
    expect(new Seals(directory).check()).toEqual([])
    expect(existsSync(`${directory.privateConfig}.4711-0123abcd.tmp`)).toBe(false)
  })
})

describe('private/config.yaml without a checksum', () => {
  it('is not believed where anything was made with it', () => {
    killed(({ config, state, films }) => {
      rmSync(config)
      rmSync(state, { recursive: true })
      writeFileSync(films, 'film\n')
    })
    const { directory, release } = openRun(root, 'resume')
    expect(() => resumedConfig(directory, new Seals(directory), [])).toThrow(/nothing else says what this run was/)
    release()
  })
})
