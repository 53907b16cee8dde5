/**
 * Simulations whose tables stand in docs/: node scripts/simulate.mjs difference|verdict|null|metric|inner|snapshot|procedure|similarity|workers [runs]
 * They use what was built (npm run build), draw from fixed seeds and print Markdown. The tests hold small forms of them.
 */
import { differenceTables } from './simulate/difference.mjs'
import { innerTables, metricTables, nullTables } from './simulate/null.mjs'
import { procedureTables } from './simulate/procedure.mjs'
import { similarityTables } from './simulate/similarity.mjs'
import { snapshotTables } from './simulate/snapshot.mjs'
import { verdictTables } from './simulate/verdict.mjs'
import { workersTables } from './simulate/workers.mjs'

const simulations = {
  difference: differenceTables,
  verdict: verdictTables,
  null: nullTables,
  metric: metricTables,
  inner: innerTables,
  snapshot: snapshotTables,
  procedure: procedureTables,
  similarity: similarityTables,
  workers: workersTables,
}
const [name, runs] = process.argv.slice(2)
if (!(name in simulations)) {
  console.error(`name one of ${Object.keys(simulations).join(', ')}: npm run simulate -- verdict`)
  process.exit(2)
}
const start = performance.now()
for await (const line of simulations[name](runs === undefined ? undefined : Number(runs))) console.log(line)
console.log(`\n${Math.round((performance.now() - start) / 1000)} s`)
