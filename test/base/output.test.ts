import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  markFolder,
  requireNewFile,
  requireNewFolder,
  requireOwnFolder,
  writeFolder,
  writeNewFiles,
} from '../../src/base/output.js'
import { temporaryFolder } from '../support/kopt.js'

describe('new files', () => {
  it('are written all or none: one that came meanwhile stays, and the other is not left', () => {
    const folder = temporaryFolder()
    const [first, second] = ['a.npy', 'a.csv'].map((name) => path.join(folder, name))
    writeFileSync(second, 'mine')
    const files = [
      { file: first, content: 'one' },
      { file: second, content: 'two' },
    ]
    expect(() => writeNewFiles('--out', files)).toThrow(`--out ${second} is there already`)
    expect(readdirSync(folder)).toEqual(['a.csv'])
    expect(readFileSync(second, 'utf8')).toBe('mine')
    writeNewFiles('--out', [files[0]])
    expect(readFileSync(first, 'utf8')).toBe('one')
    expect(readdirSync(folder)).toEqual(['a.csv', 'a.npy'])
  })

  it('have a name', () => {
    expect(() => requireNewFile('--out', '-')).toThrow('--out - is no name for a file')
    expect(() => requireNewFolder('--out', '-')).toThrow('--out - is no name for a folder')
  })
})

describe('a folder that is written', () => {
  it('is put into place at the end, and nothing of it stays where the work fails', async () => {
    const folder = path.join(temporaryFolder(), 'new')
    const failing = writeFolder('--out', folder, (draft) => {
      writeFileSync(path.join(draft, 'a'), 'half')
      throw new Error('stopped')
    })
    await expect(failing).rejects.toThrow('stopped')
    expect(() => readdirSync(folder)).toThrow('ENOENT')

    mkdirSync(folder)
    await expect(writeFolder('--out', folder, () => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped')
    expect(readdirSync(folder)).toEqual([])

    await writeFolder('--out', folder, (draft) => {
      expect(readdirSync(folder)).toEqual([path.basename(draft)])
      mkdirSync(path.join(draft, 'healthy'))
      writeFileSync(path.join(draft, 'healthy', 'a'), 'whole')
    })
    expect(readdirSync(folder)).toEqual(['healthy'])
  })

  it('takes what a system leaves behind for nothing, and anything else for something', () => {
    const folder = temporaryFolder()
    for (const name of ['.DS_Store', 'Thumbs.db', 'desktop.ini']) writeFileSync(path.join(folder, name), '')
    expect(() => requireNewFolder('--out', folder)).not.toThrow()
    writeFileSync(path.join(folder, 'film'), '')
    expect(() => requireNewFolder('--out', folder)).toThrow(`--out ${folder} holds something already (film)`)
  })

  it('knows the folders of one command from those of another', () => {
    const folder = temporaryFolder()
    markFolder(folder, 'kopt gan sample')
    writeFileSync(path.join(folder, 'film'), '')
    expect(() => requireOwnFolder('--out', folder, 'kopt gan sample')).not.toThrow()
    expect(() => requireOwnFolder('--out', folder, 'kopt gan train')).toThrow('was not made by kopt gan train')
    expect(() => requireNewFolder('--out', folder)).toThrow('holds something already')
  })
})
