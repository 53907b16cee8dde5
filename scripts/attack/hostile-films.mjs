/**
 * Films and names that mean harm, before every verb that reads films: each ends in time with 0 or with a sentence, prints no
 * terminal escape, writes nothing outside of its place, and no report runs a script.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { greyPng } from './png.mjs'
import { answerText, drawFrom, isSentence, kopt } from './surroundings.mjs'

const names = [
  '\u001b[2J\u001b]0;owned\u0007.png',
  '<img src=x onerror=alert(1)>.png',
  '"; rm -rf $HOME; ".png',
  '$(touch owned).png',
  'line\nbreak.png',
  '\u202egnp.exe.png',
  '=cmd|calc.png',
  '__proto__.png',
  'constructor.png',
  '-rf.png',
  'CON.png',
  ' leading and trailing .png',
  `${'x'.repeat(250)}.png`,
  'e\u0301.png',
  '\u00e9.png',
  'a,b;c\t.png',
]
/** Names of classes as folders have them; `shown`: as kopt calls them, `refused`: those that can be no class. */
const classes = [
  { label: '\u001b[31msick', shown: '[31msick' },
  { label: '__proto__', refused: true },
  { label: '<img src=x onerror=alert(1)>' },
  { label: 'sick\u202e', shown: 'sick' },
  { label: '<b>sick' },
  { label: '$(touch owned)' },
  { label: '=1+1' },
  { label: 'constructor', refused: true },
  { label: 'a"b,c', refused: true },
]

/** Settings of a run of seconds. */
const smallest = [
  'preset=quick',
  'image.size=[16,16]',
  'gan.steps=4',
  'gan.width=0.05',
  'gan.batchSize=8',
  'search.multiples=whole',
  'search.kMax=2',
  'search.windowSize=1',
]

/** Bytes that are no film, or claim to be a large one. */
function brokenFiles(draw) {
  const noise = (n) => Buffer.from(Array.from({ length: n }, () => Math.floor(draw() * 256)))
  const good = greyPng(32, 32, (y, x) => (y * 7 + x * 5) % 256)
  const dicom = (bytes) => Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), bytes])
  return {
    'empty.png': Buffer.alloc(0),
    'cut.png': good.subarray(0, good.length >> 1),
    'bomb.png': greyPng(8, 8, () => 0, [60_000, 60_000]),
    'zero.png': greyPng(1, 1, () => 0, [0, 0]),
    'noise.png': Buffer.concat([good.subarray(0, 40), noise(400)]),
    'noise.jpg': Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), noise(600)]),
    'noise.tif': Buffer.concat([Buffer.from('II*\0'), noise(600)]),
    'noise.dcm': dicom(noise(800)),
    'deep.dcm': dicom(
      Buffer.concat(
        Array.from({ length: 20_000 }, () =>
          Buffer.from([8, 0, 0x40, 0x11, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]),
        ),
      ),
    ),
    'bomb.npz': gzipSync(Buffer.alloc(2 ** 20)),
    'page.png': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    'text.csv': Buffer.from('not,a film\n'),
  }
}

