import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { bestDevice, problemOfDevice } from '../../src/runtime/device.js'
import { temporaryFolder } from '../support/kopt.js'
import { useSoftwareGpu } from '../support/software-gpu.js'

useSoftwareGpu()

/** As Linux shows a card, by the names of what stands in /dev. */
function devices(...names: string[]): string {
  const folder = temporaryFolder()
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), '')
  }
  return folder
}

it('A computer that shows no card computes on its processor, whatever driver it has', async () => {
  expect(await bestDevice(devices())).toBe('cpu')
  expect(await bestDevice(devices('dri/card0', 'null'))).toBe('cpu')
})

it('A card is used by WebGPU where CUDA can’t be, and the sentence says why not (needs a WebGPU adapter)', async (context) => {
  if ((await problemOfDevice('webgpu')) !== undefined) context.skip('no WebGPU adapter')
  expect(await bestDevice(devices('dri/renderD128'))).toBe('webgpu')
  expect(await bestDevice(devices('nvidia0'))).toBe((await problemOfDevice('cuda')) === undefined ? 'cuda' : 'webgpu')
})

it('A device that is not there is told with what to do', async () => {
  expect(await problemOfDevice('cpu')).toBeUndefined()
  const problem = await problemOfDevice('cuda')
  if (problem !== undefined)
    expect(problem).toMatch(/^device 'cuda' (can't run|is not available).*(install CUDA 12|choose)/)
})
