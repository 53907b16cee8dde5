import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../src/image/codec.js'
import { noise, writeFiles } from '../dataset/films-on-disk.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

async function films(cwd: string): Promise<void> {
  const deep = await encodePng(noise(1, { width: 30, height: 20, bitDepth: 16 }))
  const flat = await encodePng(noise(2, { width: 30, height: 20 }))
  await writeFiles(cwd, {
    'films/deep.png': deep,
    'films/flat.png': flat,
    'films/manifest.csv': 'file,label,patient\ndeep.png,ill,0815-MUELLER\nflat.png,well,0816\n',
    'roi.csv': 'file,left,top,width,height,rotation,label\ndeep,1,2,10,8,,\ndeep,12,6,10,8,15,well\nflat,0,0,10,10,,\n',
  })
}

describe('kopt crop', () => {
  it('writes patches by class, as deep as their films, with a manifest that kopt reads and no patient id', async () => {
    const cwd = temporaryFolder()
    await films(cwd)
    const { code, stdout, stderr } = kopt(['crop', 'films', '--roi', 'roi.csv', '--out', 'patches'], { cwd })
    expect([code, stdout]).toEqual([0, '3 patches in patches, listed in patches/manifest.csv\n'])
    expect(stderr).toMatch(/1 region of 3 has another label than the film; the region's own label counts/)
    expect(readdirSync(path.join(cwd, 'patches')).sort()).toEqual(['ill', 'manifest.csv', 'sources.csv', 'well'])
    const manifest = readFileSync(path.join(cwd, 'patches', 'manifest.csv'), 'utf8')
    const rows = manifest
      .trim()
      .split('\n')
      .map((row) => row.split(','))
    expect(rows.map(([file, label]) => [file, label])).toEqual([
      ['file', 'label'],
      ['ill/deep_1.png', 'ill'],
      ['well/deep_1.png', 'well'],
      ['well/flat_1.png', 'well'],
    ])
    expect(rows[1][2]).toMatch(/^p-[0-9a-f]{24}$/)
    expect(rows[1][2]).toBe(rows[2][2])
    expect(rows[1][2]).not.toBe(rows[3][2])
    expect(manifest).not.toMatch(/MUELLER|0816/)
    const depths = await Promise.all(
      ['ill/deep_1.png', 'well/flat_1.png'].map((file) => sharp(path.join(cwd, 'patches', file)).metadata()),
    )
    expect(depths.map(({ depth, width, height }) => [depth, width, height])).toEqual([
      ['ushort', 10, 8],
      ['uchar', 10, 10],
    ])
    const again = kopt(['crop', 'films', '--roi', 'roi.csv', '--out', 'patches'], { cwd })
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/--out patches holds something already/)])
  })

  it('keeps patient ids where asked to', async () => {
    const cwd = temporaryFolder()
    await films(cwd)
    expect(kopt(['crop', 'films', '--roi', 'roi.csv', '--out', 'p', '--keep-patient-ids'], { cwd }).code).toBe(0)
    expect(readFileSync(path.join(cwd, 'p', 'manifest.csv'), 'utf8')).toMatch(/ill\/deep_1.png,ill,0815-MUELLER/)
  })

  it('names everything that does not fit and writes nothing', async () => {
    const cwd = temporaryFolder()
    await films(cwd)
    writeFileSync(path.join(cwd, 'roi.csv'), 'file,left,top,width,height\ndeep,25,2,10,8\nflat,0,0,10,0\n')
    const { code, stderr } = kopt(['crop', 'films', '--roi', 'roi.csv', '--out', 'patches'], { cwd })
    expect(code).toBe(2)
    for (const place of ['row 2', 'row 3']) expect(stderr).toContain(place)
    expect(readdirSync(cwd).sort()).toEqual(['films', 'roi.csv'])
  })
})