export async function hostileFilms({ folder, short, seed }) {
  const draw = drawFrom(seed)
  const failures = []
  const rows = []
  const films = path.join(folder, 'films')
  const put = (label, name, bytes) => {
    mkdirSync(path.join(films, label), { recursive: true })
    writeFileSync(path.join(films, label, name), bytes)
  }
  const film = () => {
    const [a, b] = [draw() * 6, draw() * 6]
    return greyPng(40, 40, (y, x) => 128 + 90 * Math.sin(a + y / 5) * Math.cos(b + x / 6) + 20 * draw())
  }
  const clear = () => rmSync(films, { recursive: true, force: true })
  const ends = { done: 0, refused: 0 }

  async function verb(what, words) {
    const answer = await kopt(words, { cwd: folder, limit: 300 })
    const said = answer.stdout + answer.stderr
    if (answer.code === 0) ends.done++
    else if (isSentence(answer)) ends.refused++
    else failures.push(`${what}: ${answerText(answer)}`)
    const control = /[\p{Cc}\p{Bidi_Control}]/u.exec(said.replace(/[\n\t]/g, ''))
    if (control) failures.push(`${what}: prints the character ${JSON.stringify(control[0])}`)
    if (said.length > 200_000) failures.push(`${what}: prints ${said.length} characters`)
    for (const owned of ['owned', path.join('films', 'owned')]) {
      if (existsSync(path.join(folder, owned))) failures.push(`${what}: a name was run as a command`)
    }
    return answer
  }
  const verbsOf = (tag) => [
    ['inspect', films, '--skip-unreadable', '--out', path.join(folder, `inspection-${tag}.html`)],
    ['inspect', films, '--json'],
    ['features', films, '--skip-unreadable', '--size', '16x16', '--out', path.join(folder, `features-${tag}.npy`)],
  ]
  const row = (what, tried) => {
    rows.push([what, tried, `${ends.done} went on, ${ends.refused} refused with a sentence`])
    ends.done = 0
    ends.refused = 0
  }

  // Names of files.
  for (const label of ['healthy', 'sick']) for (const name of names) put(label, `${label[0]}${name}`, film())
  for (const words of verbsOf('names')) await verb(`${words[0]} of hostile names`, words)
  row('file names', `${names.length} names, ${verbsOf('x').length} verbs`)
  const page = path.join(folder, 'inspection-names.html')
  if (existsSync(page) && /<img src=x onerror/.test(readFileSync(page, 'utf8')))
    failures.push('inspect --out: a file name is markup')

  // Names of classes, through to a report.
  const tried = short ? classes.slice(0, 3) : classes
  for (const { label, shown = label, refused = false } of tried) {
    clear()
    for (let i = 0; i < 24; i++) put(i % 2 === 0 ? 'healthy' : label, `p${i}.png`, film())
    const out = path.join(folder, `run-${classes.findIndex((each) => each.label === label)}`)
    const set = smallest.flatMap((setting) => ['--set', setting])
    const words = ['run', films, '--positive', shown, '--patient-from', 'image', '--out', out, ...set]
    const what = `run with the class ${JSON.stringify(label)}`
    const answer = await verb(what, words)
    if ((answer.code === 0) === refused) failures.push(`${what}: ${answerText(answer)}`)
    const report = path.join(out, 'report.html')
    if (shown.includes('<') && existsSync(report) && readFileSync(report, 'utf8').includes(shown))
      failures.push(`${what}: in report.html the name is markup`)
  }
  row('class names, whole runs', `${tried.length} names`)

  // Files that are no films, one at a time and all together.
  const broken = Object.entries(brokenFiles(draw))
  for (const [name, bytes] of [...broken, ['all of them', null]]) {
    clear()
    for (let i = 0; i < 12; i++) put(i % 2 === 0 ? 'healthy' : 'sick', `p${i}.png`, film())
    if (bytes) put('sick', name, bytes)
    else for (const [each, content] of broken) put('sick', each, content)
    for (const words of verbsOf(name.replaceAll(/\W/g, '-')).slice(0, short ? 1 : 3))
      await verb(`${words[0]} with ${name}`, words)
  }
  row('broken files', `${broken.length} files and all at once`)

  // What is no file at all.
  clear()
  for (let i = 0; i < 12; i++) put(i % 2 === 0 ? 'healthy' : 'sick', `p${i}.png`, film())
  const sick = path.join(films, 'sick')
  const odd = {
    'a pipe': () => spawnSync('mkfifo', [path.join(sick, 'pipe.png')]).status === 0,
    'a link to a device': () => symlinkSync('/dev/zero', path.join(sick, 'zero.png')) ?? true,
    'a loop of links': () => symlinkSync('..', path.join(sick, 'loop')) ?? true,
    'a link to nothing': () => symlinkSync('nowhere', path.join(sick, 'dead.png')) ?? true,
  }
  for (const [what, make] of Object.entries(odd)) {
    if (!make()) continue
    for (const words of verbsOf(`odd-${Object.keys(odd).indexOf(what)}`).slice(0, short ? 1 : 3))
      await verb(`${words[0]} with ${what}`, words)
  }
  row('what is no file', Object.keys(odd).join(', '))
  const left = readdirSync(folder).filter(
    (name) => !/^(films|run-|inspection-|features-|runs$|test-openings)/.test(name),
  )
  if (left.length > 0) failures.push(`files where none should be: ${left.join(', ')}`)
  return { rows, failures }
}
