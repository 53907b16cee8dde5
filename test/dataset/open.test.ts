import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open.js'
import { classFolders, temporaryFolder, writeFiles } from './films-on-disk.js'

const messageOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
  return 'no error'
}
const manifest = async (
  table: string | Uint8Array,
  files: Record<string, number> = { 'a.png': 1, 'b.png': 2, 'c.png': 3 },
) => {
  const root = await writeFiles(temporaryFolder(), { ...files, 'films.csv': table })
  return path.join(root, 'films.csv')
}
const namesOf = (file: string) => openDataset(file).films.map((film) => `${film.name} ${film.label}`)

describe('a folder with one folder per class', () => {
  it('is a cohort with shown ids, and each image as its own patient', async () => {
    const root = await classFolders({ normal: 2, sinusitis: 1 })
    const cohort = openDataset(root)
    expect(cohort.classes).toEqual(['normal', 'sinusitis'])
    expect(cohort.patientSource).toBe('image')
    expect(cohort.films.map(({ id, patientId, name, label }) => [id, patientId, name, label])).toEqual([
      ['film-0001', 'patient-0001', 'normal/n000.png', 'normal'],
      ['film-0002', 'patient-0002', 'normal/n001.png', 'normal'],
      ['film-0003', 'patient-0003', 'sinusitis/s000.png', 'sinusitis'],
    ])
    expect(cohort.films[0].file).toBe(path.join(root, 'normal', 'n000.png'))
    expect(cohort.flow).toEqual({ found: 3, excluded: [], analysed: 3 })
  })

  it('leaves out what the system put there, and counts other files that are no images', async () => {
    const root = await classFolders({ normal: 2, sinusitis: 2 })
    await writeFiles(root, {
      'normal/.DS_Store': 'x',
      'normal/Thumbs.db': 'x',
      'normal/notes.txt': 'read me',
      'sinusitis/report': 'no extension, no image',
      'sinusitis/film': 9,
      'README.md': 'x',
      '.git/config': 'x',
    })
    const { films, flow } = openDataset(root)
    expect(films.map((film) => film.name)).toContain('sinusitis/film')
    expect(flow).toEqual({ found: 7, excluded: [{ reason: 'not an image', count: 2 }], analysed: 5 })
  })

  it('keeps a broken file with the name of an image for the audit to name', async () => {
    const root = await classFolders({ normal: 1, sinusitis: 1 })
    await writeFiles(root, { 'normal/broken.png': 'text' })
    expect(openDataset(root).films).toHaveLength(3)
  })

  it('names films in no class folder and class folders without films', async () => {
    const root = await classFolders({ normal: 1, sinusitis: 1 })
    await writeFiles(root, { 'loose.png': 7, 'empty/notes.txt': 'x' })
    const { classes, flow, warnings } = openDataset(root)
    expect(classes).toEqual(['normal', 'sinusitis'])
    expect(flow.excluded).toContainEqual({ reason: 'in no class folder', count: 1 })
    expect(warnings.map(String)).toEqual([
      '1 image in no class folder left out: loose.png',
      'the folder empty holds no images and is no class',
    ])
  })

  it('takes train, val and test folders as the split', async () => {
    const root = await writeFiles(temporaryFolder(), {
      'train/normal/a.png': 1,
      'train/sinusitis/b.png': 2,
      'val/normal/c.png': 3,
      'test/sinusitis/d.png': 4,
    })
    const { classes, films } = openDataset(root)
    expect(classes).toEqual(['normal', 'sinusitis'])
    expect(Object.fromEntries(films.map((film) => [film.name, film.split]))).toEqual({
      'test/sinusitis/d.png': 'test',
      'train/normal/a.png': 'train',
      'train/sinusitis/b.png': 'train',
      'val/normal/c.png': 'tuning',
    })
  })

  it('uses metadata.csv or manifest.csv inside it, and goes without one that has other columns', async () => {
    const root = await classFolders({ normal: 1, sinusitis: 1 })
    await writeFiles(root, { 'metadata.csv': 'id,finding\n1,none\n' })
    expect(openDataset(root).warnings).toEqual([
      'metadata.csv has no columns file and label, so the class folders are used without it',
    ])
    await writeFiles(root, { 'manifest.csv': 'file,label,patient\nnormal/n000.png,well,1\nsinusitis/s000.png,ill,1\n' })
    const { classes, patientSource, films } = openDataset(root)
    expect([classes, patientSource, films[1].patientId]).toEqual([['ill', 'well'], 'manifest', 'patient-0001'])
  })

  it.each([
    ['an empty folder', {}, /is empty: put the films into one folder per class/],
    ['films without class folders', { 'a.png': 1 }, /holds 1 image, but no class folders/],
    ['one class', { 'normal/a.png': 1 }, /has only one class, 'normal' \(1 film\)/],
    ['folders without images', { 'a/x.txt': 'x', 'b/y.txt': 'y' }, /holds no images in its folders \(a, b\)/],
    [
      'classes that differ in case',
      { 'Normal/a.png': 1, 'normal/b.png': 2, 'x/c.png': 3 },
      /differ in upper and lower case only/,
    ],
    [
      'a folder of datasets',
      { 'x/manifest.csv': 'file,label\n', 'y/a.png': 1 },
      /holds datasets, but is not one itself/,
    ],
  ] as [string, Record<string, string | number>, RegExp][])('is refused: %s', async (_, files, sentence) => {
    const root = await writeFiles(temporaryFolder(), files)
    expect(messageOf(() => openDataset(root))).toMatch(/^UserError/)
    expect(messageOf(() => openDataset(root))).toMatch(sentence)
  })

  it('is looked for by a similar name where it does not exist', async () => {
    const root = await writeFiles(temporaryFolder(), { 'films/normal/a.png': 1 })
    expect(messageOf(() => openDataset(path.join(root, 'flims')))).toMatch(/flims does not exist; is '.*films' meant\?/)
  })
})

