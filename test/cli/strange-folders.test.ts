/** Folders as they are found on disks: what is no film is a sentence, and `--skip-unreadable` goes on without it. */
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { writeFiles } from '../dataset/films-on-disk.js'
import { kopt, temporaryFolder } from '../support/kopt.js'
import {
  koptAsNobody,
  makeLatinName,
  makeLongPath,
  makeLoops,
  makePipe,
  makeSocket,
  needPosix,
} from '../support/strange-files.js'

/** films/normal and films/sick with four films each, in a folder of its own. */
async function films(): Promise<string> {
  const cwd = temporaryFolder()
  const names = ['normal', 'sick'].flatMap((label, c) =>
    Array.from({ length: 4 }, (_, i) => [`films/${label}/${label}${i}.png`, 1 + i + 10 * c] as const),
  )
  await writeFiles(cwd, Object.fromEntries(names))
  return cwd
}

const inspect = (cwd: string, ...more: string[]) => kopt(['inspect', 'films', ...more], { cwd })

it('pipes, sockets, devices and dead links among films are named, and skipped where asked', async (context) => {
  needPosix(context)
  const cwd = await films()
  const normal = path.join(cwd, 'films/normal')
  makePipe(path.join(normal, 'film.png'))
  makePipe(path.join(normal, 'nameless'))
  await makeSocket(path.join(normal, 'socket'))
  symlinkSync('/dev/zero', path.join(normal, 'zero.dcm'))
  makeLoops(normal)
  const { code, stderr } = inspect(cwd)
  expect(code).toBe(2)
  for (const line of [
    'normal/film.png is a pipe, and only regular files are read; replace the file, or leave such files out with --skip-unreadable',
    'normal/nameless is a pipe, and only regular files are read',
    'normal/socket is a socket, and only regular files are read',
    'normal/zero.dcm is a device, and only regular files are read',
    'normal/itself.png is a link that leads back to itself',
    'normal/lost.png is a link to nothing',
  ])
    expect(stderr).toContain(line)
  expect(stderr).not.toContain(cwd)
  // `up` leads to the sick films too, which then stand under two labels
  expect(stderr).toContain('4 images occur under two labels: normal/up/sick/sick0.png = sick/sick0.png')
})

it('with --skip-unreadable the rest is used, and the flow counts what was left out', async (context) => {
  needPosix(context)
  const cwd = await films()
  makePipe(path.join(cwd, 'films/normal/film.png'))
  symlinkSync('nothing', path.join(cwd, 'films/sick/lost.png'))
  if (process.platform === 'linux') makeLatinName(path.join(cwd, 'films/sick'), 'file')
  makeLongPath(path.join(cwd, 'films/sick'))
  const { code, stdout, stderr } = inspect(cwd, '--skip-unreadable', '--json')
  expect([code, stderr.includes('internal')]).toEqual([0, false])
  const left = process.platform === 'linux' ? 4 : 3
  expect(JSON.parse(stdout).flow).toEqual({
    found: 8 + left,
    excluded: [{ reason: 'unreadable', count: left }],
    analysed: 8,
  })
})

it('a path beyond the limit of the system is a sentence with its beginning', async (context) => {
  needPosix(context)
  const cwd = await films()
  makeLongPath(path.join(cwd, 'films/normal'))
  const { code, stderr } = inspect(cwd)
  expect(code).toBe(2)
  expect(stderr).toMatch(/normal\/d{93}\.\.\. is too long for this system; use shorter names or fewer folders/)
  expect(stderr.length).toBeLessThan(1000)
})

it('a name that is not UTF-8 is said: of a film, of a folder of films, of a class', async (context) => {
  context.skip(process.platform !== 'linux', 'a system that takes such names is missing; run this test on Linux')
  const why = 'has a name that is not UTF-8; rename it (convmv)'
  const cwd = await films()
  makeLatinName(path.join(cwd, 'films/normal'), 'folder')
  const inside = inspect(cwd)
  expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining(`normal/M?ller.png ${why}`)])
  const other = await films()
  makeLatinName(path.join(other, 'films'), 'folder')
  const ofClass = inspect(other, '--skip-unreadable')
  expect([ofClass.code, ofClass.stderr]).toEqual([2, expect.stringContaining(`the folder M?ller.png ${why}`)])
  const { code, stderr } = kopt(['deidentify', 'films', '--out', 'clean'], {
    cwd: other,
    env: { KOPT_PATIENT_KEY_FILE: path.join(other, 'key') },
  })
  expect([code === 1, stderr.includes('internal')]).toEqual([false, false])
})

