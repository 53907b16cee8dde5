import { existsSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { writeFiles } from '../dataset/films-on-disk.js'
import { dicomFile } from '../support/dicom-file.js'
import { kopt, temporaryFolder } from '../support/kopt.js'

async function nested(): Promise<string> {
  const cwd = temporaryFolder()
  const files: Record<string, number> = {}
  for (let i = 0; i < 8; i++)
    for (const side of [0, 1]) files[`ours/${i < 4 ? 'normal' : 'sick'}/patient00${i}/${side}.png`] = 2 * i + side
  await writeFiles(cwd, files)
  return cwd
}

it('inspect shows folders that look like patients, and counts them once they are named', async () => {
  const cwd = await nested()
  const before = kopt(['inspect', 'ours'], { cwd })
  expect([before.code, before.stdout]).toEqual([
    0,
    expect.stringContaining('type --patient-from folder: normal/patient000/0.png'),
  ])
  const after = kopt(['inspect', 'ours', '--patient-from', 'folder'], { cwd })
  expect(after.stdout).toContain('ours: 16 films of 8 patients')
  expect(after.stdout).not.toContain('no patients are given')
})

it.each([
  ['run', ['--out', 'a-run', '--preset', 'quick']],
  ['plan', []],
])('%s asks before it splits them, and leaves nothing behind', async (verb, more) => {
  const cwd = await nested()
  const { code, stderr } = kopt([verb, 'ours', '--positive', 'sick', ...more], { cwd })
  expect(stderr).not.toContain('a-run')
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/who are the patients of ours\?.*--patient-from folder.*--patient-from image/s),
  ])
  expect(existsSync(path.join(cwd, 'a-run'))).toBe(false)
})

it('an archive’s export in one folder points to kopt manifest', async () => {
  const cwd = temporaryFolder()
  const film = dicomFile([
    [0x0008_0016, 'UI', '1.2.840.10008.5.1.4.1.1.1.1'],
    [0x0010_0020, 'LO', 'x1'],
  ])
  await writeFiles(cwd, { 'cd/DICOM/IM00001': film, 'cd/DICOMDIR': 'x', 'png/films/a.png': 1, 'flat/a.png': 1 })
  const messageOf = (dataset: string) => kopt(['inspect', dataset], { cwd })
  expect(messageOf('cd')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      "cd has only one class, 'DICOM' (1 film): a classifier needs at least two, such as normal and sinusitis; where a table " +
        'says which film is of which class: kopt manifest cd --labels TABLE.csv --match AccessionNumber',
    ),
  })
  expect(messageOf('png').stderr).toContain('kopt manifest png --labels TABLE.csv --match name')
  expect(messageOf('flat').stderr).toContain('(kopt manifest makes one from films and a table)')
})
