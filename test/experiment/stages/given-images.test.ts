import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { elementAt } from '../../../src/base/element-at.js'
import { Rng } from '../../../src/base/random.js'
import { givenImages } from '../../../src/experiment/config/chosen-generator.js'
import { readGivenImages } from '../../../src/experiment/stages/given-images.js'
import type { GivenOptions } from '../../../src/generator/given/given.js'
import { encodePng } from '../../../src/image/codec.js'
import { preparedWork, type TinyWorkOptions } from '../tiny-work.js'

/** Films and images made elsewhere, each in a folder for each class. */
async function withImages(options: TinyWorkOptions) {
  const work = await preparedWork({ given: 20, ...options })
  const { search, sealed } = work.prepared
  const given = givenImages(work.context.config) as GivenOptions
  return {
    ...work,
    folderOf: (classIndex: number) => path.join(given.from, elementAt(search.classes, classIndex)),
    read: () => readGivenImages(work.context, given, search, sealed),
  }
}

describe('images made elsewhere', () => {
  it('that are films of the test set are said to be of that set alone where its films choose K', async () => {
    const { prepared, folderOf, read } = await withImages({ set: ['search.selectOn=test'] })
    const film = elementAt(prepared.search.selection.films, 0)
    copyFileSync(film.file, path.join(folderOf(film.classIndex), 'a-film.png'))
    const refused = await read().catch((error: Error) => error.message)
    expect(refused).toContain('1 image of it is a film of the internal test set: ')
    expect(refused).not.toContain('tuning set')
  })

  it('may have none of the largest class, though copies are looked for', async () => {
    const { prepared, folderOf, read, warnings } = await withImages({
      set: ['synthetic.excludeCopies=true', 'search.kMax=1'],
    })
    const counts = prepared.search.classes.map(
      (_, c) => prepared.search.train.films.filter(({ classIndex }) => classIndex === c).length,
    )
    const largest = counts.indexOf(Math.max(...counts))
    rmSync(folderOf(largest), { recursive: true })
    // Nothing that is like a film.
    for (const name of readdirSync(folderOf(1 - largest))) {
      const data = new Rng(3).split(name).bytes(16 * 16)
      const noise = await encodePng({ width: 16, height: 16, channels: 1, bitDepth: 8, data: data.slice() })
      writeFileSync(path.join(folderOf(1 - largest), name), noise)
    }
    const { kMax, counts: left, excluded } = await read()
    expect(kMax).toBe(1)
    expect(left[largest]).toBe(0)
    expect(excluded?.[largest]).toMatchObject({ checked: 0, excluded: 0, suspicious: false })
    expect(warnings().join('\n')).toContain('there are no synthetic images of class')
  })
})
