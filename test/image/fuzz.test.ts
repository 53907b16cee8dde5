/**
 * Mutated films: each is read, or refused with a sentence; nothing crashes or hangs, no process takes more than 512 MiB.
 * 20 seconds here; KOPT_FUZZ_SECONDS=600 looks longer, KOPT_FUZZ_SEED elsewhere. A process tries films for 20 seconds, some
 * thousands of them: what libvips has freed stays with glibc's allocator, so that one process trying 40,000 damaged films
 * came to 580 MiB. It is no leak: 12,500 damaged PNGs add 4 MiB under MALLOC_MMAP_THRESHOLD_=65536 (by which every image is
 * given back to the system), and 290 MiB without; JavaScript's own memory stays level in both.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const here = import.meta.dirname
const seconds = Number(process.env.KOPT_FUZZ_SECONDS ?? 20)
const real = path.resolve(here, '../../../shared/data/dicom')

/** Drawn films of every kind, and real ones where they are there. */
function filmFiles(): string[] {
  const drawn = ['dicom.json', 'codec.json'].map((name) => path.join(here, '../golden', name))
  const folders = ['original', 'derived'].map((name) => path.join(real, name)).filter((folder) => existsSync(folder))
  return [...drawn, ...folders.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))]
}

const secondsPerProcess = 20
const processes = Math.ceil(seconds / secondsPerProcess)
const firstSeed = Number(process.env.KOPT_FUZZ_SEED ?? 1)

it('reads or refuses whatever films have become', { timeout: (seconds + 120 * processes) * 1000 }, () => {
  for (let i = 0; i < processes; i++) {
    const span = Math.min(secondsPerProcess, seconds - i * secondsPerProcess)
    const words = [path.join(here, 'fuzz-films.mjs'), String(span), String(firstSeed + i), ...filmFiles()]
    const run = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: (span + 100) * 1000 })
    expect({ status: run.status, signal: run.signal, stderr: run.stderr }).toEqual({
      status: 0,
      signal: null,
      stderr: '',
    })
    const { tried, read, sentences, mebibytes, found } = JSON.parse(run.stdout)
    expect(found).toEqual([])
    expect(mebibytes).toBeLessThan(512)
    // the mutations are neither all harmless nor all fatal
    expect(Math.min(tried, read, sentences)).toBeGreaterThan(span / 2)
  }
})
