import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { FeatureCache } from '../../../src/backbone/feature-cache.js'
import { rowCount, rows, sameBytes } from '../../../src/base/ndarray.js'
import { readNpy } from '../../../src/base/npy.js'
import { classCounts, FilmIndex } from '../../../src/experiment/cohort/film-set.js'
import { resolveConfig } from '../../../src/experiment/config/resolve.js'
import { parseSetting } from '../../../src/experiment/config/setting.js'
import type { StageContext } from '../../../src/experiment/stage.js'
import { callGenerator, extractCalledFeatures } from '../../../src/experiment/stages/call-generator.js'
import { decodeFilm } from '../../../src/image/film.js'
import type { RunEvent } from '../../../src/record/events.js'
import { RunDirectory } from '../../../src/record/run-directory.js'
import { Seals } from '../../../src/record/seals.js'
import { additions } from '../../../src/synthetic/allocation.js'
import { temporaryFolder } from '../../dataset/films-on-disk.js'
import { generatorProgram } from '../../support/generator-program.js'
import { preparedWork } from '../tiny-work.js'

type Work = Awaited<ReturnType<typeof preparedWork>>
let work: Work
let wanted: number[]
let draws: number

beforeAll(async () => {
  work = await preparedWork()
  const { config } = work.context
  wanted = additions(classCounts(work.prepared.search.train, work.prepared.search.classes), config.search.kMax)
  draws = config.search.repeats
})

/** A run's folder in which this program is called, and what is said meanwhile. */
function calling(program: readonly string[] | string, ...settings: string[]) {
  const folder = temporaryFolder()
  const words = typeof program === 'string' ? generatorProgram(folder, program) : program
  const directory = new RunDirectory(path.join(folder, 'run'))
  const events: RunEvent[] = []
  const context: StageContext = {
    ...work.context,
    directory,
    run: directory,
    seals: new Seals(directory),
    config: resolveConfig(
      work.context.config,
      { generator: { kind: 'command', command: words } },
      ...settings.map(parseSetting),
    ),
    emit: (event) => void events.push(event),
    programNamed: true,
  }
  const call = (changes: Partial<StageContext> = {}) =>
    callGenerator({ ...context, seals: new Seals(directory), ...changes }, work.prepared.search, work.prepared.sealed)
  const pool = (draw: number, c: number) => readNpy(directory.poolArray(`synthetic-r${draw}-c${c}`), 'uint8')
  const said = (type: 'warning' | 'program-line') =>
    events.flatMap((event) => (event.type === type ? [event.text] : []))
  return { folder, directory, context, call, pool, said }
}

const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

