import { mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow } from '../../src/dataset/files-below.js'
import { openDataset } from '../../src/dataset/open.js'
import { temporaryFolder, writeFiles } from './films-on-disk.js'

it('the files below a folder are listed to their end, also where links lead back up', async () => {
  const root = await writeFiles(temporaryFolder(), {
    'normal/a.png': 1,
    'normal/p2/b.png': 2,
    'normal/.DS_Store': 'x',
    'sick/c.png': 3,
    'elsewhere/d.png': 4,
  })
  // junctions are the links to folders that Windows lets everyone make
  const link = (to: string, at: string) => symlinkSync(path.join(root, to), path.join(root, at), 'junction')
  link('normal', 'normal/p2/back')
  link('.', 'normal/p2/top')
  link('elsewhere', 'sick/other')
  mkdirSync(path.join(root, 'sick/empty'))
  expect(filesBelow(root, 'normal')).toEqual([
    'normal/a.png',
    'normal/p2/b.png',
    'normal/p2/top/elsewhere/d.png',
    'normal/p2/top/sick/c.png',
    'normal/p2/top/sick/other/d.png',
  ])
  expect(filesBelow(root, 'sick')).toEqual(['sick/c.png', 'sick/other/d.png'])
  expect(openDataset(root).films.filter(({ label }) => label === 'sick')).toHaveLength(2)
})
