/**
 * ONNX Runtime reports to its makers unless it is told not to: from version 1.30 on its binaries look up a collector, keep
 * a device id in the user's cache folder and queue events there that hold the metadata of the models that were opened.
 * Source: onnxruntime/core/platform/posix/telemetry.cc; docs/privacy.md says what was found.
 */
import { isMainThread } from 'node:worker_threads'
import { UserError } from '../base/errors.js'

const variable = 'ORT_DISABLE_TELEMETRY'

/**
 * Switches it off for this process and its children, whatever the variable said before. To be called before the package is
 * loaded. A worker thread has a copy of the environment that native code does not see: there the main thread must have done it.
 */
export function silenceTelemetry(env: NodeJS.ProcessEnv = process.env, mainThread = isMainThread): void {
  if (mainThread) env[variable] = '1'
  else if (env[variable] !== '1') {
    throw new UserError(
      `in a worker thread ONNX Runtime can't be kept from reporting to its makers; import kopt in the main thread first, or start Node with ${variable}=1`,
    )
  }
}