describe('a program that does its job', () => {
  it('is handed the training films, numbered and by class, and nothing else of the patients', async () => {
    const { call, folder } = calling(`
      fs.cpSync(path.dirname(classes[0].films), ${JSON.stringify('SEEN')}.replace('SEEN', path.join(path.dirname(process.argv[1]), 'seen')), { recursive: true })
      fs.writeFileSync(path.join(path.dirname(process.argv[1]), 'job.json'), JSON.stringify(job))
      fill()`)
    await call()
    const { train, classes } = work.prepared.search
    const job = JSON.parse(readFileSync(path.join(folder, 'job.json'), 'utf8'))
    expect(job).toMatchObject({ version: 1, width: 16, height: 16, channels: 1 })
    expect(job.classes.map(({ name, wanted }: { name: string; wanted: number }) => [name, wanted])).toEqual(
      classes.map((name, c) => [name, draws * wanted[c]]),
    )
    for (const [c, label] of classes.entries()) {
      const place = path.join(folder, 'seen', label)
      const films = train.films.flatMap((film, row) => (film.classIndex === c ? [row] : []))
      expect(readdirSync(place)).toEqual(films.map((_, i) => `${String(i + 1).padStart(5, '0')}.png`))
      for (const [i, row] of films.entries()) {
        const bytes = readFileSync(path.join(place, `${String(i + 1).padStart(5, '0')}.png`))
        const { raster } = await decodeFilm(bytes, {})
        expect([...raster.data]).toEqual([...rows(train.pixels, row, row + 1).data])
        for (const { patient, name, id, patientId } of [{ patient: '', ...train.films[row] }])
          for (const told of [patient, path.basename(name), id, patientId].filter(Boolean))
            expect(bytes.includes(told), told).toBe(false)
      }
    }
  })

  it('fills a pool for each draw with images of its own, which stay when its folder is gone', async () => {
    const { call, pool, directory, context } = calling('console.log("half way"); fill()')
    const left = await call()
    const { classes } = work.prepared.search
    expect(left).toMatchObject({ images: wanted.map((n) => draws * n), trainingFilms: [0, 0], excluded: null, kMax: 3 })
    for (const c of classes.keys()) {
      expect(rowCount(pool(1, c))).toBe(wanted[c])
      expect(rowCount(pool(2, c))).toBe(wanted[c])
      expect(sameBytes(pool(1, c), pool(2, c))).toBe(false)
    }
    expect(readdirSync(directory.private)).toEqual(['call-1.log'])
    expect(readFileSync(path.join(directory.private, 'call-1.log'), 'utf8')).toBe('half way\n')
    await extractCalledFeatures(context, work.prepared.search, new FeatureCache(directory.features, work.backbone))
    expect(readNpy(directory.featureMatrix('synthetic-r2-c1'), 'float32').shape[0]).toBe(wanted[1])
  })

  it('is called once for each seed, and not again once a call has ended', async () => {
    const { call, folder, pool, directory } = calling(
      'fs.appendFileSync(path.join(path.dirname(process.argv[1]), "seeds"), seed + "\\n"); fill()',
      'training.seeds=2',
    )
    const seeds = () => readFileSync(path.join(folder, 'seeds'), 'utf8').trim().split('\n').map(Number)
    await call()
    expect(new Set(seeds()).size).toBe(2)
    expect(seeds().every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true)
    expect([1, 2, 3, 4].map((draw) => rowCount(pool(draw, 0)))).toEqual([wanted[0], wanted[0], wanted[0], wanted[0]])
    // The second call's end is lost: it alone is made again, from the same films and the same seed.
    const seals = new Seals(directory)
    seals.distrust(directory.stage('call-generator'))
    seals.distrust(directory.poolArray('synthetic-r3-c0'))
    const before = pool(3, 0)
    await call({ seals })
    expect(seeds()).toHaveLength(3)
    expect(seeds()[2]).toBe(seeds()[1])
    expect(sameBytes(pool(3, 0), before)).toBe(true)
  })

  it('does not go on with a run that holds other images of the same seed', async () => {
    const { call, directory } = calling(`
      const place = path.join(path.dirname(process.argv[1]), 'called')
      const before = fs.existsSync(place) ? 1 : 0
      fs.writeFileSync(place, '')
      fill(undefined, (i, c) => noise(i + 1000 * c + 77 * before))`)
    await call()
    const seals = new Seals(directory)
    seals.distrust(directory.stage('call-generator'))
    seals.distrust(directory.poolArray('synthetic-r1-c0'))
    await expect(call({ seals })).rejects.toThrow(
      /made other images than before of the same films with the same seed.*start a new run/,
    )
  })

  it('may make less, and more: the search ends where its images do, and of more the first are taken', async () => {
    const less = calling('fill(({ wanted }) => Math.floor(wanted / 2)); console.error("tired")')
    const left = await less.call()
    expect(left.kMax).toBeLessThan(3)
    expect(less.said('warning').join()).toContain(
      `are enough up to K = ${left.kMax}: the search ends there and not at 3`,
    )
    expect(less.said('program-line')).toEqual(['tired'])
    expect(rowCount(less.pool(2, 1))).toBe(Math.floor(Math.floor((draws * wanted[1]) / 2) / draws))
    const more = calling('fill(({ wanted }) => wanted + 50)')
    expect((await more.call()).images).toEqual(wanted.map((n) => draws * n))
  })

  it('leaves its suspected copies out where they are not wanted, and is asked for more then', async () => {
    const copying = `
      const known = classes.map(({ films }) => fs.readdirSync(films).map((file) => fs.readFileSync(path.join(films, file))))
      fill(undefined, (i, c) => i % 4 ? noise(i + 1000 * c) : known[c][i % known[c].length])`
    const { call, pool, said } = calling(copying, 'synthetic.excludeCopies=true')
    const { excluded, images, trainingFilms } = await call()
    const films = new FilmIndex(work.prepared.search.train)
    for (const c of [0, 1]) {
      expect(images[c]).toBe(2 * draws * wanted[c])
      expect(excluded?.[c]).toMatchObject({ checked: images[c], suspicious: true })
      expect(excluded?.[c].excluded).toBeGreaterThanOrEqual(Math.ceil(images[c] / 4))
      for (let row = 0; row < rowCount(pool(1, c)); row++)
        expect(films.holds('', rows(pool(1, c), row, row + 1))).toBe(false)
    }
    expect(trainingFilms).toEqual([0, 0])
    expect(said('warning').join()).toContain('left out as suspected copies')
    // Else they stay, and are told.
    const kept = calling(copying)
    const stayed = await kept.call()
    expect(stayed.trainingFilms).toEqual(wanted.map((n) => Math.ceil((draws * n) / 4)))
    expect(kept.said('warning').join()).toMatch(/synthetic films equal training films: copies, not new films/)
  })
})

