/**
 * How good a generator's films are after how many minutes: it is trained to each number of steps in turn (a training goes on where it
 * was), draws, and is measured as `kopt quality` measures, and by the AUC on held-out films of a head that was trained on synthetic
 * films alone (and on the real ones alone). Prints one JSON line a number of steps. Time is that of training; drawing and measuring are not in it.
 *
 *   node bench/time-to-quality.mjs [--kind edm] [--films DATASET --held-out DATASET] [--steps 250,500,1000,2000] [--count 300]
 *                                  [--set generator.width=0.5 ...] [--patient-from HOW] [--seed 1] [--backbone scattering ...] [--size 56x56]
 *
 * Without films: the demonstration's, hospital-a to learn from and hospital-b held out.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { decodeNpy } from '../dist/base/npy.js'
import { headLogits, standardisation } from '../dist/head/head.js'
import { fitLogisticHead } from '../dist/head/train-logistic.js'
import { rankingScore } from '../dist/scoring/ranking.js'

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'edm' },
    films: { type: 'string' },
    'held-out': { type: 'string' },
    steps: { type: 'string', default: '250,500,1000,2000' },
    count: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    set: { type: 'string', multiple: true, default: [] },
    'patient-from': { type: 'string' },
    size: { type: 'string', default: '56x56' },
    backbone: { type: 'string', multiple: true, default: ['scattering'] },
  },
})
const folder = mkdtempSync(path.join(tmpdir(), 'kopt-time-to-quality-'))
const at = (name) => path.join(folder, name)

/** A command of kopt; answers what it prints. */
function kopt(...words) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['dist/programs/cli-main.js', ...words, '--quiet'], {
    cwd: path.resolve(import.meta.dirname, '..'),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  if (status !== 0) throw new Error(`kopt ${words.join(' ')}: ${stderr}`)
  return stdout
}

try {
  if (!values.films) kopt('demo-data', at('demo'))
  const films = path.resolve(values.films ?? at('demo/hospital-a/manifest.csv'))
  const heldOut = path.resolve(values['held-out'] ?? at('demo/hospital-b/manifest.csv'))
  const patients = values['patient-from'] ? ['--patient-from', values['patient-from']] : []
  const judges = values.backbone.map((backbone) => ({
    backbone,
    real: featuresOf(films, 'films', backbone, patients),
    unseen: featuresOf(heldOut, 'held-out', backbone, patients),
  }))
  const { seed } = values
  const set = values.set.flatMap((setting) => ['--set', setting])
  let minutes = 0
  for (const steps of values.steps.split(',')) {
    const begun = performance.now()
    const asked = ['--kind', values.kind, '--steps', steps, '--seed', seed, '--size', values.size, ...set, ...patients]
    kopt('gan', 'train', films, '--out', at('generator'), ...asked)
    minutes += (performance.now() - begun) / 60_000
    const drawn = at(`films-${steps}`)
    const checkpoint = at(`generator/checkpoint-${steps.padStart(6, '0')}.safetensors`)
    kopt('gan', 'sample', checkpoint, '--count', values.count, '--out', drawn)
    const measured = kopt(
      'quality',
      films,
      drawn,
      '--held-out',
      heldOut,
      '--standardise',
      '--json',
      '--size',
      values.size,
      ...patients,
    )
    const classes = JSON.parse(measured).map(({ class: name, kid, density, coverage, copies, msSsim }) => ({
      class: name,
      kid: { value: kid.value, low: kid.low, high: kid.high },
      density,
      coverage,
      nearestRatio: copies.nearestRatio,
      suspectedCopies: copies.images.suspected,
      msSsim: msSsim.synthetic.mean,
    }))
    const alone = Object.fromEntries(
      judges.map(({ backbone, real, unseen }) => [
        path.parse(backbone).name,
        {
          synthetic: fittedOnAlone(featuresOf(drawn, `synthetic-${steps}`, backbone), real, unseen),
          real: fittedOnAlone(real, real, unseen),
        },
      ]),
    )
    const line = { bench: 'time-to-quality', kind: values.kind, seed: Number(seed), steps: Number(steps), minutes }
    console.log(JSON.stringify({ ...line, alone, classes }))
  }
} finally {
  rmSync(folder, { recursive: true })
}

/** Features [N, D] of a frozen network (`scattering`, or a file) that sees films of `--size`, and the class of each row. */
function featuresOf(dataset, what, backbone, more = []) {
  const name = `${what}.${path.parse(backbone).name}`
  kopt('features', dataset, '--backbone', backbone, '--size', values.size, '--out', at(`${name}.npy`), ...more)
  const [header, ...lines] = readFileSync(at(`${name}.csv`), 'utf8')
    .trim()
    .split('\n')
  const column = header.split(',').indexOf('label')
  return {
    features: decodeNpy(readFileSync(at(`${name}.npy`)), name),
    labels: lines.map((line) => line.split(',')[column]),
  }
}

/** AUC on films that the generator has not seen, of a head fitted on these alone; the films that it learned from choose the penalty. */
function fittedOnAlone(films, real, unseen) {
  const classes = [...new Set(unseen.labels)].sort()
  const outputs = classes.length === 2 ? 1 : classes.length
  const codes = ({ labels }) => labels.map((label) => classes.indexOf(label))
  const { head } = fitLogisticHead(films.features, codes(films), {
    outputs,
    standardise: standardisation(films.features),
    tuning: { features: real.features, labels: codes(real) },
  })
  return rankingScore(codes(unseen), headLogits(head, unseen.features), outputs)
}
