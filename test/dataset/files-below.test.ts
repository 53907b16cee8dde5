import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
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
  const names = (inside: string) => filesBelow(root, inside).map(({ name }) => name)
  // a folder that two links lead to is listed once
  expect(names('normal')).toEqual([
    'normal/a.png',
    'normal/p2/b.png',
    'normal/p2/top/elsewhere/d.png',
    'normal/p2/top/sick/c.png',
  ])
  expect(names('sick')).toEqual(['sick/c.png', 'sick/other/d.png'])
  expect(openDataset(root).films.filter(({ label }) => label === 'sick')).toHaveLength(2)
})

it('links between folders do not multiply what is listed', () => {
  const root = temporaryFolder()
  const depth = 24
  // from each folder two links to the next: 2 ** 24 ways to the last
  for (let i = 0; i <= depth; i++) mkdirSync(path.join(root, `f${i}`))
  for (let i = 0; i < depth; i++) {
    for (const side of ['x', 'y']) symlinkSync(path.join(root, `f${i + 1}`), path.join(root, `f${i}`, side), 'junction')
  }
  writeFileSync(path.join(root, `f${depth}`, 'film.png'), '')
  expect(filesBelow(root, 'f0')).toEqual([{ name: `f0/${'x/'.repeat(depth)}film.png` }])
})

it('folders as deep as a path may be are listed', (context) => {
  context.skip(process.platform !== 'linux', 'paths of 4,096 bytes are missing; run this test on Linux')
  const root = temporaryFolder()
  const depth = 1900
  // a command of its own, which enters folder by folder: a path from the root would be too long to make at once
  const make = `for (let i = 0; i < ${depth}; i++) { fs.mkdirSync('a'); process.chdir('a') } fs.writeFileSync('x.png', '')`
  spawnSync(process.execPath, ['-e', make], { cwd: root })
  onTestFinished(() => void spawnSync('rm', ['-rf', path.join(root, 'a')]))
  expect(filesBelow(root)).toEqual([{ name: `${'a/'.repeat(depth)}x.png` }])
})

it.each([
  ['Windows', ['Thumbs.db', 'desktop.ini', '$RECYCLE.BIN', 'System Volume Information', 'RECYCLER', 'ehthumbs.db']],
  ['macOS', ['.DS_Store', '._film.png', '.AppleDouble', '.Trashes', '__MACOSX', 'Network Trash Folder', 'Icon\r']],
  ['Linux', ['lost+found', '.Trash-1000', '.nfs000001', '.snapshot']],
  ['Synology', ['@eaDir', '#recycle', '#snapshot', 'SYNOPHOTO_THUMB_XL.jpg', 'film.png@SynoEAStream', '@tmp']],
  ['QNAP and NetApp', ['@Recycle', '@Recently-Snapshot', '.@__thumb', '~snapshot', '.zfs']],
])('what %s leaves is no data, at any depth', async (_, names) => {
  const root = temporaryFolder()
  await writeFiles(root, { 'normal/p1/film.png': 1 })
  for (const name of names) {
    await writeFiles(root, { [`normal/${name}/SMALL.png`]: 2, [`normal/p1/${name}`]: 3 })
    await writeFiles(root, { [`normal/p1/deep/${name}/film.png/THUMB.jpg`]: 4 })
  }
  expect(filesBelow(root)).toEqual([{ name: 'normal/p1/film.png' }])
})
