/**
 * The door to ONNX Runtime: a model opened once, run many times, arrays in and arrays out. On WebGPU outputs may stay in the
 * device's memory and be inputs again.
 * Sequential execution with a fixed number of threads, so that equal inputs give equal bytes on the CPU.
 * A run blocks the event loop until it is done (onnxruntime-node runs synchronously); long work belongs in a child process.
 */
import os from 'node:os'
import { isMainThread } from 'node:worker_threads'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { InternalError, UserError } from '../base/errors.js'
import { exists, readText } from '../base/files.js'
import { type DType, type NDArray, ndarray, type Shape, sizeOf, type TypedArrayOf } from '../base/ndarray.js'
import { decodeModel } from '../tensor/onnx/format/protobuf.js'
import { readModel, refuseOutsideWeights } from './model-file.js'
import { silenceTelemetry } from './telemetry.js'

export const runtimeDevices = ['cpu', 'webgpu', 'cuda'] as const
export type RuntimeDevice = (typeof runtimeDevices)[number]

export interface SessionOptions {
  /** Where the model runs; default 'cpu'. */
  readonly device?: RuntimeDevice
  /** Threads for the work inside one operator; default `physicalCores()`. */
  readonly threads?: number
  /** The model's name for messages; default the file's path, or 'the model'. */
  readonly name?: string
}

/** Whether a device's memory can hold a run's outputs for the next one. CUDA could, but ONNX Runtime's binding can't. */
export function keepsOutputs(device: RuntimeDevice): boolean {
  return device === 'webgpu'
}

/**
 * An array in a device's memory: an output that stayed there. Runs on the same device take it as an input; nothing else reads
 * it (ONNX Runtime 1.30 aborts the process where its data are asked for).
 */
export class DeviceArray {
  constructor(
    readonly dtype: DType,
    /** For sessions only. */
    readonly native: Tensor,
  ) {}

  get shape(): Shape {
    return this.native.dims
  }

  /** Gives its memory back, which garbage collection would do too late. */
  free(): void {
    this.native.dispose()
  }
}

export interface ValueDescription {
  readonly name: string
  /** Sizes; null where the model leaves one open. */
  readonly shape: readonly (number | null)[]
  readonly dtype: DType
}

/** A model ready to run. `Output`: what its outputs are; `DeviceArray` for those that stay on the device. */
export interface Session<Output = NDArray> {
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  /** The model's metadata_props. */
  readonly metadata: Readonly<Record<string, string>>
  /**
   * One array per input, by name; one per output comes back, each with memory of its own.
   * Throws an `InternalError` where names, shapes or element types do not fit the model.
   */
  run(feeds: Readonly<Record<string, NDArray | DeviceArray>>): Promise<Record<string, Output>>
  /** Frees the model's memory; the session can't run any more. */
  close(): Promise<void>
}

type OnnxRuntime = typeof import('onnxruntime-node')

let loaded: Promise<OnnxRuntime> | undefined

// Here too, and not only where it is loaded: whoever imports this in the main thread may use it in a worker.
if (isMainThread) silenceTelemetry()

/**
 * Opens a model given as bytes or as a file. `keep` names the outputs that stay on a device for which `keepsOutputs` is true.
 * Throws a `UserError` where the file can't be read, is no ONNX model, needs operators or element types we don't have,
 * or where the device or the platform is not supported.
 */
export async function openSession(onnx: Uint8Array | string, options?: SessionOptions): Promise<Session>
export async function openSession(
  onnx: Uint8Array | string,
  options: SessionOptions & { readonly keep: readonly string[] },
): Promise<Session<NDArray | DeviceArray>>
export async function openSession(
  onnx: Uint8Array | string,
  options: SessionOptions & { readonly keep?: readonly string[] } = {},
): Promise<Session<NDArray | DeviceArray>> {
  const { device = 'cpu', threads = physicalCores(), keep = [] } = options
  const name = options.name ?? (typeof onnx === 'string' ? onnx : 'the model')
  const bytes = typeof onnx === 'string' ? readModel(onnx).onnx : onnx
  // Parsed here first: bounded, and with messages that name the file.
  const model = decodeModel(bytes, name)
  refuseOutsideWeights(model, name)
  loaded ??= loadRuntime()
  const runtime = await loaded
  checkDevice(runtime, device)
  const native = await createSession(runtime, bytes, name, device, threads, keep)
  try {
    return new RuntimeSession(
      runtime,
      native,
      name,
      Object.fromEntries(model.metadata.map((m) => [m.key ?? '', m.value ?? ''])),
    )
  } catch (error) {
    await native.release()
    throw error
  }
}

