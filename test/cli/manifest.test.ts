import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open.js'
import { writeFiles } from '../dataset/films-on-disk.js'
import { dicomFilm } from '../support/dicom.js'
import { dicomFile } from '../support/dicom-file.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

const film = (accession: string, patient: string, uid: string) =>
  dicomFilm({ 524312: ['UI', uid], 524368: ['SH', accession], 1048608: ['LO', patient] })
const lines = (file: string) => readFileSync(file, 'utf8').trim().split('\n')

describe('kopt manifest', () => {
  it('joins a spreadsheet that lost leading zeros to DICOM files without extension, and lists what fits nothing', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, {
      'export/S1/IM1': film('00123', 'MUELLER7', '1.2.1'),
      'export/S1/IM2': film('00124', 'MUELLER7', '1.2.2'),
      'export/S2/IM1': film('00200', 'SCHMID8', '1.2.3'),
      'export/S2/IM9': film('00999', 'SCHMID8', '1.2.4'),
      'export/notes.txt': 'x',
      'list.csv':
        '\ufeffAccession No;Diagnosis;Remark\r\n123;ill;x\r\n124,0;ill;\r\n00200;well;\r\n777;well;\r\n200;well;\r\n1,5E+11;ill;\r\n;;\r\n888;;\r\n'
          .replace('124,0', '124.0')
          .replace('1,5E', '1.5E'),
    })
    const { code, stdout, stderr } = kopt(
      ['manifest', 'export', '--labels', 'list.csv', '--match', 'AccessionNumber'],
      { cwd },
    )
    expect(stderr.trim().split('\n')).toEqual([
      '1 key of the table differs in leading zeros alone, joined: 123 in row 2 for 00123',
      '1 key of the table was written as a decimal number, joined: 124.0 in row 3 for 00124',
      '1 row not joined, since several films or keys may be meant: 200 in row 6',
      '1 key not joined, since a spreadsheet rounded the number (format the column as text and export again): 1.5E+11 in row 7',
      '1 row without a class: 888 in row 9',
      '1 row without a film: 777 in row 5',
      '1 film without a row: S2/IM9',
      '1 file that is no film, left out',
    ])
    expect([code, stdout]).toEqual([
      0,
      '3 films in export/manifest.csv: ill 2, well 1; 2 patients (from DICOM); excluded there with their reasons: 1 (no row of the table)\n',
    ])
    const [header, ...rows] = lines(path.join(cwd, 'export', 'manifest.csv'))
    expect(header).toBe('file,label,patient,exclude')
    expect(rows.map((row) => row.replace(/p-[0-9a-f]{24}/, 'P'))).toEqual([
      'S1/IM1,ill,P,',
      'S1/IM2,ill,P,',
      'S2/IM1,well,P,',
      'S2/IM9,,,no row of the table',
    ])
    expect(openDataset(path.join(cwd, 'export')).films.map((each) => each.patientId)).toEqual([
      'patient-0001',
      'patient-0001',
      'patient-0002',
    ])
    const again = kopt(['manifest', 'export', '--labels', 'list.csv', '--match', 'AccessionNumber'], { cwd })
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringMatching(/manifest.csv is there already, and nothing is written over; name another file with --out/),
    ])
  })

  it('keeps patients of two issuers apart, and joins no row that may mean either', async () => {
    const cwd = temporaryFolder()
    const of = (accession: string, uid: string, id: string, issuer: string) =>
      dicomFilm({
        524312: ['UI', uid],
        524368: ['SH', accession],
        1048608: ['LO', id],
        1048609: ['LO', issuer],
      })
    await writeFiles(cwd, {
      'export/1': of('A1', '1.2.1', '7', 'north'),
      'export/2': of('A2', '1.2.2', '7', 'south'),
      'export/3': of('A3', '1.2.3', '8', 'south'),
      'by-study.csv': 'accession,label\nA1,ill\nA2,well\nA3,ill\n',
      'by-patient.csv': 'PatientID,label\n7,ill\n8,well\n',
    })
    const manifest = (table: string, match: string) =>
      kopt(['manifest', 'export', '--labels', table, '--match', match, '--out', `${match}.csv`], { cwd })
    expect(manifest('by-study.csv', 'AccessionNumber').stdout).toMatch(/ill 2, well 1; 3 patients \(from DICOM\)/)
    const byPatient = manifest('by-patient.csv', 'PatientID')
    expect(byPatient.stdout).toMatch(/1 film in .*: well 1; 1 patient \(from DICOM\)/)
    expect(byPatient.stderr).toContain('1 row not joined, since several films or keys may be meant: 7 in row 2')
  })

  it('joins by file name: with and without folder and extension, in either Unicode form, UTF-16 with tabs', async () => {
    const cwd = temporaryFolder()
    const text = 'Bild\tBefund\tPatient\nfilms/a\u0308.png\till\t1\nB.PNG\twell\t2\n0012\till\t2\n-3\twell\t3\n'
    const utf16 = Uint8Array.from([
      0xff,
      0xfe,
      ...[...text].flatMap((char) => [char.charCodeAt(0) & 255, char.charCodeAt(0) >> 8]),
    ])
    await writeFiles(cwd, {
      'films/\u00e4.png': 1,
      'films/x/b.png': 2,
      'films/x/12.png': 3,
      'films/-3.png': 4,
      'list.txt': utf16,
    })
    const words = [
      'manifest',
      'films',
      '--labels',
      'list.txt',
      '--match',
      'name',
      '--key-column',
      'bild',
      '--out',
      'm.csv',
      '--keep-patient-ids',
    ]
    const { code, stdout, stderr } = kopt(words, { cwd })
    expect([code, stderr]).toEqual([
      0,
      '1 key of the table differs in leading zeros alone, joined: 0012 in row 4 for 12\n',
    ])
    expect(stdout).toMatch(/4 films in m.csv: ill 2, well 2; 3 patients \(from the table\)/)
    expect(lines(path.join(cwd, 'm.csv'))).toEqual([
      'file,label,patient',
      'films/-3.png,well,3',
      'films/x/12.png,ill,2',
      'films/x/b.png,well,2',
      'films/\u00e4.png,ill,1',
    ])
    expect(openDataset(path.join(cwd, 'm.csv')).films).toHaveLength(4)
  })

  it('carries every film that it leaves out as a row with its reason, so that the flow of films adds up', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, {
      ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) => [`films/${name}.png`, i + 1])),
      'films/empty.png': '',
      'films/text.png': 'no image',
      'films/notes.txt': 'not meant as a film',
      'films/log.csv': '',
      'list.csv': 'file,label\na,ill\nb,well\nc,ill\nc.png,well\nd,\ne,NaN\nf,ill|well\ng,uncertain\n',
    })
    const { code, stderr } = kopt(['manifest', 'films', '--labels', 'list.csv', '--match', 'name'], { cwd })
    expect(code).toBe(0)
    expect(stderr).toContain('1 row left out, since the cell holds several classes: ill|well in row 8')
    expect(stderr).toContain(
      '2 files named as a film that are none: empty.png (empty file), text.png (no image that is read)',
    )
    expect(stderr).toContain('3 rows without a class: d in row 6, e in row 7, g in row 9')
    expect(lines(path.join(cwd, 'films', 'manifest.csv'))).toEqual([
      'file,label,exclude',
      'a.png,ill,',
      'b.png,well,',
      'c.png,,rows of the table give different classes',
      'd.png,,no class in the table',
      'e.png,,no class in the table',
      'empty.png,,empty file',
      'f.png,,several classes in one cell',
      'g.png,,no class in the table',
      'h.png,,no row of the table',
      'text.png,,no image that is read',
    ])
    expect(openDataset(path.join(cwd, 'films')).flow).toEqual({
      found: 10,
      excluded: [
        { reason: 'rows of the table give different classes', count: 1 },
        { reason: 'no class in the table', count: 3 },
        { reason: 'empty file', count: 1 },
        { reason: 'several classes in one cell', count: 1 },
        { reason: 'no row of the table', count: 1 },
        { reason: 'no image that is read', count: 1 },
      ],
      analysed: 2,
    })
  })

  it("refuses patient ids and leaves open keys that a spreadsheet rounded, in any country's form", async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, {
      'films/a.png': 1,
      'films/b.png': 2,
      'films/123456789012345678.png': 3,
      'patients.csv': 'file;label;patient\na;ill;1,23457E+17\nb;well;1,23457E+17\n',
      'keys.csv': 'file;label\na;ill\nb;well\n1,23457E+17;ill\n123456789012345000;ill\n',
    })
    const manifest = (table: string) => kopt(['manifest', 'films', '--labels', table, '--match', 'name'], { cwd })
    expect(manifest('patients.csv')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /column patient: a spreadsheet rounded these patient ids.*1,23457E\+17 in row 2.*format the column as text/,
      ),
    })
    expect(manifest('keys.csv').stderr).toMatch(
      /2 keys not joined, since a spreadsheet rounded .*1,23457E\+17 in row 4, 123456789012345000 in row 5/,
    )
  })

  it('leaves out films that several rows contradict, and takes rows that agree once', async () => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, {
      'films/a.png': 1,
      'films/b.png': 2,
      'films/c.png': 3,
      'list.csv': 'file,label\na,ill\na.png,well\nb,ill\nb.png,ill\nc,well\n',
    })
    const { code, stdout, stderr } = kopt(['manifest', 'films', '--labels', 'list.csv', '--match', 'name'], { cwd })
    expect([code, stdout]).toEqual([
      0,
      '2 films in films/manifest.csv: ill 1, well 1; no patients known; excluded there with their reasons: 1 (rows of the table give different classes)\n',
    ])
    expect(stderr).toContain('1 film left out, since several rows give different classes: a.png (rows 2, 3)')
    expect(stderr).toContain('1 film named by several rows with the same class, used once: b.png (rows 4, 5)')
  })

  it.each([
    [
      ['--match', 'name'],
      "no row of list.csv fits a film of films: the table has 'x', the films 'a.png'; name another column with --key-column, or match by something else",
    ],
    [
      ['--match', 'AccessionNumber', '--key-column', 'file'],
      '--match AccessionNumber needs DICOM files, and films holds none; match file names with --match name',
    ],
    [
      ['--match', 'AccesionNumber'],
      "--match AccesionNumber: 'AccesionNumber' is no DICOM keyword; is 'AccessionNumber' meant? (a tag such as (0008,0050) is taken too); for file names: --match name",
    ],
    [
      ['--match', 'name', '--label-column', 'labl'],
      "--label-column labl: the table has no such column (its columns: file, label); is 'label' meant?",
    ],
    [
      ['--match', 'PatientID'],
      'which column of the table holds PatientID? Name it with --key-column (its columns: file, label)',
    ],
  ])('refuses %j in one sentence and writes nothing', async (words, sentence) => {
    const cwd = temporaryFolder()
    await writeFiles(cwd, { 'films/a.png': 1, 'list.csv': 'file,label\nx,ill\n' })
    const { code, stderr } = kopt(['manifest', 'films', '--labels', 'list.csv', ...words], { cwd })
    expect([code, stderr]).toEqual([2, `${sentence}\n`])
    expect(existsSync(path.join(cwd, 'films', 'manifest.csv'))).toBe(false)
  })

  it('gives DICOM objects without an image a reason of their own, and so does the flow of films', async () => {
    const cwd = temporaryFolder()
    const object = (uid: string) =>
      dicomFile([
        [0x0008_0016, 'UI', uid],
        [0x0010_0020, 'LO', 'x1'],
      ])
    await writeFiles(cwd, {
      'films/a.png': 1,
      'films/b.png': 2,
      'films/report.dcm': object('1.2.840.10008.5.1.4.1.1.88.33'),
      'films/IM0007': object('1.2.840.10008.5.1.4.1.1.11.1'),
      'films/DICOMDIR': object('1.2.840.10008.1.3.10'),
      'list.csv': 'file,label\na,ill\nb,well\n',
      'classes/ill/1.png': 1,
      'classes/ill/2.dcm': object('1.2.840.10008.5.1.4.1.1.88.33'),
      'classes/well/1.png': 2,
      'classes/well/2.png': new Uint8Array([1, 2, 3]),
    })
    const reason = 'DICOM object without an image'
    const { code, stderr } = kopt(['manifest', 'films', '--labels', 'list.csv', '--match', 'name'], { cwd })
    expect(code).toBe(0)
    expect(stderr).toContain(
      '2 DICOM objects without an image (report, presentation state and the like), left out: IM0007, report.dcm\n1 file that is no film, left out',
    )
    expect(lines(path.join(cwd, 'films', 'manifest.csv'))).toEqual([
      'file,label,exclude',
      `IM0007,,${reason}`,
      'a.png,ill,',
      'b.png,well,',
      `report.dcm,,${reason}`,
    ])
    const refused = kopt(['inspect', 'classes'], { cwd })
    expect(refused.stderr).toContain(
      'ill/2.dcm is a structured report, which holds no film; move it elsewhere, or leave such files out with --skip-unreadable',
    )
    const { excluded } = JSON.parse(kopt(['inspect', 'classes', '--skip-unreadable', '--json'], { cwd }).stdout).flow
    expect(excluded).toEqual([
      { reason, count: 1 },
      { reason: 'unreadable', count: 1 },
    ])
  })
})
