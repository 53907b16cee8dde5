/** One cohort in a process of its own: drawn, run as a user would, and observed. What was begun before is gone on with. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { serveChild } from '../../dist/base/child-process.js'
import { formatCsv } from '../../dist/base/csv.js'
import { makeDirectory, removeDirectory, writeAtomic, writeJson } from '../../dist/base/files.js'
import { Rng } from '../../dist/base/random.js'
import { largestTried } from '../../dist/experiment/config/multiples.js'
import { resume, run } from '../../dist/index.js'
import { additions } from '../../dist/synthetic/allocation.js'
import { drawCohort } from './draw.mjs'
import { openFilms } from './films.mjs'
import { observe } from './observe.mjs'
import { configOf, layerOf } from './study.mjs'
import { handedOver, handOver } from './synthetic.mjs'

/** Of a cohort that is done, what others would be made from again. */
const bulk = ['features', 'pool', 'trials', 'private', 'inner', 'gan', 'state']
const words = { train: 'train', tuning: 'val', test: 'test' }

serveChild(async ({ study, source, size, seed, films, folder }) => {
  const begun = performance.now()
  const dataset = openFilms(films)
  const config = configOf(study, source)
  const draw = drawCohort(dataset, study, { source, size, seed })
  const request = await prepared({ study, source, seed, folder, dataset, draw, config })
  const runFolder = path.join(folder, 'run')
  const { result } = await (existsSync(path.join(runFolder, 'config.yaml'))
    ? resume(runFolder)
    : run({ ...request, out: runFolder }))
  const observation = observe({ result, runFolder, config, dataset, draw, positive: study.data.positive })
  const seconds = (performance.now() - begun) / 1000
  writeJson(path.join(folder, 'observation.json'), { source, size, seed, seconds, ...observation })
  for (const name of bulk) removeDirectory(path.join(runFolder, name))
  removeDirectory(path.join(folder, 'synthetic'))
})

/** Leaves manifest, settings and synthetic films; answers what to run. */
async function prepared({ study, source, seed, folder, dataset, draw, config }) {
  const [manifest, settings, synthetic] = ['manifest.csv', 'config.yaml', 'synthetic'].map((name) =>
    path.join(folder, name),
  )
  const request = { dataset: manifest, configFile: settings, seed, ...(source in handedOver && { synthetic }) }
  if (existsSync(manifest)) return request
  makeDirectory(folder)
  const rows = Object.entries(words).flatMap(([set, word]) =>
    draw.sets[set].map(({ file, label, patient, frame }) => [file, label, patient, word, frame ?? '']),
  )
  if (source in handedOver) {
    removeDirectory(synthetic)
    const { classes } = dataset
    const originals = classes.map((label) => draw.sets.train.filter((film) => film.label === label).length)
    await handOver(source, synthetic, {
      classes,
      positive: study.data.positive,
      sets: draw.sets,
      pixels: dataset.pixels(),
      wanted: additions(originals, largestTried(config.search)),
      rng: new Rng(seed).split(`synthetic ${source}`),
    })
  }
  writeJson(settings, layerOf(study, source))
  writeAtomic(manifest, formatCsv(['file', 'label', 'patient', 'split', 'frame'], rows))
  return request
}
