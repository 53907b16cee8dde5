/** Which devices this computer can compute on: by trying, in a process that may be lost. */
import path from 'node:path'
import { builtModule } from '../base/built.js'
import { runInChild } from '../base/child-process.js'
import { UserError, WorkerLost } from '../base/errors.js'
import { isDirectory, listDirectory } from '../base/files.js'
import type { RuntimeDevice } from './session.js'

const tries = new Map<RuntimeDevice, Promise<string | undefined>>()

/** Why networks can't run on a device here, in a sentence; undefined where they can. Tried once. */
export function problemOfDevice(device: RuntimeDevice): Promise<string | undefined> {
  const tried = tries.get(device) ?? tryDevice(device)
  tries.set(device, tried)
  return tried
}

async function tryDevice(device: RuntimeDevice): Promise<string | undefined> {
  if (device === 'cpu') return undefined
  try {
    await runInChild<RuntimeDevice, never, null>(builtModule('runtime/device-process'), device, () => {})
    return undefined
  } catch (error) {
    if (error instanceof UserError) return error.message
    if (error instanceof WorkerLost) return `device '${device}' ends the process that tries it: check its driver`
    throw error
  }
}

/** The fastest device that can be used: a card by CUDA, else by WebGPU, else the processor. One that is software is none. */
export async function bestDevice(devices = '/dev'): Promise<RuntimeDevice> {
  for (const device of visibleDevices(devices)) if ((await problemOfDevice(device)) === undefined) return device
  return 'cpu'
}

/** @param devices where Linux shows cards */
function visibleDevices(devices: string): RuntimeDevice[] {
  if (process.platform !== 'linux') return ['webgpu']
  const shows = (place: string, name: RegExp) => {
    const folder = path.join(devices, place)
    return isDirectory(folder) && listDirectory(folder).some((entry) => name.test(entry.name))
  }
  const nvidia = shows('', /^(nvidia\d+|dxg)$/)
  return [...(nvidia ? (['cuda'] as const) : []), ...(nvidia || shows('dri', /^renderD/) ? (['webgpu'] as const) : [])]
}
