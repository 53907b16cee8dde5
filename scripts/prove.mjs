/**
 * Studies on films whose truth is known: npm run prove -- NAME [--data DIR] [--work DIR] [--jobs N]
 * NAME is that of a file in proof/ (proof/NAME.yaml). Cohorts are drawn from its data set, each is run as a user would and held
 * against all films that it has not used. What was found is left in proof/NAME.json and in docs/proof.md, with intervals over the
 * cohorts. A study that was stopped goes on where it was. It uses what was built (npm run build).
 */
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../dist/base/errors.js'
import { root } from './prepare.mjs'
import { prove } from './prove/prove.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: path.join(root, '..', 'shared', 'data') },
    work: { type: 'string', default: path.join(root, 'runs', 'proof') },
    studies: { type: 'string', default: path.join(root, 'proof') },
    page: { type: 'string', default: path.join(root, 'docs', 'proof.md') },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
})

try {
  await prove(positionals[0], {
    studyFolder: values.studies,
    dataFolder: values.data,
    workFolder: values.work,
    page: values.page,
    jobs: jobsOf(values.jobs),
    say: (text) => console.log(text),
  })
} catch (error) {
  if (!(error instanceof UserError)) throw error
  console.error(error.message)
  process.exit(2)
}

function jobsOf(text) {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1) return jobs
  throw new UserError(`--jobs ${text}: give a whole number from 1, the cohorts that are run side by side`)
}