/** What `then` gives; where it fails the session is closed, which nobody else could do any more. */
export async function closingOnFailure<T>(session: Session<unknown>, then: () => T | Promise<T>): Promise<T> {
  try {
    return await then()
  } catch (error) {
    await session.close()
    throw error
  }
}

/** Cores this process may use, not counting a second thread on the same core; at least 1. In a job of a cluster those that it was given. */
export function physicalCores(): number {
  const given = coresOfJob()
  if (given !== undefined) return given
  const available = os.availableParallelism()
  // On Linux the kernel lists for every thread the core it belongs to.
  const cpuinfo = exists('/proc/cpuinfo') ? readText('/proc/cpuinfo') : undefined
  if (cpuinfo) {
    const cores = cpuinfo
      .split('\n\n')
      .map((cpu) => [/^physical id\s*:\s*(\d+)/m.exec(cpu)?.[1], /^core id\s*:\s*(\d+)/m.exec(cpu)?.[1]].join(' '))
      .filter((core) => core !== ' ')
    const distinct = new Set(cores).size
    if (distinct > 0) return Math.max(1, Math.min(available, distinct))
  }
  // Elsewhere Node does not tell; x64 processors mostly have two threads a core, arm64 ones have one.
  return process.arch === 'x64' && process.platform !== 'linux' ? Math.max(1, Math.floor(available / 2)) : available
}

/** The cores of a job of a cluster, whose computer has more of them; undefined elsewhere. */
export function coresOfJob(): number | undefined {
  const given = Number(process.env.KOPT_CORES ?? process.env.SLURM_CPUS_PER_TASK)
  return Number.isSafeInteger(given) && given > 0 ? given : undefined
}

async function loadRuntime(): Promise<OnnxRuntime> {
  silenceTelemetry()
  try {
    const runtime = await import('onnxruntime-node')
    runtime.env.logLevel = 'fatal'
    return runtime
  } catch (error) {
    const platform = `${process.platform} ${process.arch}`
    throw new UserError(
      `ONNX Runtime has no working binary for this computer (${platform}): supported are Linux x64 and arm64 with glibc, ` +
        `macOS arm64, and Windows x64 and arm64; run kopt on one of these (loading it said: ${(error as Error).message.split('\n')[0]})`,
      { cause: error },
    )
  }
}

function checkDevice(runtime: OnnxRuntime, device: RuntimeDevice): void {
  const supported = runtime.listSupportedBackends().map((backend) => backend.name)
  if (supported.includes(device)) return
  const ours = (['cpu', 'webgpu', 'cuda'] as const).filter((name) => supported.includes(name))
  throw new UserError(
    `device '${device}' is not available on this computer (${process.platform} ${process.arch}); choose ${ours.join(' or ')}`,
  )
}

async function createSession(
  runtime: OnnxRuntime,
  bytes: Uint8Array,
  name: string,
  device: RuntimeDevice,
  threads: number,
  keep: readonly string[],
): Promise<InferenceSession> {
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: [device],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
      // One block planned for a whole run comes on top of the pieces that the first run took: half as much memory again.
      enableMemPattern: false,
      ...(keep.length > 0 && { preferredOutputLocation: Object.fromEntries(keep.map((name) => [name, 'gpu-buffer'])) }),
      // Threads that wait in a loop for work take the cores from everything else: two busy programs on two cores then
      // cost each other two to three times what they take in turn. From one operator to the next it is worth it.
      extra: { session: { intra_op: { allow_spinning: '1', spin_duration_us: '100' } } },
    })
  } catch (error) {
    // Without the place in ONNX Runtime's source that some messages begin with.
    const reason = (error as Error).message.replace(/\n.*$/s, '').replace(/^\/\S+:\d+ .* was false\. /, '')
    if (device === 'cpu') {
      throw new UserError(
        `${name} can't be run by ONNX Runtime: ${reason}; export it again for operator set 20 or lower`,
        {
          cause: error,
        },
      )
    }
    const remedy =
      device === 'cuda'
        ? "install CUDA 12, cuDNN 9 and ONNX Runtime's CUDA libraries (node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install), or choose device cpu"
        : 'check the graphics driver, or choose device cpu'
    throw new UserError(`device '${device}' can't run ${name}: ${reason}; ${remedy}`, { cause: error })
  }
}

