/** A study from its file to its table: its films, cohort by cohort in processes of their own, and what they say together. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { runInChild } from '../../dist/base/child-process.js'
import { UserError } from '../../dist/base/errors.js'
import { makeDirectory, readJson, writeJson } from '../../dist/base/files.js'
import { hashPlain } from '../../dist/base/hash.js'
import { drawCohort } from './draw.mjs'
import { filmsOf, openFilms } from './films.mjs'
import { writePage } from './page.mjs'
import { configOf, holdStudy, readStudy, withBackbone } from './study.mjs'
import { summarise } from './summary.mjs'

const process = new URL('./cohort-process.mjs', import.meta.url)

export async function prove(name, { studyFolder, dataFolder, workFolder, page, jobs, say }) {
  if (name === undefined)
    throw new UserError('which study? npm run prove -- NAME, where proof/NAME.yaml says what is studied')
  const study = readStudy(studyFolder, name)
  const folder = path.join(workFolder, name)
  makeDirectory(folder)
  const runs = withBackbone(study, dataFolder)
  const config = configOf(runs, runs.synthetic[0])
  const films = filmsFolder(study, config, workFolder)
  await filmsOf(study, config, { dataFolder, folder: films, say })
  requireFilms(study, openFilms(films))
  holdStudy(study, folder)
  const observations = await runCohorts(runs, { folder, films, jobs, say })
  const file = path.join(studyFolder, `${name}.json`)
  writeJson(file, summarise(study, observations))
  writePage(page, studyFolder)
  say(`${observations.length} cohorts: ${file}, ${page}`)
}

/** Throws a `UserError` where the films do not last to a cohort, before any is run. */
function requireFilms(study, dataset) {
  for (const source of study.synthetic) {
    for (const size of study.sizes) drawCohort(dataset, study, { source, size, seed: 1 })
  }
}

/** Studies of the same films, size and backbone share them. */
function filmsFolder({ data }, { image, backbone }, workFolder) {
  const { sha256, patientFrom } = data
  return path.join(workFolder, 'films', hashPlain({ sha256, patientFrom, image, backbone }).slice(0, 16))
}

/** Runs what is missing, one seed of every cell after the other, until the time is spent; answers all that was observed. */
async function runCohorts(study, { folder, films, jobs, say }) {
  const cohorts = Array.from({ length: study.cohorts }, (_, i) => i + 1).flatMap((seed) =>
    study.synthetic.flatMap((source) => study.sizes.map((size) => ({ source, size, seed }))),
  )
  const folderOf = ({ source, size, seed }) => path.join(folder, `${source}-${size}`, String(seed))
  const observationOf = (cohort) => path.join(folderOf(cohort), 'observation.json')
  const done = cohorts.filter((cohort) => existsSync(observationOf(cohort)))
  const waiting = cohorts.filter((cohort) => !done.includes(cohort))
  let seconds = done.reduce((sum, cohort) => sum + readJson(observationOf(cohort)).seconds, 0)
  const work = async () => {
    while (waiting.length > 0 && seconds < study.minutes * 60) {
      const cohort = waiting.shift()
      await runInChild(process, { study, films, folder: folderOf(cohort), ...cohort }, () => {})
      seconds += readJson(observationOf(cohort)).seconds
      done.push(cohort)
      say(
        `${cohort.source}, ${cohort.size} films, cohort ${cohort.seed}: ${done.length} of ${cohorts.length}, ${Math.round(seconds / 60)} min`,
      )
    }
  }
  await Promise.all(Array.from({ length: jobs }, work))
  return cohorts.filter((cohort) => done.includes(cohort)).map((cohort) => readJson(observationOf(cohort)))
}
