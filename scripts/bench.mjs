/**
 * Timings, kept out of the tests. Each is a program in bench/ that prints one JSON line; its options stand at its head.
 *
 *   npm run bench                                    the ACGAN's step beside its peers, as a table
 *   npm run bench -- acgan-step --width 0.5          the same at another width
 *   npm run bench -- acgan-step --device cuda        (or webgpu) the table on a GPU, beside PyTorch on the same card
 *   npm run bench -- acgan-step --json               our JSON line alone
 *   npm run bench -- time-to-quality --kind edm       KID, coverage and more of a generator's films over minutes
 *   npm run bench -- convolutions | features | search | lowering-courses
 *
 * Peers are programs of other frameworks that print a line like ours. They run where they can be found: a script
 * `acgan_torch.py` or `acgan_keras.py` in the folder KOPT_PEERS (default ../shared/bench), and a Python that has the
 * framework, named by KOPT_TORCH_PYTHON and KOPT_TENSORFLOW_PYTHON (default python3). All take turns, round by round.
 * On a GPU the one peer is PyTorch with CUDA, by the same script (bench/peers/torch_on_cuda.py).
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { build, install, root, runNode } from './prepare.mjs'

/** The one that peers have, too. */
const compared = 'acgan-step'
const rounds = 3

const benches = readdirSync(path.join(root, 'bench')).flatMap((file) => /^(.*)\.mjs$/.exec(file)?.[1] ?? [])
const [name = compared, ...rest] = process.argv.slice(2)
if (!benches.includes(name)) {
  console.error(`there is no bench '${name}'; choose one of ${benches.join(', ')}`)
  process.exit(2)
}
install()
if (!(await build())) process.exit(1)
// Ours run as a training does: in a child process, with its environment. Peers run as they come.
const { childEnvironment } = await import('../dist/base/child-process.js')
const options = rest.filter((word) => word !== '--json')
const alone = rest.includes('--json') || name !== compared
process.exit(alone ? runNode([program(name), ...options], { env: childEnvironment() }) : compare(name, options))

function program(bench) {
  return path.join(root, 'bench', `${bench}.mjs`)
}

/** Ours and every peer in turn; medians and minima over all rounds, and their ratios. */
function compare(bench, options) {
  const ours = { name: 'kopt', command: [process.execPath, program(bench), ...options], env: childEnvironment() }
  const contestants = [ours, ...peers(options)]
  const lines = new Map(contestants.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round++) {
    for (const { name, command, env } of contestants) {
      console.error(`round ${round} of ${rounds}: ${name} ...`)
      const { stdout, status, error } = spawnSync(command[0], command.slice(1), {
        encoding: 'utf8',
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      if (error || status !== 0) {
        console.error(`${name} failed${error ? `: ${error.message}` : ''}`)
        return 1
      }
      lines.get(name).push(JSON.parse(stdout.trim().split('\n').at(-1)))
    }
  }
  const summary = [...lines].map(([name, runs]) => ({
    name,
    median: middle(runs.map((run) => run.median_ms)),
    min: Math.min(...runs.map((run) => run.min_ms)),
    spread: `${Math.min(...runs.map((run) => run.median_ms))}-${Math.max(...runs.map((run) => run.median_ms))}`,
  }))
  console.table(
    summary.map(({ name, median, min, spread }) => ({
      program: name,
      'median ms': median,
      'medians of rounds': spread,
      'min ms': min,
      'steps / s': (1000 / median).toFixed(2),
      'kopt / it, medians': (summary[0].median / median).toFixed(2),
      'kopt / it, minima': (summary[0].min / min).toFixed(2),
    })),
  )
  const gflops = lines.get('kopt').flatMap((run) => run.gemm_gflops ?? [])
  if (gflops.length > 0) {
    console.log(`A product of 2048 x 2048 reached ${Math.min(...gflops)} to ${Math.max(...gflops)} GFLOP/s.`)
  }
  return 0
}

function peers(options) {
  const others = pick(options, ['--widths', '--channels'])
  if (others.length > 0) {
    console.error(
      `The peers' programs have the tutorial's widths and three channels: none is measured beside ${others.join(' ')}`,
    )
    return []
  }
  const folder = path.resolve(root, process.env.KOPT_PEERS ?? path.join('..', 'shared', 'bench'))
  const shared = pick(options, ['--batch', '--width', '--steps'])
  const torch = {
    name: 'PyTorch',
    needs: 'import torch',
    python: process.env.KOPT_TORCH_PYTHON,
    before: [],
    script: 'acgan_torch.py',
    options: ['--channels-last', ...shared, ...pick(options, ['--threads'])],
  }
  const tensorflow = {
    name: 'TensorFlow',
    needs: 'import tensorflow',
    python: process.env.KOPT_TENSORFLOW_PYTHON,
    before: [],
    script: 'acgan_keras.py',
    options: shared,
  }
  const torchOnCuda = {
    ...torch,
    name: 'PyTorch with CUDA',
    needs: 'import torch; assert torch.cuda.is_available()',
    before: [path.join(root, 'bench', 'peers', 'torch_on_cuda.py')],
  }
  const onGpu = !['cpu', undefined].includes(pick(options, ['--device'])[1])
  return (onGpu ? [torchOnCuda] : [torch, tensorflow]).flatMap(
    ({ name, needs, python = 'python3', before, script, options }) => {
      const file = path.join(folder, script)
      const found = existsSync(file) && spawnSync(python, ['-c', needs], { stdio: 'ignore' }).status === 0
      if (!found) console.error(`${name}: not measured (no ${script} in ${folder}, or '${needs}' fails in ${python})`)
      return found ? [{ name, command: [python, ...before, file, ...options] }] : []
    },
  )
}

function pick(options, names) {
  return options.flatMap((word, i) => (names.includes(word) ? [word, options[i + 1]] : []))
}

function middle(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]
}