describe('a program that does not', () => {
  it.each([
    [
      'does not exist',
      ['kopt-no-such-program', 'a b'],
      /\(kopt-no-such-program "a b"\) can't be started: there is no program kopt-no-such-program; give its path/,
    ],
    [
      'fails',
      'console.error("no GPU here"); process.exit(3)',
      /ended with code 3: mend it; what it said stands in .*call-1\.log, at last:\n {2}no GPU here/,
    ],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', /was ended by SIGKILL: see whether memory ran short/],
    [
      'makes nothing',
      '',
      /left too few images for K = 1: 0 of \S+, 0 of \S+ for each draw, where .* are needed; have it write as many as it is asked for/,
    ],
    [
      'makes nothing of a class',
      'fill(({ name, wanted }) => (name === classes[1].name ? 0 : wanted))',
      /left too few images for K = 1/,
    ],
    [
      'writes a broken file',
      'fill(); fs.writeFileSync(path.join(classes[0].images, name(0)), noise(1).subarray(0, 60))',
      /can't be used: healthy\/00000\.png is a PNG that ends early/,
    ],
    ['writes text', 'fill(); fs.writeFileSync(path.join(classes[0].images, "0.txt"), "done")', /healthy\/0\.txt/],
    [
      'writes another size',
      'fill(undefined, () => noise(1, { width: 8, height: 16, channels: 1, bits: 8 }))',
      /has 8 x 16 pixels, but images of 16 x 16 were asked for/,
    ],
    [
      'writes 16 bits',
      'fill(undefined, () => noise(1, { width, height, channels: 1, bits: 16 }))',
      /has 16 bits for a value, but 8 were asked for/,
    ],
    [
      'writes colour',
      'fill(undefined, () => noise(1, { width, height, channels: 3, bits: 8 }))',
      /is in colour, but grey images were asked for/,
    ],
    ['writes a folder', 'fill(); fs.mkdirSync(path.join(classes[0].images, "more"))', /healthy\/more is no file/],
    [
      'writes what is far too large',
      'fill(); fs.truncateSync(path.join(classes[0].images, name(0)), 10 * 2 ** 30)',
      /healthy\/00000\.png has 10,737,418,240 bytes, more than an image of this size takes/,
    ],
    [
      'writes without end',
      'fill(); for (let i = 0; i < 1500; i++) fs.writeFileSync(path.join(classes[0].images, i + ".txt"), "")',
      /class healthy has more than [\d,]+ files, but \d+ images are wanted/,
    ],
    [
      'links to a file',
      'fill(); fs.rmSync(path.join(classes[0].images, name(0))); fs.symlinkSync(path.join(classes[0].films, "00001.png"), path.join(classes[0].images, name(0)))',
      /healthy\/00000\.png is a link, and only files are read/,
    ],
    [
      'links its folder to another',
      'fs.rmdirSync(classes[0].images); fs.symlinkSync(classes[0].films, classes[0].images)',
      /the folder of class healthy is a link or a file now/,
    ],
    ['takes its folder away', 'fs.rmSync(path.dirname(classes[0].images), { recursive: true })', /left too few images/],
    [
      'gives its films back',
      'for (const { films, images } of classes) fs.cpSync(films, images, { recursive: true })',
      /are training films, pixel by pixel \(\d+ of \d+ images of class healthy and \d+ of \d+ images of class sinusitis\)/,
    ],
  ])('and %s', async (_, program, words) => {
    const { call, directory, folder } = calling(program)
    const error = await call().catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(words) })
    // Neither what it was handed nor what it made stays, and no part of a pool.
    const left = filesBelow(folder).filter((name) => !['program.mjs', 'call-1.log'].includes(name))
    expect(left).toEqual([])
    expect(existsSync(directory.stage('call-generator'))).toBe(false)
  })

  it('and gives back a film that it was not handed', async () => {
    const { call, folder } = calling(
      'fill(); fs.copyFileSync(path.join(path.dirname(process.argv[1]), "film.png"), path.join(classes[1].images, name(2)))',
    )
    const [test] = work.prepared.sealed.open({ kOptimal: 1 })
    const { encodePng } = await import('../../../src/image/codec.js')
    const { data } = rows(test.pixels, 0, 1)
    writeFileSync(
      path.join(folder, 'film.png'),
      await encodePng({ data, width: 16, height: 16, channels: 1, bitDepth: 8 }),
    )
    await expect(call()).rejects.toThrow(
      /1 image of it is a film of the internal test set: sinusitis\/00002\.png.*let it learn from the films that it is handed/,
    )
  })

  it('and hangs is ended when its time is up', async () => {
    const { call } = calling('setInterval(() => {}, 1000)', 'generator.timeoutMinutes=0.03')
    await expect(call()).rejects.toThrow(
      /had not ended after 0\.03 min and was ended: have it do less, or give it longer \(generator\.timeoutMinutes\); it said nothing/,
    )
  })

  it('and says too much is kept up to a bound', async () => {
    const { call, directory } = calling(
      'for (let i = 0; i < 600; i++) console.log(String(i).padEnd(1999, "-")); process.exitCode = 1',
    )
    await expect(call()).rejects.toThrow(/at last:\n {2}590-+ \.\.\. \(and 1699 more characters\)\n/)
    const log = path.join(directory.private, 'call-1.log')
    expect(statSync(log).size).toBeLessThan(1_010_000)
    expect(readFileSync(log, 'utf8')).toMatch(/\(what came after this is not kept\)\n$/)
  })

  it('and is stopped leaves its folder empty to the next call, and the films as they were', async () => {
    const { call, directory, folder, pool } = calling(`
      const left = fs.readdirSync(classes[0].images).concat(fs.readdirSync('.'))
      const film = fs.readFileSync(path.join(classes[0].films, '00001.png'), 'latin1')
      if (left.length > 0 || film === 'changed') process.exit(1)
      fs.writeFileSync(path.join(classes[0].films, '00001.png'), 'changed')
      fs.writeFileSync('beside', '')
      fill(({ wanted }) => 1)
      console.log('ready')
      if (fs.existsSync(path.join(path.dirname(process.argv[1]), 'again'))) fill()
      else setInterval(() => {}, 1000)`)
    const stop = new AbortController()
    const emit = (event: RunEvent) => {
      if (event.type === 'program-line') stop.abort()
    }
    await expect(call({ emit, signal: stop.signal })).rejects.toMatchObject({ name: 'Interrupted' })
    expect(existsSync(path.join(directory.private, 'call-1'))).toBe(false)
    expect(existsSync(directory.pool)).toBe(false)
    // A kill leaves it as it was.
    mkdirSync(path.join(directory.private, 'call-1', 'work'), { recursive: true })
    writeFileSync(path.join(directory.private, 'call-1', 'work', 'beside'), '')
    writeFileSync(path.join(folder, 'again'), '')
    await call()
    expect(rowCount(pool(1, 0))).toBe(wanted[0])
  })
})

it('A program that nobody has named is not started, whatever a folder says', async () => {
  const { call, folder } = calling('fs.writeFileSync(path.join(path.dirname(process.argv[1]), "started"), ""); fill()')
  const spy = vi.spyOn(process, 'cwd').mockReturnValue(folder)
  onTestFinished(() => spy.mockRestore())
  await expect(call({ programNamed: false })).rejects.toThrow(
    /^run goes on with a program that its folder names \(.*program\.mjs\), and kopt starts no program that was not named on its own command line.*kopt resume run --generator '.*program\.mjs'$/,
  )
  await expect(call({ programNamed: undefined })).rejects.toThrow(/starts no program/)
  expect(existsSync(path.join(folder, 'started'))).toBe(false)
})