describe('a manifest', () => {
  it.each([
    ['commas', 'file,label\na.png,x\nb.png,y\n'],
    ['semicolons and a BOM', '\ufefffile;label\r\na.png;x\r\nb.png;y\r\n'],
    ['tabs', 'label\tfile\nx\ta.png\ny\tb.png'],
    ['capital names, spaces, empty lines', 'File , LABEL\n\n a.png , x\n\nb.png,y\n\n'],
    ['quotes', '"file","label"\n"a.png","x"\n"b.png","y"\n'],
    ['UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('file\tlabel\na.png\tx\nb.png\ty\n', 'utf16le')])],
  ])('is read with %s', async (_, table) => {
    expect(namesOf(await manifest(table))).toEqual(['a.png x', 'b.png y'])
  })

  it('keeps an empty cell in its place between tabs', async () => {
    const file = await manifest('file\tlabel\tpatient\na.png\t\t1\nb.png\ty\t2\n')
    expect(messageOf(() => openDataset(file))).toMatch(/row 2, column label: is empty/)
  })

  it('finds files relative to itself, with either slash', async () => {
    const file = await manifest('file,label\nin\\a.png,x\n./in/b.png,y\n', { 'in/a.png': 1, 'in/b.png': 2 })
    expect(namesOf(file)).toEqual(['in/a.png x', 'in/b.png y'])
  })

  it('takes patient, split and region', async () => {
    const file = await manifest(
      'file,label,patient,split,roi\na.png,x,7,train,"1,2,3,4"\na.png,y,7,val,4 0 2 2\nb.png,y,8,test,\n',
    )
    const { films, patientSource } = openDataset(file, { idPrefix: 'b-', name: 'hospital b' })
    expect(patientSource).toBe('manifest')
    expect(films.map(({ id, patientId, split, roi }) => ({ id, patientId, split, roi }))).toEqual([
      { id: 'b-film-0001', patientId: 'b-patient-0001', split: 'train', roi: { left: 1, top: 2, width: 3, height: 4 } },
      {
        id: 'b-film-0002',
        patientId: 'b-patient-0001',
        split: 'tuning',
        roi: { left: 4, top: 0, width: 2, height: 2 },
      },
      { id: 'b-film-0003', patientId: 'b-patient-0002', split: 'test', roi: undefined },
    ])
  })

  it('leaves excluded rows out with their reasons, whatever else is wrong with them', async () => {
    const file = await manifest(
      'file,label,exclude\na.png,x,\nb.png,y,0\nc.png,y,yes\nlost.png,,x\nc.png,x,rotated film\nc.png,x,rotated film\n',
    )
    expect(openDataset(file).flow).toEqual({
      found: 6,
      excluded: [
        { reason: 'excluded by the manifest', count: 2 },
        { reason: 'rotated film', count: 2 },
      ],
      analysed: 2,
    })
  })

  it('names other columns once', async () => {
    const file = await manifest('file,label,age,sex\na.png,x,3,f\nb.png,y,4,m\n')
    expect(openDataset(file)).toMatchObject({
      warnings: [],
      remarks: ['the columns age, sex of films.csv are not used'],
    })
  })

  it('names every problem at once, with row and column', async () => {
    const file = await manifest(
      'file,label,patient,split,roi\n' +
        'a.png,x,1,train,\n' +
        'A.PNG,x,1,train,\n' +
        'a.png,x,1,train,\n' +
        'a.png,y,1,train,\n' +
        ',x,1,train,\n' +
        'b.png,,1,train,\n' +
        'c.png,y,,weekly,big\n' +
        'c.png,y,1,test,,more\n',
    )
    expect(
      messageOf(() => openDataset(file))
        .split('\n')
        .slice(1),
    ).toEqual([
      "  - row 3, column file: 'A.PNG' does not exist (there is 'a.png')",
      "  - row 4, column file: 'a.png' is in row 2 already; remove one of the two",
      "  - row 5, column label: 'a.png' is 'y' here, but 'x' in row 2; keep the true one",
      '  - row 6, column file: is empty; give a path relative to the manifest',
      '  - row 7, column label: is empty; give the class, or exclude the row',
      '  - row 8, column patient: is empty; give a patient in every row, or in none',
      "  - row 8, column split: 'weekly' is none of train, val, test",
      "  - row 8, column roi: 'big' is no rectangle; write left,top,width,height[,rotation] in pixels and degrees",
      '  - row 9 has 6 cells, the header 5; put cells that hold the separator in quotes',
    ])
  })

  it('shortens a long list of problems', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `lost${i}.png,x`).join('\n')
    const file = await manifest(`file,label\n${rows}\n`)
    expect(messageOf(() => openDataset(file))).toMatch(/50 problems:[\s\S]*\.\.\. and 30 more$/)
  })

  it('names a path of thousands of folders as what is not there', async () => {
    const file = await manifest(`file,label\n${'a/'.repeat(2000)}x.png,x\n${'b/'.repeat(200_000)}y.png,y\n`)
    expect(messageOf(() => openDataset(file))).toMatch(
      /^UserError: .*2 problems:\n.*row 2, .*does not exist\n.*row 3, .*does not exist$/,
    )
  })

  it('prints of an endless cell its beginning alone', async () => {
    const long = 'x'.repeat(500_000)
    for (const table of [
      `file,label\n${long},a\n`,
      `file,label,roi\na.png,x,${long}\n`,
      `file,${long}\na.png,x\n`,
      `file,label\na.png,${long}\na.png,y\n`,
    ]) {
      const file = await manifest(table)
      const message = messageOf(() => openDataset(file))
      expect(message).toMatch(/^UserError/)
      expect(message.length).toBeLessThan(2000)
    }
  })

  it.each([
    [
      'without the columns it needs',
      'filename,class\na.png,x\n',
      /it has no column 'file' .*is 'filename' meant\? then rename it\n.*'label' .*is 'class' meant\?/,
    ],
    ['with a column twice', 'file,label,label\na.png,x,x\n', /the column 'label' is there twice/],
    ['with a header alone', 'file,label\n', /has a header but no rows/],
    ['that excludes everything', 'file,label,exclude\na.png,x,1\n', /excludes all of its 1 rows/],
    ['of nothing', '', /is empty/],
    ['with an open quote', 'file,label\n"a.png,x\n', /is no readable CSV/],
  ])('is refused %s', async (_, table, sentence) => {
    const file = await manifest(table)
    expect(messageOf(() => openDataset(file))).toMatch(/^UserError/)
    expect(messageOf(() => openDataset(file))).toMatch(sentence)
  })

  it('is not an image, nor an archive', async () => {
    const root = await writeFiles(temporaryFolder(), { 'a.png': 1, 'b.npz': Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0) })
    expect(messageOf(() => openDataset(path.join(root, 'a.png')))).toMatch(/is one image, not a dataset/)
    expect(messageOf(() => openDataset(path.join(root, 'b.npz')))).toMatch(
      /is not a whole zip archive: its end is missing/,
    )
  })
})
