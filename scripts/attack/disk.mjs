/** A small disk to fill up; mounting it needs root on Linux. */
import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import path from 'node:path'
import { filesOf } from './damage.mjs'

/** Bytes that are room enough for all that the attacks write. */
export const enough = 2 ** 27

/** A disk in memory, whose size is changed while it is in use; `problem`: why there is none. */
export function mountDisk(place) {
  const mount = (...words) => spawnSync('mount', words, { encoding: 'utf8' })
  const { status, stderr, error } = mount('-t', 'tmpfs', '-o', `size=${enough}`, 'tmpfs', place)
  if (status !== 0) return { problem: stderr?.trim() || error?.message || 'mount needs root' }
  const { bsize: block } = statfsSync(place)
  const resize = (bytes) => {
    // A size of 0 is none at all.
    const done = mount('-o', `remount,size=${Math.max(bytes, block)}`, place)
    if (done.status !== 0) throw new Error(`a disk of ${bytes} bytes: ${done.stderr}`)
  }
  return {
    block,
    resize,
    used() {
      const { blocks, bfree } = statfsSync(place)
      return (blocks - bfree) * block
    },
    /** A folder of this name alone on the disk, with room. */
    emptied(name) {
      resize(enough)
      for (const entry of filesOf(place)) rmSync(path.join(place, entry))
      const folder = path.join(place, name)
      rmSync(folder, { recursive: true, force: true })
      return folder
    },
    unmount: () => spawnSync('umount', [place]),
  }
}