it('folders and films without permission are named; where the whole dataset has none, that is said', async (context) => {
  needPosix(context)
  const cwd = await films()
  chmodSync(cwd, 0o755)
  await writeFiles(cwd, { 'films/normal/closed/a.png': 90, 'films/sick/locked.png': 91 })
  mkdirSync(path.join(cwd, 'films/lost+found'), { mode: 0o700 })
  chmodSync(path.join(cwd, 'films/normal/closed'), 0o000)
  chmodSync(path.join(cwd, 'films/sick/locked.png'), 0o000)
  const why = "can't be read: no permission"
  const named = koptAsNobody(['inspect', 'films'], cwd)
  expect(named.code).toBe(2)
  expect(named.stderr).toContain(`normal/closed ${why}`)
  expect(named.stderr).toContain(`sick/locked.png ${why}`)
  expect(named.stderr).not.toContain('lost+found')
  const skipped = koptAsNobody(['inspect', 'films', '--skip-unreadable'], cwd)
  expect([skipped.code, skipped.stdout]).toEqual([0, expect.stringContaining('films: 8 films of 8 patients')])
  chmodSync(path.join(cwd, 'films'), 0o000)
  const whole = koptAsNobody(['inspect', 'films'], cwd)
  expect([whole.code, whole.stderr]).toEqual([2, expect.stringMatching(/films can't be read: no permission/)])
  const within = koptAsNobody(['inspect', 'films/normal'], cwd)
  expect([within.code, within.stderr]).toEqual([2, expect.stringMatching(/normal can't be read: no permission/)])
  chmodSync(path.join(cwd, 'films'), 0o755)
})

it('a place where nothing may be written is a sentence', async (context) => {
  needPosix(context)
  const cwd = await films()
  chmodSync(cwd, 0o755)
  mkdirSync(path.join(cwd, 'shut'), { mode: 0o700 })
  for (const words of [
    ['features', 'films', '--skip-unreadable', '--out', 'shut/x.npy'],
    ['run', 'films', '--positive', 'sick', '--out', 'shut/run'],
  ]) {
    const { code, stderr } = koptAsNobody(words, cwd)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/shut.* can't be written: no permission/)])
  }
})

it.each([
  ['a dataset', ['inspect', 'strange']],
  ['a film', ['inspect', 'strange', '--frame', '1']],
  ['regions', ['inspect', 'films', '--roi', 'strange']],
  ['scores', ['search', 'strange']],
  ['scores of arms', ['evaluate', 'strange']],
  ['features', ['quality', 'strange', 'strange']],
  ['a configuration', ['run', 'films', '--config', 'strange']],
  ['a backbone', ['features', 'films', '--backbone', './strange', '--out', 'x.npy']],
  ['a checkpoint of weights', ['backbone', 'check', 'strange']],
  ['a checkpoint of a generator', ['gan', 'sample', 'strange', '--class', 'a', '--out', 'drawn']],
  ['labels', ['manifest', 'films', '--labels', 'strange', '--match', 'name', '--out', 'm.csv']],
])('%s that is a pipe or a device without end is refused at once', async (_, words) => {
  if (process.platform === 'win32') return
  const cwd = await films()
  const file = path.join(cwd, 'strange')
  makePipe(file)
  const pipe = kopt(words, { cwd })
  expect([pipe.code, pipe.stderr]).toEqual([2, expect.stringMatching(/is a pipe, and only regular files are read/)])
  const device = kopt(
    words.map((word) => word.replace('strange', '/dev/zero').replace('.//', '/')),
    { cwd },
  )
  expect([device.code, device.stderr]).toEqual([
    2,
    expect.stringMatching(/is a device, and only regular files are read/),
  ])
})
