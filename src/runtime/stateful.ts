/**
 * A compiled program that holds a state: what a run returns as `state` is its own input `state` in the next one.
 * Where the device allows it the state stays in the device's memory and is copied out on request only.
 */
import { elementAt } from '../base/element-at.js'
import { InternalError } from '../base/errors.js'
import type { NDArray } from '../base/ndarray.js'
import { knownValue } from '../base/own-value.js'
import type { Tensor } from '../tensor/trace.js'
import { flatten, type MapLeaves, type Tree, unflatten } from '../tensor/tree.js'
import { type CompileOptions, emitProgram, pathName, programName } from './compile.js'
import { closingOnFailure, DeviceArray, keepsOutputs, openSession } from './session.js'

interface HasState {
  readonly state: unknown
}

type State<P extends HasState> = MapLeaves<P['state'], NDArray>
type Rest<P extends HasState> = MapLeaves<Omit<P, 'state'>, NDArray>

export interface Stateful<Inputs extends HasState, Outputs extends HasState> {
  /** Puts a state in the place of the present one; before the first run there is none. */
  load(state: State<Inputs>): void
  /** All inputs but the state in, all outputs but the state out. A run that throws leaves the state as it was. */
  run(inputs: Rest<Inputs>): Promise<Rest<Outputs>>
  /** The state as it is now; from a device a copy, made anew by each call. */
  state(): Promise<State<Inputs>>
  close(): Promise<void>
}

/** Compiles `fn` as `compile` does. Its inputs and its outputs are records with a tree `state` of the same form. */
export async function compileStateful<const S extends HasState, R extends HasState>(
  fn: (inputs: MapLeaves<S, Tensor>) => R,
  specs: S,
  options: CompileOptions = {},
): Promise<Stateful<S, R>> {
  const { device = 'cpu', threads } = options
  const { onnx, outputTree } = emitProgram(fn, specs, options)
  const { state: returned, ...rest } = outputTree as Readonly<Record<string, Tree<never>>>
  const statePaths = pathsOf({ state: specs.state })
  if (pathsOf({ state: returned }).join() !== statePaths.join()) {
    throw new InternalError('a program returns a state of another form than it takes')
  }
  const stateInputs = statePaths.map((path) => pathName('in', path))
  const stateOutputs = statePaths.map((path) => pathName('out', path))
  const restOutputs = pathsOf(rest).map((path) => pathName('out', path))

  const keep = keepsOutputs(device)
  const session = await openSession(onnx, { device, threads, name: programName, keep: keep ? stateOutputs : [] })
  const reader = keep ? await closingOnFailure(session, () => openReader(specs.state, options)) : undefined
  let held: (NDArray | DeviceArray)[] = []

  function hold(arrays: (NDArray | DeviceArray)[]): void {
    for (const array of held) if (array instanceof DeviceArray) array.free()
    held = arrays
  }
  const stateFeeds = () => Object.fromEntries(held.map((array, i) => [elementAt(stateInputs, i), array]))

  return {
    load: (state) => hold(flatten(state as Tree<NDArray>).map(({ leaf }) => leaf)),
    async run(inputs) {
      const feeds = flatten(inputs as Tree<NDArray>).map(({ path, leaf }) => [pathName('in', path), leaf])
      const results = await session.run({ ...stateFeeds(), ...Object.fromEntries(feeds) })
      hold(stateOutputs.map((name) => knownValue(results, name)))
      return unflatten(
        rest,
        restOutputs.map((name) => results[name]),
      ) as Rest<R>
    },
    async state() {
      const arrays = reader
        ? await reader.run(stateFeeds()).then((read) => stateOutputs.map((n) => knownValue(read, n)))
        : held
      return unflatten<unknown, unknown>(specs.state, arrays) as State<S>
    },
    async close() {
      hold([])
      await session.close()
      await reader?.close()
    },
  }
}

/** A model that returns the state it is given, into memory that we can read. */
function openReader(state: unknown, { device, threads }: CompileOptions) {
  const { onnx } = emitProgram((inputs) => inputs, { state } as Tree<never>, { device })
  return openSession(onnx, { device, threads, name: 'a copy of the state' })
}

function pathsOf(tree: unknown): string[] {
  return flatten(tree).map(({ path }) => path)
}
