import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { expect, test } from 'vitest'
import { unpackBounds, unpackFilms } from '../../src/dataset/unpack.js'
import { temporaryFolder } from '../support/kopt.js'

const text = (of: string) => new TextEncoder().encode(of)

/** Unpacks what is given into a new folder, as one bounded so. */
function unpacked(content: Zippable, bounds = {}): { folder: string; files: number } {
  const place = temporaryFolder()
  const [file, folder] = [path.join(place, 'films.zip'), path.join(place, 'films')]
  writeFileSync(file, zipSync(content))
  return { folder, files: unpackFilms(file, 'films.zip', folder, { ...unpackBounds, ...bounds }) }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())

test('an export comes as it was, without the folder around it and what systems leave', () => {
  const { folder, files } = unpacked({
    'export/DICOMDIR': text('index'),
    'export/DICOM/PAT1/ST1/IM0': text('film'),
    'export/DICOM/PAT1/ST1/': new Uint8Array(),
    'export/DICOM/p 1 (left).dcm': text('left'),
    'export/__MACOSX/._IM0': text('x'),
    'export/.DS_Store': text('x'),
  })
  expect(files).toBe(3)
  expect(
    filesIn(folder)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['DICOMDIR', 'IM0', 'p 1 (left).dcm'])
  expect(readFileSync(path.join(folder, 'DICOM', 'PAT1', 'ST1', 'IM0'), 'utf8')).toBe('film')
})

test.each(['../evil.png', 'a/../../evil.png', '/etc/evil.png', '\\evil.png', 'C:\\evil.png', 'a\\..\\..\\evil.png'])(
  'an archive with %s is refused as it is',
  (name) => {
    const place = temporaryFolder()
    const [file, folder] = [path.join(place, 'films.zip'), path.join(place, 'films')]
    writeFileSync(file, zipSync({ 'a/good.png': text('x'), [name]: text('x') }))
    expect(() => unpackFilms(file, 'films.zip', folder)).toThrow(/^films\.zip names a place outside of itself/)
    expect(existsSync(folder)).toBe(false)
  },
)

test('what is larger, deeper or more than an archive of films is refused with what to do', () => {
  const films = { 'a/1.png': new Uint8Array(5000), 'b/2.png': new Uint8Array(5000) }
  expect(() => unpacked(films, { bytes: 9999 })).toThrow(
    /would be 10000 bytes unpacked, and at most 9999 .* unpack it yourself/,
  )
  expect(() => unpacked(films, { files: 1 })).toThrow(/more than 1 files; zip the films in several parts/)
  expect(() => unpacked({ 'a/b/c/d.png': text('x') }, { depth: 3 })).toThrow(/folders more than 3 deep/)
  expect(() => unpacked({ 'a/': new Uint8Array() })).toThrow('films.zip holds no files')
  expect(() => unpacked({ 'zeros.png': new Uint8Array(9000) }, { ratio: 2, free: 500 })).toThrow(
    /of an archive of its size/,
  )
  expect(unpacked(films).files).toBe(2)
})

test('two names that would be one file are told', () => {
  expect(() => unpacked({ 'a/b.png': text('1'), 'a//b.png': text('2') })).toThrow(/two files that would both be b\.png/)
})