class RuntimeSession implements Session<NDArray | DeviceArray> {
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  readonly metadata: Readonly<Record<string, string>>
  readonly #runtime: OnnxRuntime
  readonly #native: InferenceSession
  readonly #name: string
  #closed = false

  constructor(runtime: OnnxRuntime, native: InferenceSession, name: string, metadata: Record<string, string>) {
    this.#runtime = runtime
    this.#native = native
    this.#name = name
    this.metadata = metadata
    this.inputs = native.inputMetadata.map((value) => describe(value, name))
    this.outputs = native.outputMetadata.map((value) => describe(value, name))
  }

  async run(feeds: Readonly<Record<string, NDArray | DeviceArray>>): Promise<Record<string, NDArray | DeviceArray>> {
    if (this.#closed) throw new InternalError(`${this.#name} was closed`)
    const tensors: Record<string, Tensor> = {}
    for (const [i, input] of this.inputs.entries()) tensors[input.name] = this.#tensor(i, input, feeds[input.name])
    for (const name of Object.keys(feeds)) {
      if (!Object.hasOwn(tensors, name)) throw new InternalError(`${this.#name} has no input '${name}'`)
    }
    let results: Readonly<Record<string, unknown>>
    try {
      results = await this.#native.run(tensors)
    } catch (error) {
      throw new InternalError(`${this.#name} failed in ONNX Runtime: ${(error as Error).message}`, { cause: error })
    }
    const arrays: Record<string, NDArray | DeviceArray> = {}
    for (const { name, dtype } of this.outputs) {
      const tensor = results[name] as Tensor
      arrays[name] =
        tensor.location === 'gpu-buffer'
          ? new DeviceArray(dtype, tensor)
          : ndarray(dtype, tensor.dims, ownData(tensor, dtype))
    }
    return arrays
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#native.release()
  }

  #tensor(index: number, input: ValueDescription, array: NDArray | DeviceArray | undefined): Tensor {
    if (!array) throw new InternalError(`${this.#name} needs the input '${input.name}'`)
    const fits =
      array.shape.length === input.shape.length && input.shape.every((n, i) => n === null || n === array.shape[i])
    if (!fits || array.dtype !== input.dtype) {
      throw new InternalError(
        `input '${input.name}' of ${this.#name} is ${input.dtype} ${shapeText(input.shape)}, ` +
          `but ${array.dtype} ${shapeText(array.shape)} was given`,
      )
    }
    if (array instanceof DeviceArray) return array.native
    const native = this.#native.inputMetadata[index]
    if (native?.isTensor && native.type === 'int64') {
      return new this.#runtime.Tensor('int64', BigInt64Array.from(array.data as Int32Array, BigInt), array.shape)
    }
    return new this.#runtime.Tensor(array.dtype, array.data as Float32Array, array.shape)
  }
}

/** A result's elements (ONNX Runtime allocates them anew for each run); int64 is narrowed to int32. */
function ownData(tensor: Tensor, dtype: DType): TypedArrayOf[DType] {
  const { data } = tensor
  if (data instanceof BigInt64Array) return Int32Array.from(data, Number)
  if (sizeOf(tensor.dims) !== (data as Float32Array).length)
    throw new InternalError(`a ${dtype} output has the wrong size`)
  return data as TypedArrayOf[DType]
}

function describe(value: InferenceSession.ValueMetadata, model: string): ValueDescription {
  const dtype = value.isTensor ? ourTypes[value.type] : undefined
  if (!value.isTensor || !dtype) {
    const type = value.isTensor ? value.type : 'sequence or map'
    throw new UserError(
      `${model} has an input or output '${value.name}' of type ${type}; only arrays of float32, float64, int32, uint8 and bool are supported`,
    )
  }
  return { name: value.name, dtype, shape: value.shape.map((n) => (typeof n === 'number' ? n : null)) }
}

const ourTypes: Partial<Record<Tensor.Type, DType>> = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  int64: 'int32',
  uint8: 'uint8',
  bool: 'bool',
}

function shapeText(shape: Shape | readonly (number | null)[]): string {
  return `[${shape.map((n) => n ?? '?').join(', ')}]`
}
