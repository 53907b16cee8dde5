/** `kopt run`: the main job, from a folder of films to a report. */
import type { Command } from 'commander'
import { Interrupted, UserError } from '../../base/errors.js'
import { shown, shownLines } from '../../base/shown.js'
import { shownPath } from '../../base/shown-path.js'
import type { ExperimentRequest } from '../../experiment/run/run-experiment.js'
import { RunDirectory } from '../../record/run-directory.js'
import { readResult } from '../../record/stored-result.js'
import { answerLines } from '../../words/concerns.js'
import { type ClusterOptions, clusterOptions, isForCluster, printJob, runOnCluster } from '../cluster.js'
import type { Outside } from '../command.js'
import { configOption, deviceOption } from '../config-options.js'
import { experimentOptions } from '../experiment-options.js'
import { examples, whenDoneOption, yesOption } from '../options.js'
import { offeringTo } from '../queue.js'
import { tellWhenDone, whenDoneWords } from '../when-done.js'

/** How a run is begun and ended, whatever it computes. */
export interface RunManners extends ClusterOptions {
  readonly yes?: boolean
  readonly whenDone?: string
}

type RunOptions = Omit<ExperimentRequest, 'dataset' | 'configFile'> & RunManners & { config?: string }

export function define(command: Command, outside: Outside): void {
  experimentOptions(command)
    .description(
      'Trains a class-conditional generator on the training films, searches how many synthetic images (K times the balanced set)\n' +
        'to add, and compares the classifiers with and without them on test films. Leaves a run folder with report.html.',
    )
    .optionsGroup('Experiment:')
    .addOption(configOption('--synthetic <folder>', 'generator.from'))
    .optionsGroup('Run:')
    .addOption(configOption('--keep-patient-ids', 'keepPatientIds'))
    .option('--out <folder>', 'run folder (default: the next numbered one in runs)')
    .option('--resume', 'go on with the run in --out')
    .addOption(yesOption())
    .addOption(whenDoneOption())
    .addOption(deviceOption())
  clusterOptions(command).action((dataset: string | undefined, { config, ...given }: RunOptions) => {
    const [manners, request] = mannersOf(given)
    return runAndShow({ ...request, dataset, configFile: config }, outside, manners)
  })
  examples(command, [
    [
      'See the whole path in a few minutes on drawn films',
      'kopt demo-data films && kopt run films/hospital-a --external hospital-b=films/hospital-b --preset quick',
    ],
    [
      'Your films, one folder per class, patients by the part of the name before "_"',
      'kopt run films/ours --patient-from prefix --positive sinusitis',
    ],
    [
      'With a backbone of your own and two other hospitals',
      'kopt run films/ours --backbone densenet.onnx --external b=films/b --external c=films/c',
    ],
    [
      "A diffusion model's images in place of a generator trained here",
      'kopt run films/ours --synthetic drawn --set generator.order=random',
    ],
    [
      'A generator of your own: a program that is called in every fold with the training films alone (docs/generators.md)',
      "kopt run films/ours --generator 'python3 draw.py'",
    ],
    [
      'By eight jobs of Slurm on a shared disk, of four cores each (docs/scale.md)',
      'kopt run films/ours --executor slurm --workers 8 --slurm partition=long --slurm time=8:00:00 --detach',
    ],
    [
      'The same by Grid Engine, LSF, PBS or HTCondor: as a template says, of kopt or of your own',
      'kopt run films/ours --executor submit --template sge --job environment=smp --job time=8:00:00 --detach',
    ],
    [
      'Beside the computers of the lab on which kopt work --queue redis://pc1:6379 waits for work',
      'kopt run /shared/films/ours --out /shared/runs/ours --executor bullmq --queue redis://pc1:6379',
    ],
    ['A longer training and more K', 'kopt run films/ours --set generator.steps=20000 --set search.kMax=40'],
  ])
}

/** What is said of how a run is done, apart from what it computes. */
export function mannersOf<Given extends RunManners>(given: Given): [RunManners, Omit<Given, keyof RunManners>] {
  const { yes, whenDone, executor, workers, slurm, template, job, detach, print, queue, ...request } = given
  return [{ yes, whenDone, executor, workers, slurm, template, job, detach, print, queue }, request]
}

/** Runs or resumes with progress, then says where the report lies and what it says. */
export async function runAndShow(
  request: ExperimentRequest,
  outside: Outside,
  { yes = false, whenDone, ...cluster }: RunManners,
): Promise<void> {
  if (whenDone !== undefined && cluster.detach)
    throw new UserError('--when-done is for who waits for the end; leave out --detach')
  if (isForCluster(cluster) && cluster.print) {
    const { runFolder, job } = await printJob(request, cluster)
    outside.note(
      shown`${shownPath(runFolder)} is laid out; once this is submitted: kopt status ${shownPath(runFolder)}`,
    )
    outside.result({ runFolder: shownPath(runFolder), job }, shownLines(job.split('\n')))
    return
  }
  const words = whenDone === undefined ? undefined : whenDoneWords(whenDone)
  let begun: string | undefined
  /** Nobody has to be told of what they have stopped themselves, or of a run that never began. */
  const tell = async (outcome: 'finished' | 'failed', text: string) => {
    if (words && begun !== undefined) await tellWhenDone(words, { outcome, run: begun, text }, outside.note)
  }
  const show: Outside['show'] = (event) => {
    if (event.type === 'run-started') begun = event.run
    outside.show(event)
  }
  try {
    const runFolder = isForCluster(cluster)
      ? await runOnCluster(request, cluster, { ...outside, show })
      : await runHere(request, { ...outside, show }, { yes, ...cluster })
    const folder = shownPath(runFolder)
    if (cluster.detach) {
      outside.result(
        { runFolder: folder },
        shownLines([`${folder} is begun by jobs of a cluster`, `How far it is: kopt status ${folder}`]),
      )
      return
    }
    const run = new RunDirectory(runFolder)
    const result = readResult(run)
    outside.result(
      { ...result, runFolder: folder },
      shownLines([...answerLines(result), `Report: ${shownPath(run.report)}`]),
    )
    await tell('finished', result.verdict.text)
  } catch (error) {
    if (!(error instanceof Interrupted)) await tell('failed', (error as Error).message)
    throw error
  }
}

async function runHere(
  request: ExperimentRequest,
  outside: Outside,
  { yes = false, executor, queue }: Omit<RunManners, 'whenDone'>,
): Promise<string> {
  const offering = executor === 'bullmq' ? await offeringTo(queue, outside) : undefined
  try {
    // Everything that computes is loaded here, so that --help is quick.
    const { run } = await import('../../index.js')
    const { runFolder } = await run(request, {
      onEvent: outside.show,
      signal: outside.interruption(),
      confirm: (seconds) => goOn(seconds, outside, yes),
      executor: offering?.executor,
    })
    return runFolder
  } finally {
    offering?.close()
  }
}

/** A long run says so, and asks where somebody is there to answer. */
async function goOn(seconds: number, { note, confirm }: Outside, yes: boolean): Promise<boolean> {
  if (seconds <= 3600) return true
  note(shown`this takes more than an hour; it may be stopped at any moment, and kopt resume goes on`)
  return yes || (await confirm(shown`Begin?`)) !== false
}
