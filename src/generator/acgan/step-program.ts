/**
 * The training step ready to run, with the state in its keeping. Where the state can't stay on the device from run to run,
 * several steps are one run, so that it travels less often.
 */
import type { NDArray } from '../../base/ndarray.js'
import type { CompileOptions } from '../../runtime/compile.js'
import { compileStateful } from '../../runtime/stateful.js'
import type { ArraySpec } from '../../tensor/infer.js'
import type { Tensor } from '../../tensor/trace.js'
import type { AcganOptions } from './options.js'
import { acganStep, type DrawnInputs, type StepLosses, stepSpecs, type TrainingState } from './steps.js'

/** The state of the paper's networks is 55 MB each way: little beside a step on a CPU, much beside one on a GPU. */
const stepsAtOnce = { cpu: 1, webgpu: 1, cuda: 8 } as const

export interface StepProgram {
  /** Steps that one run takes best. */
  readonly atOnce: number
  /** Runs `atOnce` steps or another number, for which a program is opened at first use. Answers the losses of each. */
  run(steps: readonly DrawnInputs[]): Promise<readonly StepLosses[]>
  /** The state after the steps so far. */
  state(): Promise<TrainingState>
  close(): Promise<void>
}

interface StepsInputs<A = NDArray> {
  readonly state: TrainingState<A>
  readonly steps: readonly DrawnInputs<A>[]
}

interface StepsOutputs<A = NDArray> {
  readonly state: TrainingState<A>
  readonly losses: readonly StepLosses<A>[]
}

interface StatefulSteps {
  load(state: TrainingState): void
  run(inputs: Pick<StepsInputs, 'steps'>): Promise<Pick<StepsOutputs, 'losses'>>
  state(): Promise<TrainingState>
  close(): Promise<void>
}

/** Steps, one behind the other, to trace. */
function acganSteps(options: AcganOptions): (inputs: StepsInputs<Tensor>) => StepsOutputs<Tensor> {
  const step = acganStep(options)
  return ({ state: initial, steps }) => {
    let state = initial
    const losses = steps.map((drawn) => {
      const after = step({ ...drawn, state })
      state = after.state
      return after.losses
    })
    return { state, losses }
  }
}

/**
 * Compiles the step for a device, to begin at `initial`. `atOnce` is given in tests; default: 8 on CUDA, 1 elsewhere.
 * Steps of one run give what as many runs of one step give, on the CPU to the bit.
 */
export async function compileSteps(
  options: AcganOptions,
  initial: TrainingState,
  runtime: CompileOptions,
  atOnce: number = stepsAtOnce[runtime.device ?? 'cpu'],
): Promise<StepProgram> {
  const { state, ...drawn } = stepSpecs(options)
  const programs = new Map<number, StatefulSteps>()

  /** The program of so many steps, with a state to go on from. */
  async function goOn(count: number, from: TrainingState): Promise<StatefulSteps> {
    const specs: StepsInputs<ArraySpec> = { state, steps: Array.from({ length: count }, () => drawn) }
    const program: StatefulSteps = programs.get(count) ?? (await compileStateful(acganSteps(options), specs, runtime))
    programs.set(count, program)
    program.load(from)
    return program
  }

  let current = await goOn(atOnce, initial)
  return {
    atOnce,
    async run(steps) {
      if (programs.get(steps.length) !== current) current = await goOn(steps.length, await current.state())
      return (await current.run({ steps })).losses
    },
    state: () => current.state(),
    async close() {
      for (const program of programs.values()) await program.close()
    },
  }
}
